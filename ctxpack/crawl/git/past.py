"""The past contents of some files, commit by commit, from git objects alone.

The history follows first parents, so that each step leads from one state of the repository to the next; the commits of
a merged branch count as the one merge commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ctxpack.crawl.git.commands import Git
from ctxpack.crawl.tree.walk import readable_name
from ctxpack.model import Value

_OID = re.compile(rb"[0-9a-f]{40,64}(?: |$)")


class PastStep(Value, frozen=True, array_like=True, gc=False):
    """One commit: its full id, the committer date in ISO 8601, the first line of its message, and its changes.

    `changes` are pairs of a path and the id of its new content ("" where it was removed), sorted by path.
    """

    commit: str
    date: str
    title: str
    changes: tuple[tuple[str, str], ...]


def past(git: Git, commit: str, patterns: Sequence[str], *, below: bool, limit: int) -> tuple[PastStep, ...]:
    """The last `limit` steps up to a commit that change files matching these git pathspecs, oldest first.

    The state before the first of these steps comes before them, as a step with the commit "". Paths are relative to
    git's directory if `below` says that this is not the top of the work tree.
    """
    arguments = ["log", "-z", "--raw", "--first-parent", "-m", "--no-renames", "--no-abbrev", "--reverse"]
    arguments += [f"--max-count={max(limit, 0)}", "--no-color", "--no-show-signature", "--encoding=UTF-8"]
    arguments += ["--relative" if below else "--no-relative", "--ignore-submodules=all", "--no-notes"]
    arguments += ["--format=format:%x01%H %P%x00%cI%x00%s%x00", commit, "--", *(f":(glob){one}" for one in patterns)]
    steps = list(_steps(git.run(*arguments)))
    if not steps:
        return ()
    first, parents = steps[0]
    rest = [step for step, _ in steps[1:]]
    if len(parents) == 0:
        shallow = git.run("rev-parse", "--is-shallow-repository").strip() == b"true"
        return (PastStep("", "", "", first.changes) if shallow else first, *rest)
    before = {entry.path: entry.oid for entry in git.tree(parents[0]).entries if entry.kind == "file"}
    return (PastStep("", "", "", tuple(sorted(before.items()))), first, *rest)


def _steps(out: bytes) -> Iterator[tuple[PastStep, list[str]]]:
    """Parse a log whose commits are: SOH id parents NUL date NUL title NUL, then raw records and their paths."""
    fields = out.split(b"\0")
    at = 0
    while at + 2 < len(fields):
        ids = fields[at].lstrip(b"\n").removeprefix(b"\x01").decode("ascii", "replace").split()
        date, title = fields[at + 1].decode("ascii", "replace"), fields[at + 2].decode("utf-8", "replace")
        at += 3
        changes: list[tuple[str, str]] = []
        while at < len(fields) and not _begins_commit(fields[at]):
            record = fields[at].lstrip(b"\n")
            if record.startswith(b":") and at + 1 < len(fields):
                change = _change(record, fields[at + 1])
                changes.extend([change] if change else [])
                at += 1
            at += 1
        if ids:
            yield PastStep(ids[0], date, title, tuple(sorted(changes))), ids[1:]


def _begins_commit(field: bytes) -> bool:
    plain = field.lstrip(b"\n")
    return plain.startswith(b"\x01") and _OID.match(plain, 1) is not None


def _change(record: bytes, raw: bytes) -> tuple[str, str] | None:
    """The path and new blob id of a raw record; None if the record has too few fields or the name is not UTF-8."""
    path, real = readable_name(raw)
    facts = record.decode("ascii", "replace").split(" ")
    if not real or len(facts) < 5:
        return None
    removed = facts[4].startswith("D") or not facts[1].startswith("100")
    return path, "" if removed else facts[3]
