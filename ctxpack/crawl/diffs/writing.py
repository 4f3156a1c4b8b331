"""Writes the unified diff of one file, in a form that `git apply` takes.

The counterpart of the parser in `diff`. It serves to compare a commit with files on disk without git's own diff, which
would run filter programs that the repository configures.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ctxpack.crawl.diffs.reading import ESCAPES, NOTHING

_Code = tuple[str, int, int, int, int]
"""An opcode of difflib: tag, and the ranges of lines on the old and the new side."""

_CONTEXT = 3
"""How many equal lines are shown before and after a change."""

_MATCHED_LINES = 4000
"""With more differing lines than this on one side, a change is written as one block, since matching is quadratic."""


def file_diff(old_path: str, new_path: str, old: str | None, new: str | None, *, binary: bool = False) -> str:
    """Give a git-style diff of one file; None on a side means that the file is not there."""
    lines = [f"diff --git {_quoted('a/' + old_path)} {_quoted('b/' + new_path)}"]
    if old is None:
        lines.append("new file mode 100644")
    elif new is None:
        lines.append("deleted file mode 100644")
    elif old_path != new_path:
        lines += [f"rename from {_quoted(old_path)}", f"rename to {_quoted(new_path)}"]
    left = NOTHING if old is None else _quoted("a/" + old_path)
    right = NOTHING if new is None else _quoted("b/" + new_path)
    if binary:
        lines.append(f"Binary files {left} and {right} differ")
    hunks = [] if binary else _hunks((old or "").split("\n"), (new or "").split("\n"))
    if hunks:
        lines += [f"--- {left}{_tab(left)}", f"+++ {right}{_tab(right)}", *hunks]
    return "\n".join(lines) + "\n"


def _tab(name: str) -> str:
    return "\t" if " " in name and not name.startswith('"') else ""


def _quoted(name: str) -> str:
    if not any(char in '"\\' or ord(char) < 32 or ord(char) == 127 for char in name):
        return name
    escapes = {value: key for key, value in ESCAPES.items()}
    parts = [
        f"\\{escapes[ord(char)]}"
        if ord(char) in escapes
        else f"\\{ord(char):03o}"
        if ord(char) < 32 or ord(char) == 127
        else char
        for char in name
    ]
    return '"' + "".join(parts) + '"'


def _hunks(old: list[str], new: list[str]) -> list[str]:
    """Give the hunks between two files split at line feeds (so an empty last part is the final line feed)."""
    out: list[str] = []
    for group in _groups(old, new):
        old_start, old_end = group[0][1], group[-1][2]
        new_start, new_end = group[0][3], group[-1][4]
        body: list[str] = []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                body += _marked(" ", old, i1, i2)
                continue
            body += _marked("-", old, i1, i2) + _marked("+", new, j1, j2)
        if body:
            out.append(f"@@ -{_range(old, old_start, old_end)} +{_range(new, new_start, new_end)} @@")
            out += body
    return out


def _marked(mark: str, lines: list[str], start: int, end: int) -> list[str]:
    """Give lines with their mark; the part after the last line feed is a line only where it has text."""
    out: list[str] = []
    for index in range(start, end):
        if index < len(lines) - 1:
            out.append(mark + lines[index])
        elif lines[index]:
            out += [mark + lines[index], "\\ No newline at end of file"]
    return out


def _range(lines: list[str], start: int, end: int) -> str:
    count = min(end, len(lines) if lines[-1] else len(lines) - 1) - start
    return f"{start + 1 if count > 0 else start},{max(count, 0)}"


def _groups(old: list[str], new: list[str]) -> list[list[_Code]]:
    """Match the lines between the common beginning and end; grouped into hunks with context."""
    # A last line without a line feed differs from the same text with one.
    left = [*(line + "\n" for line in old[:-1]), old[-1]]
    right = [*(line + "\n" for line in new[:-1]), new[-1]]
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    middle = _middle(left[head : len(left) - tail], right[head : len(right) - tail])
    codes: list[_Code] = [("equal", 0, head, 0, head)] if head else []
    codes += [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in middle]
    if tail:
        codes.append(("equal", len(left) - tail, len(left), len(right) - tail, len(right)))
    return _with_context(codes)


def _middle(left: list[str], right: list[str]) -> Sequence[_Code]:
    if not left and not right:
        return []
    if max(len(left), len(right)) > _MATCHED_LINES:
        return [("replace", 0, len(left), 0, len(right))]
    return difflib.SequenceMatcher(None, left, right).get_opcodes()


def _with_context(codes: Sequence[_Code]) -> list[list[_Code]]:
    """Cut runs of equal lines to their context; a long run between two changes starts a new group (hunk)."""
    groups: list[list[_Code]] = []
    current: list[_Code] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag != "equal":
            current.append((tag, i1, i2, j1, j2))
            continue
        last = index == len(codes) - 1
        after = 0 if index == 0 else min(_CONTEXT, i2 - i1)
        before = 0 if last else min(_CONTEXT, i2 - i1)
        if index and not last and i2 - i1 <= 2 * _CONTEXT:
            current.append((tag, i1, i2, j1, j2))
            continue
        if index:
            groups.append([*current, (tag, i1, i1 + after, j1, j1 + after)])
        current = [(tag, i2 - before, i2, j2 - before, j2)]
    if codes and codes[-1][0] != "equal":
        groups.append(current)
    return groups
