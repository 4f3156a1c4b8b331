"""Reads one parameter as a language states it: its name, its type, and how calls may give it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ctxpack.check.parameters import Parameter

_NAME_FIRST = frozenset({"typescript", "tsx", "javascript", "jsx", "vue", "svelte", "kotlin"})
_NAME_LAST = frozenset({"java", "csharp", "php"})
_NAMING = frozenset({"php", "kotlin", "csharp"})
"""Languages where a call may give any parameter by its name (besides Python, whose parameters are read elsewhere)."""

_DEFAULT = re.compile(r"(?<![=!<>])=(?![=>])")
_MARK = re.compile(r"\s*@[\w.:]+(?:\([^()]*\))?\s*")
_ATTRIBUTE = re.compile(r"\s*#?\[[^\[\]]*\]\s*")
_MODIFIER = re.compile(
    r"\s*(?:public|private|protected|internal|readonly|override|final|ref|out|in|this|scoped|params|vararg|val|var"
    r"|noinline|crossinline)\s+(?=[\w$&?\\.{\[])"
)
_REST = re.compile(r"\*|(?:params|vararg)\s+\w|(?:noinline|crossinline|val|var|private|public)\s+vararg\s")
_FIRST = re.compile(r"([A-Za-z_$][\w$]*)(\??)\s*(?::(.*))?$", re.DOTALL)
_LAST = re.compile(r"(.*?)[\s&]*(?:\$|(?<![\w$]))([A-Za-z_]\w*)\s*((?:\[\s*\])*)$", re.DOTALL)
_KEYWORD = re.compile(r"([a-z_]\w*):(?!:)\s*(.*)$", re.DOTALL)
_PLAIN = re.compile(r"[a-z_]\w*$")


class Stated(NamedTuple):
    """A parameter, and how calls give it: by place, by place or name, by name, as many as there are, or as a block."""

    parameter: Parameter
    given: Literal["place", "both", "name", "rest", "names", "block"]


def stated(part: str, language: str) -> Stated:
    """A parameter of a signature; its name and type are "" where the language, or the way it is written, hides them.

    >>> stated("?User $user = null", "php").parameter
    Parameter(name='user', optional=True, type='?User')
    >>> stated("retries: 3", "ruby").given
    'name'
    """
    if language == "ruby":
        return _of_ruby(part)
    bare = _without_marks(part, language)
    if "..." in bare or _REST.match(bare):
        return Stated(Parameter(""), "rest")
    bare = _without(_MODIFIER, bare)
    head, *default = _DEFAULT.split(bare, maxsplit=1)
    asked = language not in _NAME_LAST and re.match(r"[\w$]+\?", bare) is not None
    name, kind = "", ""
    if language in _NAME_FIRST:
        name, kind = _name_first(head.strip())
    elif language in _NAME_LAST:
        name, kind = _name_last(head.strip(), language)
    return Stated(Parameter(name, bool(default) or asked, kind), "both" if language in _NAMING else "place")


def _without_marks(part: str, language: str) -> str:
    """A parameter without annotations, decorators and attributes, in a language whose parameters are read."""
    if language not in _NAME_FIRST and language not in _NAME_LAST:
        return part
    plain = re.sub(r"^\s*final\s+", "", part)
    return _without(_ATTRIBUTE if language in ("php", "csharp") else _MARK, plain)


def _without(pattern: re.Pattern[str], part: str) -> str:
    """A text without what the pattern matches at its beginning, as often as it does."""
    while found := pattern.match(part):
        part = part[found.end() :]
    return part.strip()


def _name_first(head: str) -> tuple[str, str]:
    """The name and type of `name: Type`."""
    found = _FIRST.match(head)
    return (_own(found[1]), _type(found[3] or "")) if found else ("", "")


def _name_last(head: str, language: str) -> tuple[str, str]:
    """The name and type of `Type name`, and of `$name`; ("", "") where a name stands alone but is a type."""
    found = _LAST.match(head)
    if found is None or (language == "php") != ("$" in head) or (language != "php" and not found[1].strip()):
        return "", ""
    return _own(found[2]), _type(found[1] + found[3])


def _own(name: str) -> str:
    return "" if name.strip("_") == "" else name


def _type(text: str) -> str:
    return " ".join(text.split())


def _of_ruby(part: str) -> Stated:
    if part.startswith("&"):
        return Stated(Parameter("", True), "block")
    if part.startswith("**"):
        return Stated(Parameter("", True), "names")
    if part.startswith("*") or part == "...":
        return Stated(Parameter("", True), "rest")
    named = _KEYWORD.match(part)
    if named:
        return Stated(Parameter(named[1], bool(named[2])), "name")
    head, default = (*_DEFAULT.split(part, maxsplit=1), "")[:2]
    return Stated(Parameter(head.strip() if _PLAIN.match(head.strip()) else "", bool(default)), "place")
