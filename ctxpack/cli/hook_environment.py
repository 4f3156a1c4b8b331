"""What git tells a hook through environment variables, made to hold wherever the command then looks."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path


def settle_git(environment: MutableMapping[str, str], root: Path) -> None:
    """Make what git tells a hook hold in every directory: paths of the index and the repository, and the work tree.

    git runs a hook at the top of the work tree and names its files as seen from there. Of another repository than the
    one that is committed to, the index is its own.
    """
    if marker(Path.cwd()) != marker(Path.cwd() / root):
        environment.pop("GIT_INDEX_FILE", None)
    for name in ("GIT_INDEX_FILE", "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"):
        if environment.get(name):
            environment[name] = str(Path.cwd() / environment[name])
    if environment.get("GIT_DIR") and not environment.get("GIT_WORK_TREE"):
        environment["GIT_WORK_TREE"] = str(Path.cwd())


def marker(directory: Path) -> Path | None:
    """The `.git` that governs a directory; None where none does."""
    place = directory.resolve()
    return next((one / ".git" for one in (place, *place.parents) if (one / ".git").exists()), None)
