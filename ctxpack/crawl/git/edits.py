"""What one commit changed, in the paths and lines of the state before it; for replaying a history.

It is read from git objects alone. The diff is taken in reverse, so that its "new" side, whose names and lines
`parse_diff` gives, is the state before the commit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ctxpack.crawl.diffs.reading import parse_diff
from ctxpack.crawl.git.commands import Git
from ctxpack.model import Span, Value

_FILE = re.compile(r"^(?=diff --git )", re.MULTILINE)
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class Edit(Value, frozen=True, array_like=True, gc=False):
    """What a commit did to one file that existed before it, in the line numbers of before.

    `lines` were replaced or removed; after each line in `inserted`, something was inserted. Both are empty where git
    gives no lines: binary files, and files that were only moved.
    """

    path: str
    lines: tuple[Span, ...] = ()
    inserted: tuple[int, ...] = ()

    def touches(self, span: Span) -> bool:
        """Whether something inside these lines was changed; an insertion after the last line is outside."""
        first, last = span
        changed = any(start <= last and end >= first for start, end in self.lines)
        return changed or any(first <= line < last for line in self.inserted)


def edits(git: Git, before: str, commit: str, *, below: bool) -> tuple[Edit, ...]:
    """The files of the commit `before` that `commit` edits, moves or removes, sorted by path.

    Renames are detected as git does by default; a renamed file has its old path. `below` says that git's directory is
    not the top of the work tree; then only files in that directory are given.
    """
    arguments = ["diff-tree", "-R", "-r", "-p", "--unified=0", "--find-renames", "-l400", f"-O{os.devnull}"]
    arguments += ["--no-color", "--no-ext-diff", "--no-textconv", "--inter-hunk-context=0", "--diff-algorithm=myers"]
    arguments += ["--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=all"]
    arguments += ["--relative" if below else "--no-relative", before, commit, "--"]
    text = git.run(*arguments).decode("utf-8", "replace")
    return tuple(sorted(_edits(text), key=lambda edit: edit.path))


def _edits(text: str) -> Iterator[Edit]:
    for part in _FILE.split(text):
        for change in parse_diff(part):
            if change.status == "deleted":  # in reverse: the commit added it
                continue
            hunks = [(int(first), int(count or 1)) for first, count in _HUNK.findall(part)]
            lines = tuple((first, first + count - 1) for first, count in hunks if count)
            yield Edit(change.path, lines, tuple(first for first, count in hunks if not count))
