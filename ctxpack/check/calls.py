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
from ctxpack.check.stated import stated

_MOST = 20_000
"""The most characters of one call; a longer one is not parsed."""

_OPEN, _CLOSE, _QUOTES = "([{", ")]}", "\"'`"
_KEYWORD = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:=(?![=>~])|:(?![:=]))")
_ARROW = re.compile(r"[-=]>|[<>]=|<<")
_LIFETIME = re.compile(r"(?<=[&<,+ ])'[a-z_]\w*(?=[\s,>+])")
_PAIR = re.compile(r"\s*(?::?\w+|:?\"[^\"]*\"|:?'[^']*')\s*=>")
_NAMED_BY = {"python": "=", "kotlin": "=", "php": ":", "csharp": ":", "ruby": ":"}
"""What stands after the name of an argument that is given by name, in languages that have such."""

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNCHECKED = frozenset({"javascript", "jsx", "php", "python", "ruby", "groovy", "lua"})
"""Languages whose compilers, if they have any, do not compare the types of arguments."""

_RECEIVERS = frozenset({"self", "cls", "mcs", "this"})
_ARROWS = frozenset({"javascript", "jsx", "typescript", "tsx", "vue", "svelte"})
_ASSIGNED = r"(?:=\s*(?:async\b\s*)?(?:function\b\s*\w*\s*)?)?"
_TYPES = re.compile(r"\s*(?:::)?<[^()]{0,200}?>\s*(?=\()")


class Call(NamedTuple):
    """The arguments of a call: the number of positional ones, the names of named ones, and whether it may pass more.

    `open` is True for calls that unpack (`*args`, `...rest`); positional arguments after that are not counted, since
    nobody knows their place.
    """

    positional: int
    named: tuple[str, ...]
    open: bool


# --- calls ------------------------------------------------------------------------------------------------------------


def call_at(text: str, line: int, column: int, name: str, language: str = "python") -> Call | None:
    """The call of the `name` at a line (from 1) and column (from 0); None where it is not called, or not parsed.

    `language` is that of the text, which decides what names an argument.

    >>> call_at("x = shop.total(a, f(b, c), tax=1)", 1, 9, "total")
    Call(positional=2, named=('tax',), open=False)
    >>> call_at("fs = [total, total]", 1, 6, "total") is None
    True
    """
    parts = arguments_at(text, line, column, name)
    return _call(parts, language) if parts is not None else None


def arguments_at(text: str, line: int, column: int, name: str) -> list[str] | None:
    """The arguments of the call of the `name` at a line (from 1) and column (from 0), as text; None where `call_at` is.

    >>> arguments_at("f(a, g(b))", 1, 0, "f")
    ['a', ' g(b)']
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
    return _parts(text, at + 1)


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


def _call(parts: list[str], language: str) -> Call:
    positional, named, more = 0, [], False
    keywords, ruby = _NAMED_BY.get(language, ""), language == "ruby"
    for part in parts:
        bare = "\n".join(line for line in part.split("\n") if not line.lstrip().startswith(("#", "//"))).strip()
        if not bare:
            continue
        found = _KEYWORD.match(bare)
        generated = language == "python" and " for " in _QUOTED.sub("", bare)
        if ruby and (bare.startswith("&") or _PAIR.match(bare)):
            more = more or not bare.startswith("&")
        elif bare.startswith(("*", "...", "&")) or bare.endswith("...") or generated:
            more = more or not bare.startswith("&") or generated
            positional += bare.startswith("&") and not more
        elif found and keywords and found.group().rstrip().endswith(keywords):
            named.append(found[1])
        elif not more:
            positional += 1
    return Call(positional, tuple(named), more)


def as_bound(call: Call, takes: Parameters, language: str) -> Call:
    """The call as these parameters take it: in Ruby, what is named becomes one argument where nothing is named there.

    >>> as_bound(Call(1, ("a", "b"), False), Parameters(), "ruby")
    Call(positional=2, named=(), open=False)
    """
    if language != "ruby" or not call.named or takes.named or takes.any_named:
        return call
    return Call(call.positional + (not call.open), (), call.open)


# --- parameters -------------------------------------------------------------------------------------------------------


def python_parameters(head: str, *, method: bool) -> Parameters | None:
    """The parameters of a Python function, from the lines of its head; for a `method` without self or cls.

    >>> python_parameters("def f(a, /, b, c=1, *, d): ...", method=False).named
    (Parameter(name='d', optional=False, type=''),)
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


def counted_parameters(signature: str, name: str, language: str = "") -> Parameters | None:
    """The parameters of a signature in any language: how many there are, and which are optional.

    They have names and types in PHP, JavaScript, TypeScript, Ruby, Kotlin, C# and Java.

    >>> len(counted_parameters("func (s *Shop) Total(a, b int) (int, error)", "Total").positional)
    2
    >>> shown(counted_parameters("def f(a, b = 1, *, key:)", "f", "ruby"))
    '(a, b=…, *, key)'
    """
    text = _LIFETIME.sub("", _ARROW.sub("  ", signature))
    begin = re.search(rf"(?<!\w){re.escape(name)}\s*{_ASSIGNED if language in _ARROWS else ''}(?:<[^()]*>\s*)?\(", text)
    parts = _parts(text, begin.end(), types=True) if begin else None
    if parts is None:
        return None
    found = [stated(part, language) for part in map(str.strip, parts) if not _is_no_parameter(part)]
    given = [one.given for one in found]
    in_order = [one.parameter for one in found if one.given in ("place", "both")]
    many = "rest" in given
    if language == "ruby":
        in_order = _placed(in_order, given.index("rest") if many else len(in_order))
    by_name = "both" in given
    return Parameters(
        positional=() if by_name else tuple(in_order),
        both=tuple(in_order) if by_name else (),
        named=tuple(one.parameter for one in found if one.given == "name"),
        any_positional=many,
        any_named="names" in given or (many and language == "php"),
    )


def _is_no_parameter(part: str) -> bool:
    return part == "void" or part.partition(":")[0].strip("&* ").removeprefix("mut ") in _RECEIVERS


def _placed(in_order: list[Parameter], rest: int) -> list[Parameter]:
    """Parameters of Ruby, where those whose place depends on how many arguments a call gives have no names.

    Of these the needed ones come first: they are given their arguments before the optional ones, wherever they stand.
    """
    last = max((at for at, one in enumerate(in_order) if not one.optional), default=-1)
    first = next((at for at, one in enumerate(in_order) if one.optional), len(in_order))
    fixed = min(first if first < last else len(in_order), rest)
    others = sorted(one.optional for one in in_order[fixed:])
    return [*in_order[:fixed], *(Parameter("", optional) for optional in others)]


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
    after = (*new.positional, *new.both)
    moved = _moved(call, old, new)
    now = [(after[at].name or "another") if at < len(after) else "nothing" for at, _ in moved]
    names = ", ".join(one.name for _, one in moved)
    return f"gives {names} by position where it takes {', '.join(now)} now" if moved else ""


def _moved(call: Call, old: Parameters, new: Parameters) -> list[tuple[int, Parameter]]:
    """The positional arguments' places and former parameters, for those that are in another place now."""
    before = (*old.positional, *old.both)[: call.positional]
    after = [one.name for one in (*new.positional, *new.both)]
    known = {*after, *(one.name for one in new.named)}
    return [
        (at, one)
        for at, one in enumerate(before)
        if one.name and one.name in known and (at >= len(after) or after[at] != one.name)
    ]


def is_silent(call: Call, old: Parameters, new: Parameters, language: str) -> bool:
    """Whether no compiler tells that positional arguments bind to other parameters: their types are the same.

    `language` is that of the call.
    """
    after = (*new.positional, *new.both)
    return language in _UNCHECKED or all(
        at < len(after) and after[at].type.rstrip("?") == one.type.rstrip("?") for at, one in _moved(call, old, new)
    )


def unnamed(call: Call, takes: Parameters) -> str:
    """Which argument a call gives by a name that is not taken; "" for none.

    >>> unnamed(Call(0, ("user",), False), Parameters(both=(Parameter("who"),)))
    'gives user, which it does not take'
    """
    known = {one.name for one in (*takes.both, *takes.named)}
    lost = next((name for name in call.named if name not in known and not takes.any_named), "")
    return f"gives {lost}, which it does not take" if lost else ""


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
    needed = [one for one in (*after, *new.named) if not one.optional and one.name]
    stricter = any(one.name in optional or (one.name not in named and one not in new.positional) for one in needed)
    more = sum(not one.optional for one in after) > sum(not one.optional for one in before)
    order = _moved(Call(len(before), (), False), old, new)
    return fewer or bool(lost and not new.any_named) or open_before or stricter or more or bool(order)
