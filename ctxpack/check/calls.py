"""Parses the parameters of definitions and the arguments of calls, and checks whether a call fits.

Arguments are split by a scanner for brackets, strings and commas, which works for all languages. Where either side
cannot be parsed there is no verdict.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from ctxpack.check.parameters import Parameter, Parameters

_MOST = 20_000
"""The most characters of one call; a longer one is not parsed."""

_OPEN, _CLOSE, _QUOTES = "([{", ")]}", "\"'`"
_KEYWORD = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:=(?![=>~])|:(?![:=]))")
_ARROW = re.compile(r"[-=]>|[<>]=|<<")
_LIFETIME = re.compile(r"(?<=[&<,+ ])'[a-z_]\w*(?=[\s,>+])")
_RECEIVERS = frozenset({"self", "cls", "mcs", "this"})
_TYPES = re.compile(r"\s*(?:::)?<[^()]{0,200}?>\s*(?=\()")


class Call(NamedTuple):
    """The arguments of a call: the number of positional ones, the names of named ones, and whether it may pass more.

    `open` is True for calls that unpack (`*args`, `...rest`).
    """

    positional: int
    named: tuple[str, ...]
    open: bool


# --- calls ------------------------------------------------------------------------------------------------------------


def call_at(text: str, line: int, column: int, name: str, *, keywords: str = "=") -> Call | None:
    """The call of the `name` at a line (from 1) and column (from 0); None where it is not called, or not parsed.

    >>> call_at("x = shop.total(a, f(b, c), tax=1)", 1, 9, "total")
    Call(positional=2, named=('tax',), open=False)
    >>> call_at("fs = [total, total]", 1, 6, "total") is None
    True
    """
    start = _offset(text, line, column)
    if not name or not text.startswith(name, start):
        return None
    at = start + len(name)
    types = _TYPES.match(text, at)
    at = types.end() if types else at
    while text[at : at + 1] in (" ", "\t") and at < len(text):
        at += 1
    if text[at : at + 1] != "(":
        return None
    parts = _parts(text, at + 1)
    return _call(parts, keywords) if parts is not None else None


def _offset(text: str, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    return at + column


def parts_after(text: str, begin: int) -> list[str] | None:
    """The comma-separated parts between the bracket before `begin` and its closing one; None where that is missing.

    >>> parts_after("f(a, g(b, c))", 2)
    ['a', ' g(b, c)']
    """
    return _parts(text, begin)


def _parts(text: str, begin: int, *, types: bool = False) -> list[str] | None:
    """The comma-separated parts between the bracket before `begin` and its closing one; None where that is missing.

    With `types`, "<" and ">" count as brackets too.
    """
    opening, closing = (f"{_OPEN}<", f"{_CLOSE}>") if types else (_OPEN, _CLOSE)
    parts, depth, last, at = [], 0, begin, begin
    end = min(len(text), begin + _MOST)
    while at < end:
        char = text[at]
        if char in _QUOTES:
            at = _after_string(text, at)
            continue
        if (char == "#" or text.startswith("//", at)) and "\n" in text[at:]:
            at = text.index("\n", at)
            continue
        if char in opening:
            depth += 1
        elif char in closing:
            if depth == 0:
                parts.append(text[last:at])
                return [part for part in parts if part.strip()]
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[last:at])
            last = at + 1
        at += 1
    return None


def _after_string(text: str, at: int) -> int:
    """The offset after the string that begins at `at`, or after the quote where it begins none (a Rust lifetime)."""
    quote = text[at]
    if text.startswith(quote * 3, at):
        end = text.find(quote * 3, at + 3)
        return end + 3 if end >= 0 else len(text)
    place = at + 1
    while place < len(text) and text[place] != quote:
        if text[place] == "\n" and quote != "`":
            return at + 1
        place += 2 if text[place] == "\\" else 1
    return place + 1


def _call(parts: list[str], keywords: str) -> Call:
    positional, named, more = 0, [], False
    for part in parts:
        bare = "\n".join(line for line in part.split("\n") if not line.lstrip().startswith(("#", "//"))).strip()
        if not bare:
            continue
        found = _KEYWORD.match(bare)
        if bare.startswith(("*", "...", "&")) or bare.endswith("...") or " for " in bare:
            more = more or not bare.startswith("&") or " for " in bare
            positional += bare.startswith("&")
        elif found and keywords and found.group().rstrip().endswith(keywords):
            named.append(found[1])
        else:
            positional += 1
    return Call(positional, tuple(named), more)


# --- parameters -------------------------------------------------------------------------------------------------------


def python_parameters(head: str, *, method: bool) -> Parameters | None:
    """The parameters of a Python function, from the lines of its head; for a `method` without self or cls.

    >>> python_parameters("def f(a, /, b, c=1, *, d): ...", method=False).named
    (Parameter(name='d', optional=False),)
    """
    text = textwrap.dedent(head).strip()
    function = _function(text) or _function(f"{text}\n    pass") or _function(f"{text} pass")
    if function is None:
        return None
    found = function.args
    first = [*found.posonlyargs, *found.args]
    required = len(first) - len(found.defaults)
    flags = [Parameter(one.arg, at >= required) for at, one in enumerate(first)]
    bound = 1 if method and first and not _is_static(function) else 0
    cut = max(len(found.posonlyargs), bound)
    named = zip(found.kwonlyargs, found.kw_defaults, strict=True)
    return Parameters(
        tuple(flags[bound:cut]),
        tuple(flags[cut:]),
        tuple(Parameter(one.arg, default is not None) for one, default in named),
        found.vararg is not None,
        found.kwarg is not None,
    )


def _function(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    one = body[0] if len(body) == 1 else None
    return one if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) else None


def _is_static(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list)


def counted_parameters(signature: str, name: str) -> Parameters | None:
    """The parameters of a signature in any language, without names: how many there are, and which are optional.

    >>> len(counted_parameters("func (s *Shop) Total(a, b int) (int, error)", "Total").positional)
    2
    """
    text = _LIFETIME.sub("", _ARROW.sub("  ", signature))
    begin = re.search(rf"(?<!\w){re.escape(name)}\s*(?:<[^()]*>\s*)?\(", text)
    parts = _parts(text, begin.end(), types=True) if begin else None
    if parts is None:
        return None
    found: list[Parameter] = []
    many = False
    for part in (part.strip() for part in parts):
        if part == "void" or part.split(":")[0].strip("&* ").removeprefix("mut ") in _RECEIVERS:
            continue
        if "..." in part or part.startswith(("*", "params ", "vararg ")):
            many = True
        else:
            optional = re.search(r"(?<![=!<>])=(?![=>])", part) is not None or re.match(r"[\w$]+\?", part) is not None
            found.append(Parameter("", optional))
    return Parameters(positional=tuple(found), any_positional=many)


# --- whether they fit -------------------------------------------------------------------------------------------------


def misfit(call: Call, takes: Parameters) -> str:
    """Why a call does not fit these parameters; "" where it does."""
    return next(_misfits(call, takes), "")


def _misfits(call: Call, takes: Parameters) -> Iterator[str]:
    in_order = (*takes.positional, *takes.both)
    by_name = {one.name for one in (*takes.both, *takes.named)}
    if call.positional > len(in_order) and not takes.any_positional:
        yield f"gives {_many(call.positional)} by position, but it takes {_up_to(len(in_order))}"
    for name in call.named:
        if name not in by_name and not takes.any_named:
            yield f"gives {name}, which it does not take"
    if call.open:
        return
    given = {one.name for one in in_order[: call.positional] if one.name} | set(call.named)
    for position, one in enumerate(in_order):
        if position >= call.positional and not one.optional and (not one.name or one.name not in given):
            yield f"does not give {one.name}, which it needs" if one.name else _too_few(call, in_order)
    for one in takes.named:
        if not one.optional and one.name not in call.named:
            yield f"does not give {one.name}, which it needs"


def _too_few(call: Call, in_order: tuple[Parameter, ...]) -> str:
    needed = sum(not one.optional for one in in_order)
    return f"gives {_many(call.positional)}, but it needs {needed}"


def _many(number: int) -> str:
    return f"{number} argument" if number == 1 else f"{number} arguments"


def _up_to(number: int) -> str:
    return "none" if number == 0 else f"{number} at most"


def swapped(call: Call, old: Parameters, new: Parameters) -> str:
    """Which positional arguments now bind to another parameter, though theirs still exists; "" where none do."""
    before = [one.name for one in (*old.positional, *old.both)][: call.positional]
    after = [one.name for one in (*new.positional, *new.both)]
    known = {*after, *(one.name for one in new.named)}
    moved = [
        name
        for position, name in enumerate(before)
        if name and name in known and (position >= len(after) or after[position] != name)
    ]
    now = [after[before.index(name)] if before.index(name) < len(after) else "nothing" for name in moved]
    return f"gives {', '.join(moved)} by position where it takes {', '.join(now)} now" if moved else ""


def shown(takes: Parameters) -> str:
    """Parameters as text.

    >>> shown(Parameters(both=(Parameter("a"), Parameter("b", True)), any_named=True))
    '(a, b=…, **)'
    """
    parts = [_one(one) for one in takes.positional]
    if takes.positional and takes.both:
        parts.append("/")
    parts += [_one(one) for one in takes.both]
    if takes.any_positional:
        parts.append("*")
    elif takes.named:
        parts.append("*,")
    parts += [_one(one) for one in takes.named]
    if takes.any_named:
        parts.append("**")
    return f"({', '.join(parts)})".replace("*,,", "*,")


def _one(parameter: Parameter) -> str:
    return f"{parameter.name or '_'}=…" if parameter.optional else parameter.name or "_"


def misfit_possible(old: Parameters, new: Parameters) -> bool:
    """Whether some call that fits the old parameters may not fit the new ones, or bind its arguments differently."""
    before, after = (*old.positional, *old.both), (*new.positional, *new.both)
    fewer = len(after) < len(before) and not new.any_positional
    lost = {one.name for one in (*old.both, *old.named)} - {one.name for one in (*new.both, *new.named)}
    open_before = (old.any_positional and not new.any_positional) or (old.any_named and not new.any_named)
    optional = {one.name for one in before if one.optional} | {one.name for one in old.named if one.optional}
    named = {one.name for one in before} | {one.name for one in old.named}
    needed = [one for one in (*after, *new.named) if not one.optional]
    stricter = any(one.name in optional or one.name not in named for one in needed if one.name)
    more = sum(not one.optional for one in after) > sum(not one.optional for one in before)
    order = [one.name for one in before if one.name] != [one.name for one in after if one.name][: len(before)]
    return fewer or bool(lost and not new.any_named) or open_before or stricter or more or order
