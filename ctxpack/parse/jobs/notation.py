"""Converts placeholders of configuration languages (Jinja, shell, Terraform) to the common notation of named holes."""

from __future__ import annotations

import re
from collections.abc import Callable

from ctxpack.datamodel.jobs import CLOSE, OPEN

_OPENED = re.compile(
    r"\$?\{\{-?\s*(?P<double>[^{}]*?)\s*-?\}\}"  # Jinja, GitHub's expressions, dynamic values of Databricks
    r"|\$\{(?P<braced>[^{}]*)\}"  # shells, bundles, Terraform
    r"|(?<![\w$\\])\$(?P<plain>[A-Za-z_]\w*)"
    r"|\{%.*?%\}"
)
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
HOLE = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
"""A hole, with its name as the group."""


def hole(name: str) -> str:
    """A hole with this name."""
    return f"{OPEN}{name}{CLOSE}"


def opened(text: str) -> str:
    """A text with its template placeholders converted to holes."""
    if "$" not in text and "{{" not in text and "{%" not in text:
        return text
    return _OPENED.sub(_open, text)


def _open(match: re.Match[str]) -> str:
    if match["plain"]:
        return hole(f"env.{match['plain']}")
    inner = match["double"] if match["double"] is not None else match["braced"]
    if inner is None:
        return ""
    name = _NAME.search(inner)
    if name is None:
        return hole("value")
    default = inner[name.end() :]
    if match["braced"] is not None and default.startswith((":-", "-")) and OPEN not in default:
        return default.lstrip(":-")
    if match["braced"] is not None and "." not in name[0]:
        return hole(f"env.{name[0]}")
    return hole(name[0])


def filled(text: str, value_of: Callable[[str], str | None]) -> str:
    """A text with holes filled by `value_of`; those for which it gives None stay."""
    if OPEN not in text:
        return text

    def fill(match: re.Match[str]) -> str:
        found = value_of(match[1])
        return match[0] if found is None else found

    return HOLE.sub(fill, text)
