"""Fixes up the environment variables that git sets for a hook, so that they are right in any directory."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path


def settle_git(environment: MutableMapping[str, str], root: Path) -> None:
    """Make git's variables absolute, and remove those that are about another repository than the one at `root`.

    git runs a hook at the top of the work tree, with paths relative to it (GIT_INDEX_FILE, GIT_DIR, GIT_WORK_TREE).
    If `root` is in another repository than the one that is committed to, its own index and git directory apply.
    """
    here, there = marker(Path.cwd()), marker(Path.cwd() / root)
    named = environment.get("GIT_DIR")
    is_of_here = bool(named) and here is not None and _directory(here) == (Path.cwd() / str(named)).resolve()
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
    """The git directory for a `.git`, which may be a file that names it; the `.git` itself if it cannot be read."""
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
    """The nearest `.git` in a directory or above it; None where there is none."""
    place = directory.resolve()
    return next((one / ".git" for one in (place, *place.parents) if (one / ".git").exists()), None)
