"""The diff of a commit against the work tree, made without git's own diff.

`git diff REV` would run the clean filters that the repository configures, so blobs and files are compared here. Line
ends that git converts, and checked-out Git LFS files, do not count as changes.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass

from ctxpack.crawl.contents.decode import HEAD_BYTES, decode, is_binary
from ctxpack.crawl.diffs.writing import file_diff
from ctxpack.crawl.git.commands import Git, Staged
from ctxpack.crawl.tree.disk import Disk

DIFF_BYTES = 4_000_000
"""Of files above this size, the diff only says that they differ."""

_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class _New:
    """The present side of a file: its blob id, and a function that gives its content."""

    oid: str
    raw: Callable[[], bytes]


def work_tree_diff(git: Git, disk: Disk, commit: str, read_blob: Callable[[str], bytes]) -> str:
    """Give the diff of `commit` against the tracked files on disk, sorted by path, with exact renames."""
    old = {entry.path: entry.oid for entry in git.tree(commit).entries if entry.kind in ("file", "unread")}
    staged = git.index()
    new: dict[str, _New] = {}
    for path, noted in staged.items():
        found = _present(disk, path, noted, read_blob, old.get(path, ""))
        if found is not None:
            new[path] = found
    removed = {path: oid for path, oid in old.items() if path not in new}
    renames = _renames(removed, {path: found.oid for path, found in new.items() if path not in old})
    gone = frozenset(renames.values())
    parts = [
        _part(path, renames.get(path, path), old, new, read_blob)
        for path in sorted({*old, *new})
        if path not in gone and (path not in old or path not in new or old[path] != new[path].oid)
    ]
    return "".join(parts)


def _present(disk: Disk, path: str, noted: Staged, read_blob: Callable[[str], bytes], old: str) -> _New | None:
    """Give the present state of a tracked file; None where it is gone or not a regular file."""
    if noted.mode not in ("100644", "100755"):
        return None
    try:
        found = disk.state(path)
    except (OSError, ValueError):
        return _New(noted.oid, lambda: read_blob(noted.oid)) if noted.sparse and noted.oid else None
    if not stat.S_ISREG(found.st_mode) or not disk.is_real(path.rpartition("/")[0]):
        return None
    # The index has only the lower 32 bits of sizes and inodes.
    if (found.st_size & 0xFFFFFFFF, found.st_mtime_ns, found.st_ino & 0xFFFFFFFF) == (
        noted.size,
        noted.mtime_ns,
        noted.inode,
    ):
        return _New(noted.oid, lambda: read_blob(noted.oid))
    try:
        raw, _ = disk.read(path)
    except OSError:
        return _New(old, lambda: b"")
    same = _same_blob(raw, noted.oid, read_blob) or _same_blob(raw, old, read_blob)
    return _New(same or _blob_id(raw, len(noted.oid or old)), lambda: raw)


def _same_blob(raw: bytes, oid: str, read_blob: Callable[[str], bytes]) -> str:
    """Give `oid` where a file's bytes are what git would have checked out for that blob, else ""."""
    if not oid:
        return ""
    if _blob_id(raw, len(oid)) == oid:
        return oid
    if b"\r\n" in raw and _blob_id(raw.replace(b"\r\n", b"\n"), len(oid)) == oid:
        return oid
    try:
        blob = read_blob(oid)
    except FileNotFoundError:
        return ""
    pointer = blob.startswith(_LFS) and f"oid sha256:{hashlib.sha256(raw).hexdigest()}\n".encode() in blob
    return oid if pointer else ""


def _blob_id(raw: bytes, length: int) -> str:
    # SHA-1 is git's naming of content here, not a security measure.
    digest = hashlib.new("sha256" if length == 64 else "sha1", b"blob %d\0" % len(raw), usedforsecurity=False)
    digest.update(raw)
    return digest.hexdigest()


def _renames(removed: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    """Pair new paths with removed ones of the same content, both in order."""
    by_content: dict[str, list[str]] = {}
    for path in sorted(removed, reverse=True):
        by_content.setdefault(removed[path], []).append(path)
    pairs: dict[str, str] = {}
    for path in sorted(added):
        candidates = by_content.get(added[path])
        if candidates:
            pairs[path] = candidates.pop()
    return pairs


def _part(
    path: str, old_path: str, old: dict[str, str], new: dict[str, _New], read_blob: Callable[[str], bytes]
) -> str:
    try:
        before = read_blob(old[old_path]) if old_path in old else None
        after = new[path].raw() if path in new else None
    except FileNotFoundError:
        # A partial clone may lack the blob; then the diff only says that the file differs.
        before = b"" if old_path in old else None
        after = b"" if path in new else None
        return file_diff(old_path, path, _text(before), _text(after), binary=True)
    sides = [side for side in (before, after) if side is not None]
    if any(is_binary(side[:HEAD_BYTES]) or len(side) > DIFF_BYTES for side in sides):
        return file_diff(old_path, path, _text(before, 0), _text(after, 0), binary=True)
    return file_diff(old_path, path, _text(before), _text(after))


def _text(raw: bytes | None, limit: int | None = None) -> str | None:
    """Give a side's text, including a byte order mark, since adding or removing one is a change too."""
    if raw is None:
        return None
    text, encoding = decode(raw[:limit])
    return "\ufeff" + text if encoding.endswith("-bom") else text
