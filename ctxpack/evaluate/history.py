"""Selects the commits of a history that can serve as tasks, and turns their messages into task texts.

A commit message is written when the change is known. So what would give the answer away is removed: paths of the files
that the commit touches, and whatever leads to the answer (issue and pull request numbers, commit ids, links, trailers).
What people also write in a task beforehand stays: names of functions, modules and areas.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from ctxpack.crawl import Commit
from ctxpack.model import Value

MOST_FILES = 20
"""A commit that touches more files is a sweep through the repository and no task."""

LEAST_WORDS = 3
"""How many different words of at least three letters a message must have to be a task."""

_LONGEST = 4000
_NOT_WORK = re.compile(
    # Only the forms that tools write: "Merge the two tables" and "Release the lock" are work.
    r"\W*(?:(?:merged? (?:branch(?:es)?|pull request|pr|merge request|remote-tracking|tags?|commit|v?\d+[.]\d+[\w.]*)"
    r"|revert(?:s|ed)? (?:(?:commit )?[0-9a-f]{7,40}|commit)|version (?:bump|updates?)"
    r"|bump|bumps|initial commit|back to dev\w*|backport|cherry[- ]pick"
    r"|prepare (?:for )?(?:the )?(?:next |new )?(?:release|version)|update (?:the )?(?:changelog|dependenc\w+|deps)"
    r"|v?\d+[.]\d+[\w.]*)\b|(?:revert|reapply) [\"'“«„]|\w+\((?:release|deps?|deps-dev)\)"
    r"|(?:release|version)[: ]+(?:version )?v?\d[\w.+-]*(?=\s*(?:[(,:;]|\n|\Z)|\s+of\b))",
    re.IGNORECASE,
)
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s)>\]]+", re.IGNORECASE)
_NUMBER = re.compile(
    r"\((?:(?:GH-|[\w./-]*#|!)\d+(?:,\s*)?)+\)"  # (#12), (GH-12), (owner/name#12)
    r"|\b(?:(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|see|issue|ticket|pr|bug)[:\s]+)?(?:\bGH-|\bgh-|[\w./-]*#)\d+\b",
    re.IGNORECASE,
)
_KEY = re.compile(r"\A\s*(?:\[[A-Z][A-Z0-9]{1,9}-\d+\][:\s]*|[A-Z][A-Z0-9]{1,9}-\d+[:\s]+)+")
_COMMIT_ID = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b")
_TRAILER = re.compile(r"(?:[a-z][\w-]*(?:-[a-z][\w-]*)+|cc|bug|refs|closes|fixes): ?\S.*", re.IGNORECASE)
_LEFTOVER = re.compile(r"\(cherry picked from commit [^)]*\)|^This (?:reverts|backports) commit.*$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*")


class Task(Value, frozen=True, array_like=True, gc=False):
    """One commit as a task: `text` is the task's text, `paths` are the files that the commit touched.

    `withheld` are the words that were removed from the message because they name such files.
    """

    commit: str
    date: str
    text: str
    paths: tuple[str, ...]
    withheld: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first line of the text."""
        return self.text.partition("\n")[0]


class Passed(Value, frozen=True, array_like=True, gc=False):
    """A commit that is no task, and why."""

    commit: str
    reason: str


def tasks(commits: Sequence[Commit]) -> Iterator[Task | Passed]:
    """Each of `commits` (newest first, without merges) as a task, or the reason why it is none."""
    older = [_subject(commit.message) for commit in commits]
    repeated = _repeated(older)
    for place, commit in enumerate(commits):
        yield Passed(commit.id, "repeats the message of an older commit") if place in repeated else _read(commit)


def _read(commit: Commit) -> Task | Passed:
    if not commit.paths:
        return Passed(commit.id, "touches no file")
    if len(commit.paths) > MOST_FILES:
        return Passed(commit.id, f"touches more than {MOST_FILES} files")
    if _NOT_WORK.match(commit.message.strip()):
        return Passed(commit.id, "is a release, a revert or the like by its message")
    text, withheld = question(commit.message, commit.paths)
    if len({word.lower() for word in _WORD.findall(text)}) < LEAST_WORDS:
        return Passed(commit.id, "has hardly a word in its message")
    return Task(commit.id, commit.date, text, commit.paths, withheld)


def _repeated(subjects: Sequence[str]) -> set[int]:
    """The indices of messages that an older commit has too, so that the history would contain the answer."""
    seen: set[str] = set()
    found = set()
    for place in reversed(range(len(subjects))):
        if subjects[place] in seen:
            found.add(place)
        seen.add(subjects[place])
    return found


def _subject(message: str) -> str:
    first = message.strip().partition("\n")[0]
    return " ".join(_NUMBER.sub(" ", first).lower().split())


# --- what is asked ----------------------------------------------------------------------------------------------------


def question(message: str, paths: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    r"""A message as the text of a task, and the words that were removed from it because they name `paths`.

    >>> question("Fix rounding in shop/money.py (#12)\n\nSigned-off-by: A <a@b.c>", ["shop/money.py"])
    ('Fix rounding in', ('shop/money.py',))
    """
    text = "\n".join(_without_trailers(message.replace("\r\n", "\n").split("\n")))
    for pattern in (_KEY, _LEFTOVER, _URL, _NUMBER, _COMMIT_ID):
        text = pattern.sub(" ", text)
    names = _names(paths)
    withheld: list[str] = []

    def judged(match: re.Match[str]) -> str:
        word = match[0].rstrip(".")
        if word.removeprefix("./").removeprefix("a/").removeprefix("b/").lower() not in names:
            return match[0]
        withheld.append(word)
        return ""

    text = _PATH.sub(judged, text)
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:_LONGEST], tuple(withheld)


def _without_trailers(lines: Sequence[str]) -> list[str]:
    """The lines without trailers, which may be anywhere after the subject."""
    subject = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return [line for place, line in enumerate(lines) if place <= subject or not _TRAILER.fullmatch(line.strip())]


def _names(paths: Iterable[str]) -> Collection[str]:
    """All strings that name one of these files: its name with suffix, and each suffix of its path (`b/c.py`, `b/c`)."""
    found: set[str] = set()
    for path in paths:
        parts = path.lower().split("/")
        found.update("/".join(parts[place:]) for place in range(len(parts)))
        whole = [part for part in ("/".join(parts[place:]) for place in range(len(parts) - 1)) if "." in part]
        found.update(part.rpartition(".")[0] for part in whole)  # a/b for a/b.py
    return frozenset(name for name in found if "." in name or "/" in name)
