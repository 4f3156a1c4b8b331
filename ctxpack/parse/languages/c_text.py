"""C and C++ before the preprocessor, whose lines may stand anywhere and cut through any construct.

Includes are read from the lines themselves. A text that does not parse is tried with one branch of each condition: the
first (`#if 0` and `__cplusplus` count as untrue); includes and definitions of macros stay everywhere, since they can
always be read and matter to a reader whatever the configuration. Macros that stand for attributes are left out then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*(\w+)[ \t]*([^\n]*)")
_CONDITIONS = frozenset({b"if", b"ifdef", b"ifndef"})
_ALTERNATIVES = frozenset({b"elif", b"else", b"elifdef", b"elifndef"})
_KEPT = frozenset({b"include", b"include_next", b"import", b"define"})
_UNTRUE = re.compile(rb"(?:0|defined\s*\(?\s*__cplusplus\s*\)?|__cplusplus)\s*(?:/[/*].*)?$")
_INCLUDE = re.compile(rb"[ \t]*#[ \t]*(?:include|include_next|import)[ \t]*(\"[^\"\n]+\"|<[^>\n]+>)")
_ANNOUNCED = re.compile(
    rb"^[ \t]*(?:namespace[ \t]+[\w:]+[ \t]*\{[ \t]*)*(?:class|struct|union)[ \t]+(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+[ \t]+)?"
    rb"([A-Za-z_]\w*)[ \t]*;",
    re.MULTILINE,
)
_GUARD = re.compile(
    rb"\s*(?:#[ \t]*pragma[ \t]+once\s+)?#[ \t]*(?:ifndef[ \t]+|if[ \t]*![ \t]*defined[ \t]*\(?[ \t]*)(\w+)[ \t]*\)?\s*"
    rb"#[ \t]*define[ \t]+\1\b"
)
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_ALONE = re.compile(rb"^[A-Z][A-Z0-9]*_[A-Z0-9_]+[ \t]*(?:\([^()\n;]*\)[ \t]*)?$", re.MULTILINE)
_BEFORE_TYPE = re.compile(
    rb"^([ \t]*(?:(?:static|inline|extern|virtual|explicit|friend|constexpr)[ \t]+)*)([A-Z][A-Z0-9]*_[A-Z0-9_]+)"
    rb"(?=[ \t]+(?:[A-Za-z_][\w:<>]*[ \t*&]+)+[A-Za-z_~][\w:]*[ \t]*[({;=])",
    re.MULTILINE,
)
_BEFORE_NAME = re.compile(
    rb"(\b(?:class|struct)[ \t]+)([A-Z][A-Z0-9]*_[A-Z0-9_]*)(?=[ \t]+[A-Za-z_]\w*[ \t]*(?:final[ \t]*)?[:{;])"
)
_MARKED = re.compile(
    rb"""\b(?:class|struct|union)[ \t]+
       (?P<mark>[A-Z][A-Z0-9_]{2,}(?:[ \t]*\([^()\n]*\))?)(?=[ \t]+[A-Za-z_][\w:]*\s*(?:final\s*)?[:{])
       | \b(?:class|struct|union)[ \t]+
       (?P<export>[A-Z0-9_]*(?:EXPORT|API|DLL|PUBLIC|VISIBLE)[A-Z0-9_]*)(?=[ \t]+[A-Za-z_]\w*[ \t]*;)
       | ^[ \t]*(?:(?:template[ \t]*<[^<>\n]*>|static|inline|extern|virtual|explicit|friend|constexpr)[ \t]+)*
       (?P<before>(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+(?:[ \t]*\([^()\n]*\))?[ \t]+)*
          [A-Z][A-Z0-9_]*_(?:(?:FORCE_?|ALWAYS_|NO)?INLINE|API|EXPORT(?:_[A-Z]+)?|EXTERN|PUBLIC|CONSTEXPR\d*|CONSTEVAL|NORETURN|NODISCARD
          |DECL|FUNC|DEPRECATED|UNUSED|VISIBILITY)_?(?:[ \t]*\([^()\n]*\))?)(?=\s+[A-Za-z_~:])
       | (?<=[\w)])\s+(?P<after>(?:[A-Z][A-Z0-9]*_)*(?:NOEXCEPT|NOTHROW|OVERRIDE))(?=\s*(?:[;{:=]|override\b|final\b))
       | (?<=[\w)\]])(?<!\belse)(?<!\bdo)(?<!\breturn)\s+
       (?P<lock>(?:[A-Z]+_)*(?:(?:PT_)?GUARDED_(?:BY|VAR)|(?:LOCKS_)?EXCLUDE[SD]|(?:LOCKS_)?REQUIRE[SD](?:_SHARED)?
          |(?:TRY_)?(?:ACQUIRE|LOCK_FUNCTION)(?:_SHARED)?|(?:RELEASE|UNLOCK_FUNCTION)(?:_SHARED|_GENERIC)?
          |ACQUIRED_(?:AFTER|BEFORE)|LOCK_RETURNED|RETURN_CAPABILITY|ASSERT_(?:CAPABILITY|EXCLUSIVE_LOCK|SHARED_LOCK)
          |NO_THREAD_SAFETY_ANALYSIS|LIFETIME_BOUND)
          (?:[ \t]*\((?:[^();{}]|\([^();{}]*\))*\))?)(?=\s*(?:[;{=,]|override\b|final\b|[A-Z_]+\s*\())""",
    re.VERBOSE | re.MULTILINE,
)
"""Macros that mark classes, functions and members, where nothing else can stand, by the words they are named with."""

_CALL = re.compile(rb"[A-Z][A-Z0-9]*_[A-Z0-9_]+[ \t]*(?:\((?:[^()\n;]|\([^()\n;]*\))*\))?")
_NAME = re.compile(rb"[A-Za-z_]\w*\b")
_MOST_BETWEEN = 8
_CAPITALS = re.compile(rb"[A-Z][A-Z0-9_]+")
_MARKS = re.compile(rb"[^\s]")


def one_branch(data: bytes) -> bytes:
    """The text, of the same length and lines, with the other branches and the conditions themselves blanked."""
    kept: list[bytes] = []
    branches: list[tuple[bool, bool]] = []
    inactive = 0
    for line in _logical_lines(data):
        found = _DIRECTIVE.match(line)
        word = found[1] if found else b""
        if word in _CONDITIONS:
            active = not (word != b"ifndef" and _UNTRUE.match(found[2] if found else b""))
            branches.append((active, active))
            inactive += not active
        elif word in _ALTERNATIVES and branches:
            active, taken = branches[-1]
            inactive += active - (not taken)
            branches[-1] = (not taken, True)
        elif word == b"endif" and branches:
            inactive -= not branches.pop()[0]
        elif word in _KEPT or not inactive:
            kept.append(_COMMENT.sub(_blank_comment, line) if word in _KEPT else line)
            continue
        kept.append(_MARKS.sub(b" ", line))
    return b"".join(kept)


def without_attributes(data: bytes) -> bytes:
    """The text, of the same length and lines, without macros that stand where only an attribute or nothing can.

    By custom their names are upper case with an underscore: alone on a line, before a type and a name, or between
    `class` and its name.
    """
    data = _ALONE.sub(lambda found: _MARKS.sub(b" ", found[0]), data)
    data = _without_calls(data)
    for pattern in (_BEFORE_TYPE, _BEFORE_NAME):
        data = pattern.sub(lambda found: found[1] + b" " * len(found[2]), data)
    return data


def _without_calls(data: bytes) -> bytes:
    """The text without macros that are alone on an indented line and stand for members, constants or statements.

    Such a line is the first after the end of something, or the next begins with a name; else it is the last part of
    what began above it.
    """
    lines = data.split(b"\n")
    before = b";"
    for number, line in enumerate(lines):
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        if _CALL.fullmatch(text) and (before[-1:] in b";{}" or _begins_with_name(lines, number + 1)):
            lines[number] = _blank(line)
        else:
            before = text
    return b"\n".join(lines)


def _begins_with_name(lines: list[bytes], start: int) -> bool:
    for line in lines[start : start + _MOST_BETWEEN]:
        text = line.strip()
        if text and not text.startswith(b"#"):
            return _NAME.match(text) is not None
    return False


def unmarked(data: bytes) -> bytes:
    """The text, of the same length and lines, without the macros that mark classes, functions and members.

    A grammar takes one before a name for a type, and so a class for a function, and one after a name for the name.
    """
    return _MARKED.sub(_unmark, data)


def marks(data: bytes) -> Iterator[tuple[int, str]]:
    """The names of macros that `unmarked` leaves out, with their places."""
    for found in _MARKED.finditer(data):
        start, end = found.span(found.lastgroup or 0)
        for name in _CAPITALS.finditer(data, start, end):
            yield name.start(), name[0].decode("ascii")


def _unmark(found: re.Match[bytes]) -> bytes:
    kept = found.start(found.lastgroup or 0) - found.start()
    return found[0][:kept] + _blank(found[0][kept:])


def _blank(text: bytes) -> bytes:
    return _MARKS.sub(b" ", text)


def includes(data: bytes) -> Iterator[tuple[int, int, str, bool]]:
    """(line, column, what is written between the quotes or with its angle brackets, whether under a condition).

    The guard of a header, which begins by defining a macro if it is not defined, is no condition.
    """
    data = _COMMENT.sub(_blank_comment, data)
    depth, guarded, number = 0, _GUARD.match(data) is not None, 1
    for line in _logical_lines(data):
        found = _DIRECTIVE.match(line)
        word = found[1] if found else b""
        if word in _CONDITIONS:
            depth += 1
        elif word == b"endif":
            depth = max(0, depth - 1)
            guarded = guarded and depth > 0
        elif word in _ALTERNATIVES:
            guarded = guarded and depth > 1
        elif include := _INCLUDE.match(line):
            written = include[1].decode("utf-8", "replace")
            yield number, include.start(1), written.strip('"'), depth > guarded
        number += line.count(b"\n")


def announced(data: bytes) -> Iterator[tuple[int, int, str]]:
    """(line, column, name) of the records that lines announce without defining them (`class Shop;`), each name once."""
    number, before = 1, 0
    seen: set[bytes] = set()
    for found in _ANNOUNCED.finditer(data):
        number, before = number + data.count(b"\n", before, found.start(1)), found.start(1)
        if found[1] not in seen:
            seen.add(found[1])
            yield number, before - data.rfind(b"\n", 0, before) - 1, found[1].decode("utf-8", "replace")


def _blank_comment(found: re.Match[bytes]) -> bytes:
    return _MARKS.sub(b" ", found[0]) if found[0][:1] == b"/" else found[0]


def _logical_lines(data: bytes) -> Iterator[bytes]:
    """Lines with their newlines, those that end in a backslash joined with the next."""
    held: list[bytes] = []
    for line in data.splitlines(keepends=True):
        held.append(line)
        if not line.rstrip(b"\r\n").endswith(b"\\"):
            yield b"".join(held)
            held.clear()
    if held:
        yield b"".join(held)
