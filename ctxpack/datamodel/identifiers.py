"""Rewrites names that SQL composes from constants and parameters: `IDENTIFIER(:catalog || '.silver.orders')`.

They become names with unknown parts in braces, `{catalog}.silver.orders`, before the text is parsed.
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
    """SQL with its composed names replaced by plain names; line numbers stay the same.

    >>> identified("select * from identifier(:catalog || '.gold.' || 'daily') d")
    'select * from {catalog}.gold.daily d'
    """
    return _CALL.sub(_written, text) if "identifier" in text.lower() else text


def _written(match: re.Match[str]) -> str:
    parts = [_part(one) for one in _PART.findall(match[1])]
    name = "".join(parts)
    return name + "\n" * match[0].count("\n") if _NAME.fullmatch(name) else match[0]


def _part(text: str) -> str:
    """One part of a composed name: a constant without its quotes, or a parameter in braces."""
    if text[0] in "'\"":
        return text[1:-1]
    return "{" + text.strip(":$@{} ") + "}"
