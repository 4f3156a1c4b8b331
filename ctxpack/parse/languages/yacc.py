"""Grammars for yacc and lex (bison, flex): the C in their prologue and after the second `%%`."""

from __future__ import annotations

import re

from ctxpack.parse.languages.c import CHooks

_SECTION = re.compile(rb"^%%", re.MULTILINE)
_PROLOGUE = re.compile(rb"^%(?:\{(.*?)^%\}|(?:top|code(?:[ \t]+\w+)?)[ \t]*\{(.*?)^\})", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(rb"[^\s]")


class YaccHooks(CHooks):
    """The hooks of C, for texts of which only parts are C."""

    def code(self, data: bytes) -> bytes:
        """The text with all but its C blanked; the actions of rules go too, being pieces of one function."""
        marks = [found.start() for found in _SECTION.finditer(data)]
        first = marks[0] if marks else len(data)
        last = marks[1] + 2 if len(marks) > 1 else len(data)
        kept = [found.span(found.lastindex or 0) for found in _PROLOGUE.finditer(data, 0, first)]
        parts, place = [], 0
        for start, end in [*kept, (last, len(data))]:
            parts.append(_MARKS.sub(b" ", data[place:start]))
            parts.append(data[start:end])
            place = end
        return b"".join(parts)


HOOKS = YaccHooks()
