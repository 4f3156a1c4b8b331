"""Parses git's output: records terminated by NUL, with paths as bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ctxpack.crawl.git.changes import Commit, FileChange
from ctxpack.crawl.tree.entries import Entry
from ctxpack.crawl.tree.walk import readable_name

COMMIT = "//"
"""The marker before a commit in a log; no path in git can begin with it."""

_INDEX_STAT = re.compile(
    rb"  ctime: \d+:\d+\n  mtime: (\d+):(\d+)\n  dev: \d+\tino: (\d+)\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: "
)


@dataclass(frozen=True, slots=True)
class Staged:
    """A file of the index: blob id ("" in a conflict), mode, and the size, time and inode that the index has for it.

    As long as the file on disk has the same size, time and inode, its content is that of the blob. They are -1 where
    that does not hold for sure.
    """

    oid: str
    mode: str
    size: int = -1
    mtime_ns: int = -1
    inode: int = -1
    sparse: bool = False


def _staged(facts: bytes, noted: re.Match[bytes] | None, index_time: int) -> Staged:
    tag, mode, oid, stage = facts.decode("ascii").split(" ")
    if stage != "0":
        return Staged("", mode)
    if noted is None:
        return Staged(oid, mode, sparse=tag == "S")
    time = int(noted[1]) * 1_000_000_000 + int(noted[2])
    if time >= index_time:
        return Staged(oid, mode, sparse=tag == "S")
    return Staged(oid, mode, int(noted[4]), time, int(noted[3]), sparse=tag == "S")


def _last_record(piece: bytes, noted: re.Match[bytes] | None) -> tuple[bytes, bytes, bytes]:
    """Split the record in an index piece, after the stat lines, into (tag, mode, id and stage), a tab, and the path."""
    rest = piece[piece.index(b"\n", noted.end()) + 1 :] if noted else piece
    return rest.partition(b"\t")


def untracked(path: str, raw: bytes) -> Entry:
    """Make the entry of an untracked path; if its raw name ends in "/", it is a nested repository."""
    if raw.endswith(b"/"):
        return Entry(path, "repository", note="another git repository inside this one", tracked=False)
    return Entry(path, tracked=False)


def tracked(path: str, facts: bytes) -> Entry:
    """Make the entry of a tracked file of a work tree; `facts` are tag, mode, id and stage."""
    tag, mode, oid, _ = facts.decode("ascii").split(" ")
    if mode == "160000":
        return Entry(path, "submodule", oid, note=f"submodule at {oid[:12]}, not followed")
    if tag == "S":
        return Entry(path, "sparse", oid, note="outside the sparse checkout")
    return Entry(path, "file", oid)


def in_tree(path: str, facts: bytes, sizes: Mapping[str, int]) -> Entry:
    """Make the entry of a file of a commit; `facts` are mode, kind, id and perhaps size, `sizes` known sizes by id."""
    mode, _, oid, *size = facts.decode("ascii").split()
    return _object(path, mode, oid, int(size[0]) if size and size[0].isdigit() else sizes.get(oid))


def in_index(path: str, mode: str, oid: str, stage: str, sizes: Mapping[str, int]) -> Entry:
    """Make the entry of a file of an index; `sizes` are those of the blobs in this clone, by id."""
    if stage != "0":
        return Entry(path, "unread", note="has a conflict that is not resolved")
    return _object(path, mode, oid, sizes.get(oid))


def _object(path: str, mode: str, oid: str, size: int | None) -> Entry:
    if mode == "160000":
        return Entry(path, "submodule", oid, note=f"submodule at {oid[:12]}, not followed")
    if mode == "120000":
        return Entry(path, "symlink", oid, note="symbolic link")
    if size is None:
        return Entry(path, "unread", oid, note="its content is not in this clone")
    return Entry(path, "file", oid, size)


def commits(out: bytes, *, shallow: bool) -> Iterator[Commit]:
    """Parse a log whose commits are: marker id parents NUL date NUL message NUL, then paths each ended by NUL."""
    fields = out.split(b"\0")
    at = 0
    while at + 2 < len(fields):
        ids = fields[at].lstrip(b"\n").removeprefix(COMMIT.encode()).decode("ascii").split()
        date, message = fields[at + 1].decode("ascii"), fields[at + 2].decode("utf-8", "replace")
        at += 3
        paths: list[str] = []
        while at < len(fields) and not _begins_commit(fields[at]):
            path, real = readable_name(fields[at].removeprefix(b"\n"))
            if real and path:
                paths.append(path)
            at += 1
        # At the boundary of a shallow clone a commit seems to add every file.
        if ids and not (shallow and len(ids) == 1):
            yield Commit(ids[0], date, message.strip("\n"), tuple(sorted(paths)))


def _begins_commit(field: bytes) -> bool:
    return field.startswith(COMMIT.encode())


def changes(out: bytes) -> Iterator[FileChange]:
    """Parse a raw diff, in its order; a renamed or copied file has two paths in it."""
    fields = out.split(b"\0")
    at = 0
    while at + 1 < len(fields):
        _, mode, _, oid, letter = fields[at].split(b" ")
        status = letter[:1]
        both = status in (b"R", b"C")
        names = [readable_name(raw)[0] for raw in fields[at + 1 : at + (3 if both else 2)]]
        at += 3 if both else 2
        before, after = "" if status in (b"A", b"C") else names[0], "" if status == b"D" else names[-1]
        if mode == b"120000":
            yield FileChange(before, after, "symlink", oid.decode("ascii"))
        else:
            yield FileChange(before, after, "submodule" if mode == b"160000" else "file")


def notes(out: bytes, index_time: int) -> dict[str, Staged]:
    """Parse `git ls-files --debug`: the files of an index written at `index_time` (ns), with recorded stat data."""
    found: dict[str, Staged] = {}
    # The stat lines of a file follow its NUL, so each piece has the stat lines of one file and the record of the next.
    facts, path = b"", ""
    for piece in out.split(b"\0"):
        noted = _INDEX_STAT.match(piece)
        if path:
            found[path] = _staged(facts, noted, index_time)
        facts, _, raw = _last_record(piece, noted)
        name, real = readable_name(raw)
        path = name if real else ""
    return found
