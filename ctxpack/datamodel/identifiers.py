"""Names that SQL puts together from constants and parameters: `IDENTIFIER(:catalog || '.silver.orders')`.

They are names like any other with an unknown part, and are written as such, `{catalog}.silver.orders`, before the text
is read any further.
"""

from __future__ import annotations

import re

_STRING = r"'[^'\n]*'|\"[^\"\n]*\""
_PARAMETER = r"[:$@]\w+|\$\{[^{}\n]*\}|\{\{[^{}\n]*\}\}|\{[^{}\n]*\}"
_PART = re.compile(rf"{_STRING}|{_PARAMETER}")
_CALL = re.compile(
    rf"\bidentifier\s*\(\s*((?:{_STRING}|{_PARAMETER})(?:\s*\|\|\s*(?:{_STRING}|{_PARAMETER}))*)\s*\)", re.IGNORECASE
)
_NAME = re.compile(r"[\w.{}`\-]+")


def identified(text: str) -> str:
    """A text of SQL whose composed names are written as names, each line in its place.

    >>> identified("select * from identifier(:catalog || '.gold.' || 'daily') d")
    'select * from {catalog}.gold.daily d'
    """
    return _CALL.sub(_written, text) if "identifier" in text.lower() else text


def _written(match: re.Match[str]) -> str:
    parts = [_part(one) for one in _PART.findall(match[1])]
    name = "".join(parts)
    return name + "\n" * match[0].count("\n") if _NAME.fullmatch(name) else match[0]


def _part(text: str) -> str:
    """What a part of a name is in it: a constant without its quotes, and a parameter in braces."""
    if text[0] in "'\"":
        return text[1:-1]
    return "{" + text.strip(":$@{} ") + "}"
