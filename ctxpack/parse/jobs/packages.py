"""Entry points of Python packages: the names by which the functions of a wheel are run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from ctxpack.datamodel.jobs import JobFacts

_SPELLED = re.compile(r"[\"']?\s*([\w.-]+)\s*=\s*([\w.]+:[\w.]+)")


def read_project(text: str) -> JobFacts:
    """The entry points in a `pyproject.toml`."""
    try:
        data: Any = tomllib.loads(text)
    except (ValueError, RecursionError):
        return JobFacts()
    return JobFacts(entries=tuple(dict.fromkeys(_found(data))))


def _found(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    project, poetry = data.get("project"), data.get("tool")
    poetry = poetry.get("poetry") if isinstance(poetry, dict) else None
    for owner in (project, poetry):
        if not isinstance(owner, dict):
            continue
        groups = owner.get("entry-points") or owner.get("plugins")
        inner = list(groups.values()) if isinstance(groups, dict) else []
        for scripts in (owner.get("scripts"), owner.get("gui-scripts"), *inner):
            if isinstance(scripts, dict):
                yield from ((name, value) for name, value in scripts.items() if isinstance(value, str) and ":" in value)


def read_setup(text: str) -> JobFacts:
    """The entry points in a `setup.py` or `setup.cfg`."""
    _, _, rest = text.partition("entry_points")
    return JobFacts(entries=tuple(dict.fromkeys((match[1], match[2]) for match in _SPELLED.finditer(rest[:5_000]))))
