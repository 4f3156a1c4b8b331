"""What git tells a hook through environment variables, made to hold wherever the command then looks."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path


def settle_git(environment: MutableMapping[str, str], root: Path) -> None:
    """Make what git tells a hook hold in every directory: paths of the index and the repository, and the work tree.

    git runs a hook at the top of the work tree and names its files as seen from there. Of another repository than the
    one that is committed to, the index is its own, and what git says of the one does not hold.
    """
    here, there = marker(Path.cwd()), marker(Path.cwd() / root)
    told = environment.get("GIT_DIR")
    is_of_here = bool(told) and here is not None and _directory(here) == (Path.cwd() / str(told)).resolve()
    if here != there:
        environment.pop("GIT_INDEX_FILE", None)
        if is_of_here and there is not None:
            for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"):
                environment.pop(name, None)
    for name in ("GIT_INDEX_FILE", "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"):
        if environment.get(name):
            environment[name] = str(Path.cwd() / environment[name])
    if environment.get("GIT_DIR") and not environment.get("GIT_WORK_TREE"):
        top = here.parent if here is not None and is_of_here else Path.cwd()
        environment["GIT_WORK_TREE"] = str(top)


def _directory(governing: Path) -> Path:
    """The git directory that a `.git` is, or names if it is a file; the `.git` itself where it cannot be read."""
    if governing.is_dir():
        return governing.resolve()
    if not governing.is_file():
        return governing
    try:
        goal = governing.read_text(encoding="utf-8", errors="surrogateescape").strip()
    except OSError:
        return governing
    return (governing.parent / goal.removeprefix("gitdir:").strip()).resolve()


def marker(directory: Path) -> Path | None:
    """The `.git` that governs a directory; None where none does."""
    place = directory.resolve()
    return next((one / ".git" for one in (place, *place.parents) if (one / ".git").exists()), None)
