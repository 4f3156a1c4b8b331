"""Parses unified diffs: which lines of which files a diff changes.

Reads what `git diff`, `git show`, `git format-patch`, `diff -u` and review tools write. It is lenient, because diffs
are often pasted: text around the diff is skipped, and a hunk may be cut short.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from ctxpack.model import Change, Span

_NUMBER = r"[0-9]{1,9}"
_RANGE = rf"({_NUMBER})(?:,({_NUMBER}))?"
_HUNK = re.compile(rf"@@ -{_RANGE} \+{_RANGE} @@")
_COMBINED = re.compile(rf"(@@@+) (?:-{_NUMBER}(?:,{_NUMBER})? )+\+{_RANGE} @@@+")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
ESCAPES = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, '"': 34, "\\": 92}
_PREFIXES = (
    ("a", "b"),
    ("b", "a"),
    ("i", "w"),
    ("w", "i"),
    ("c", "i"),
    ("i", "c"),
    ("c", "w"),
    ("w", "c"),
    ("o", "w"),
    ("w", "o"),
)
NOTHING = "/dev/null"

_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")
_COLOURED = re.compile(r"^(?:\x1b\[[0-9;]*[mK])+(?:diff --|--- |\+\+\+ |@@)", re.MULTILINE)

Strip = Callable[[str, str], tuple[str, str]]
"""Takes the prefixes off the old and the new name of a file; a name may be `NOTHING`."""


@dataclass(slots=True)
class FileDiff:
    """What was read for one file so far; names are None until a header line has them.

    `header` has the names of the `diff --git` line; `exact` says that names come from rename or copy headers, which
    have no prefixes.
    """

    old: str | None = None
    new: str | None = None
    header: tuple[str, str] | None = None
    status: Literal["added", "modified", "deleted", "renamed"] = "modified"
    exact: bool = False
    spans: list[Span] = field(default_factory=list)


def parse_diff(text: str) -> tuple[Change, ...]:
    """Give the files that a diff changes, in its order, with the changed lines in the new numbering.

    Where lines were only removed, the span is the line before them. Renames have the new path, deletions the old one;
    binary files and changes of mode have no spans. Names lose git's `a/` and `b/` prefixes and its quoting.
    """
    return changes(read_files(text), standard)


def read_files(text: str) -> list[FileDiff]:
    """Give what a diff says of each file, with names as they are written."""
    parser = _Parser(text.split("\n"))
    parser.run()
    return parser.files


def uncoloured(text: str) -> str:
    r"""Give a diff without the terminal colours of `git diff --color`; a diff of files that hold such codes keeps them.

    >>> uncoloured("\x1b[1mdiff --git a/f b/f\x1b[m"), uncoloured("+\x1b[1mbold") == "+\x1b[1mbold"
    ('diff --git a/f b/f', True)
    """
    return _COLOUR.sub("", text) if _COLOURED.search(text) else text


def changes(files: Iterable[FileDiff], strip: Strip) -> tuple[Change, ...]:
    """Give the changes of files whose names lose their prefixes by `strip`; see `parse_diff`."""
    merged: dict[str, Change] = {}
    for file in files:
        change = _change(file, strip)
        if change is None:
            continue
        before = merged.get(change.path)
        spans = change.spans if before is None else (*before.spans, *change.spans)
        status = change.status if before is None or before.status == "modified" else before.status
        merged[change.path] = Change(change.path, _joined(spans), status)
    return tuple(merged.values())


class _Parser:
    """Walks over the lines of a diff; `at` is the index of the next one."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.files: list[FileDiff] = []
        self.open: FileDiff | None = None
        """The file whose git header lines are being read; it may have no hunks."""

    def run(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.startswith(("diff --git ", "diff --cc ", "diff --combined ")):
                self._start(line)
            elif line.startswith("--- ") and self._peek().startswith("+++ "):
                self._names(line)
            elif line.startswith("@@") and self.files:
                self._hunk(line)
            elif self.open is not None:
                _extend(self.open, line.rstrip("\r"))

    def _peek(self) -> str:
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def _start(self, line: str) -> None:
        _, kind, rest = line.rstrip("\r").split(" ", 2)
        header = _split_header(rest) if kind == "--git" else (_name(rest), _name(rest))
        self.open = FileDiff(header=header)
        self.files.append(self.open)

    def _names(self, line: str) -> None:
        file = self.open
        if file is None:
            file = FileDiff()
            self.files.append(file)
        self.open = None
        old, new = _name(line[4:]), _name(self._peek()[4:])
        self.at += 1
        if old == NOTHING:
            file.status = "added"
        elif new == NOTHING:
            file.status = "deleted"
        if not file.exact:
            file.old, file.new = old, new

    def _hunk(self, line: str) -> None:
        self.open = None
        match = _HUNK.match(line)
        if match is not None:
            self._plain_hunk(self.files[-1], match)
            return
        combined = _COMBINED.match(line)
        if combined is not None:
            self._combined_hunk(self.files[-1], len(combined[1]) - 1, int(combined[2]))

    def _plain_hunk(self, file: FileDiff, match: re.Match[str]) -> None:
        old_left = int(match[2]) if match[2] is not None else 1
        new_left = int(match[4]) if match[4] is not None else 1
        # In the header of a hunk without new lines, the new position is the line before it.
        touched = _Touched(file, int(match[3]) + (new_left == 0))
        while self.at < len(self.lines) and (old_left > 0 or new_left > 0):
            mark = self.lines[self.at][:1].strip()
            if mark not in ("", "+", "-", "\\"):
                break
            self.at += 1
            if mark != "\\":
                touched.line(added=mark == "+", removed=mark == "-")
                old_left -= mark != "+"
                new_left -= mark != "-"
        touched.close()

    def _combined_hunk(self, file: FileDiff, parents: int, position: int) -> None:
        touched = _Touched(file, position)
        while self.at < len(self.lines):
            marks = self.lines[self.at][:parents]
            if not marks or marks.strip(" +-\\"):
                break
            self.at += 1
            if "\\" not in marks:
                touched.line(added="+" in marks, removed="-" in marks)
        touched.close()


class _Touched:
    """Collects the changed lines of one hunk, which begins at line `position` of the new file."""

    def __init__(self, file: FileDiff, position: int) -> None:
        self._spans = file.spans
        self._position = position
        self._added = self._removed = False

    def line(self, *, added: bool, removed: bool) -> None:
        """Take one line of the hunk."""
        if removed:
            self._removed = True
            return
        if added:
            self._spans.append((self._position, self._position))
            self._added = True
        else:
            self.close()
        self._position += 1

    def close(self) -> None:
        """End a run of changes; if lines were only removed, the span is the line before them."""
        if self._removed and not self._added:
            self._spans.append((self._position - 1, self._position - 1))
        self._added = self._removed = False


def _extend(file: FileDiff, line: str) -> None:
    """Read one of git's extended header lines."""
    if line.startswith("new file mode"):
        file.status = "added"
    elif line.startswith("deleted file mode"):
        file.status = "deleted"
    elif line.startswith("rename from "):
        file.status, file.exact, file.old = "renamed", True, _unquote(line[len("rename from ") :])
    elif line.startswith("copy from "):
        file.status, file.exact, file.old = "added", True, _unquote(line[len("copy from ") :])
    elif line.startswith(("rename to ", "copy to ")):
        file.new = _unquote(line.split(" ", 2)[2])


def _change(file: FileDiff, strip: Strip) -> Change | None:
    if file.exact:
        path = file.new or ""
    else:
        old, new = strip(*_written(file))
        path = old if file.status == "deleted" else new
        if file.status == "modified" and old != new and file.old != NOTHING and file.header is None:
            path = _likelier(old, new)
    if not path:
        return None
    if file.status == "deleted":
        return Change(path, (), "deleted")
    return Change(path, _joined(tuple(file.spans)), file.status)


def _likelier(old: str, new: str) -> str:
    """Of two names of one file in a plain diff, give the shorter: `x.py.orig` against `x.py`."""
    return old if len(old) < len(new) and new.startswith(old) else new


def _written(file: FileDiff) -> tuple[str, str]:
    """Give both names as they are written, from the header where the lines before the hunks have none."""
    old, new = file.old or "", file.new or ""
    if file.header is not None:
        old_header, new_header = file.header
        if old in ("", NOTHING):
            old = old_header
        if new in ("", NOTHING):
            new = new_header
    return old, new


def standard(old: str, new: str) -> tuple[str, str]:
    """Take off git's own prefixes, which always come as a pair, so that a lone `a/` is a directory."""
    if old == NOTHING and new.startswith("b/"):
        return old, new[2:]
    if new == NOTHING and old.startswith("a/"):
        return old[2:], new
    if (old[:1], new[:1]) in _PREFIXES and old[1:2] == new[1:2] == "/":
        return old[2:], new[2:]
    return old, new


def _split_header(rest: str) -> tuple[str, str] | None:
    """Split the two names after `diff --git`; unquoted ones in the middle, if both halves are the same name."""
    if rest.startswith('"'):
        end = _closing(rest)
        return _unquote(rest[:end]), _unquote(rest[end + 1 :])
    if rest.endswith('"') and ' "' in rest:
        start = rest.index(' "')
        return rest[:start], _unquote(rest[start + 1 :])
    middle = len(rest) // 2
    if len(rest) % 2 and rest[middle] == " ":
        old, new = rest[:middle], rest[middle + 1 :]
        if old == new or old[1:] == new[1:]:
            return old, new
    first, space, second = rest.partition(" ")
    return (first, second) if space else None


def _closing(text: str) -> int:
    """Give the index after the quote that closes the quoted name at the start of `text`."""
    at = 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _name(text: str) -> str:
    """Give the name of a `---` or `+++` line: unquoted, or up to the tab before a date."""
    text = text.rstrip("\r")
    if text.startswith('"'):
        return _unquote(text[: _closing(text)])
    return text.split("\t", 1)[0]


def _unquote(text: str) -> str:
    r"""Undo git's C-style quoting; octal escapes are bytes of UTF-8.

    >>> _unquote(r'"caf\303\251 \"x\".txt"')
    'café "x".txt'
    """
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    raw = bytearray()
    last = 0
    inner = text[1:-1]
    for match in _ESCAPE.finditer(inner):
        raw += inner[last : match.start()].encode("utf-8", "replace")
        code = match[1]
        raw.append(int(code, 8) & 255 if len(code) == 3 else ESCAPES.get(code, ord(code) & 255))
        last = match.end()
    raw += inner[last:].encode("utf-8", "replace")
    return raw.decode("utf-8", "backslashreplace")


def _joined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Sort spans and join those that touch; line 0 (before the first line) becomes line 1."""
    joined: list[Span] = []
    for first, last in sorted((max(first, 1), max(last, 1)) for first, last in spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
