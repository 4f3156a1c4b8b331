"""Lists a directory tree without git.

Used for a plain directory, and for the few directories that are listed though git ignores them (installed dbt packages,
directories named by the caller). Never follows a symbolic link, so it neither leaves the tree nor loops.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ctxpack.crawl.contents.decode import decode
from ctxpack.crawl.tree.entries import Entry, Listing
from ctxpack.crawl.tree.ignore import TOOL_DIRECTORIES, Rules, why_tool_directory
from ctxpack.model import Problem, Skipped

_GIT = ".git"


def readable_name(raw: bytes) -> tuple[str, bool]:
    """Give a path as text, and whether that is its real name (False where it is not UTF-8 and was escaped)."""
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace"), False


def shown(path: Path) -> str:
    """Give a path for a message or a key, with bytes that are not UTF-8 escaped."""
    return readable_name(os.fsencode(path))[0]


def not_utf8(path: str) -> Skipped:
    """The skip of a file whose name is not UTF-8; `path` is the escaped form."""
    return Skipped(path, "its name is not UTF-8")


@dataclass(slots=True)
class _Walk:
    root: str
    rules: Rules
    ignore_names: tuple[str, ...]
    keep: Callable[[str], bool]
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def walk(
    root: Path, start: str, rules: Rules, ignore_names: tuple[str, ...], *, tool_directories: bool = False
) -> Listing:
    """List the files below `start` (relative to `root`, "" for the root itself).

    `rules` decide which directories to enter, and the ignore files called `ignore_names` that are found are added to
    them. Files are not filtered; the caller does that. Directories that tools fill are one skip each, unless
    `tool_directories`.
    """
    state = _Walk(str(root), rules, ignore_names, (lambda _path: True) if tool_directories else rules.requested)
    pending = [start]
    while pending:
        pending.extend(reversed(_directory(state, pending.pop())))
    return Listing(tuple(state.entries), tuple(state.skipped), tuple(state.problems))


def _directory(state: _Walk, directory: str) -> list[str]:
    """List one directory; give the sub-directories to enter, sorted."""
    full = f"{state.root}/{directory}" if directory else state.root
    try:
        with os.scandir(os.fsencode(full)) as scan:
            children = sorted(scan, key=lambda child: child.name)
    except OSError as error:
        reason = f"the directory cannot be read: {error.strerror or error}"
        state.skipped.append(Skipped(directory or ".", reason))
        state.problems.append(Problem(directory or ".", reason))
        return []
    for ignore_name in state.ignore_names:
        take_ignore_file(state.root, directory, ignore_name, state.rules, state.problems)
    names = {child.name for child in children}
    inner: list[str] = []
    for child in children:
        name, real = readable_name(child.name)
        path = f"{directory}/{name}" if directory else name
        if not real:
            state.skipped.append(not_utf8(path))
        elif name == _GIT and not child.is_dir(follow_symlinks=False):
            # A linked work tree has a `.git` file, which contains a path of this machine.
            state.skipped.append(Skipped(path, TOOL_DIRECTORIES[_GIT]))
        elif child.is_dir(follow_symlinks=False):
            if _enter(state, path, name, full, names):
                inner.append(path)
        else:
            state.entries.append(_entry(path, child))
    return inner


def _enter(state: _Walk, path: str, name: str, parent: str, siblings: set[bytes]) -> bool:
    reason = state.rules.why_out(path, directory=True)
    if not reason and not state.keep(path):
        here = f"{parent}/{name}"
        reason = why_tool_directory(
            name,
            lambda marker: os.path.lexists(f"{here}/{marker}"),
            lambda marker: os.fsencode(marker) in siblings,
        )
    if reason:
        state.skipped.append(Skipped(path, reason))
    return not reason


def _entry(path: str, child: os.DirEntry[bytes]) -> Entry:
    try:
        if child.is_symlink():
            return link_entry(path, os.fsencode(Path(os.fsdecode(child.path)).readlink()), tracked=False)
        mode = child.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return Entry(path, "unread", note=f"cannot be read: {error.strerror or error}", tracked=False)
    if stat.S_ISREG(mode):
        return Entry(path, tracked=False)
    return Entry(path, "special", note=special_kind(mode), tracked=False)


def link_entry(path: str, goal: bytes, *, tracked: bool = True) -> Entry:
    """Make the entry of a symbolic link to `goal`."""
    return Entry(path, "symlink", note=f"symbolic link to {readable_name(goal)[0]}", tracked=tracked)


def special_kind(mode: int) -> str:
    """Name the kind of what is no regular file and no link, such as "a named pipe"."""
    kinds = ((stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a directory"))
    return next((name for test, name in kinds if test(mode)), "a device")


def take_ignore_file(root: str, directory: str, name: str, rules: Rules, problems: list[Problem]) -> None:
    """Read the ignore file `name` of `directory`, if there is one, into `rules`."""
    path = f"{root}/{directory}/{name}" if directory else f"{root}/{name}"
    try:
        # An ignore file that is a link is not read, as in git: it could lead out of the tree.
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return
        raw = Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        inner = f"{directory}/{name}" if directory else name
        problems.append(Problem(inner, f"the ignore file cannot be read: {error.strerror or error}"))
        return
    problems.extend(rules.add_file(directory, name, decode(raw)[0]))
