"""What earlier listings found, by which the next one sees which files are unchanged; kept in the store."""

from __future__ import annotations

import msgspec

from ctxpack.model import Skipped, SourceFile, Value


class Known(Value, frozen=True, array_like=True, gc=False):
    """What an earlier listing found at a path (or in a blob), and the file's stat data when it was read.

    Times are in nanoseconds. `checked_ns` is when that listing began. For a blob only `file` matters.
    """

    size: int
    mtime_ns: int
    inode: int
    checked_ns: int
    file: SourceFile | Skipped


class _Row(Value, frozen=True, array_like=True, gc=False):
    key: str
    size: int
    mtime_ns: int
    inode: int
    checked_ns: int
    file: SourceFile | None
    skipped: Skipped | None = None


def encode_known(known: dict[str, Known]) -> bytes:
    """Encode `Snapshot.known` for the store; `decode_known` is the inverse."""
    rows = [
        _Row(key, k.size, k.mtime_ns, k.inode, k.checked_ns, k.file)
        if isinstance(k.file, SourceFile)
        else _Row(key, k.size, k.mtime_ns, k.inode, k.checked_ns, None, k.file)
        for key, k in known.items()
    ]
    return msgspec.msgpack.encode(rows)


def decode_known(raw: bytes) -> dict[str, Known]:
    """Decode what `encode_known` wrote.

    Raises:
        ValueError: the bytes are not such an encoding.

    """
    try:
        rows = msgspec.msgpack.decode(raw, type=list[_Row])
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a listing: {error}") from error
    known: dict[str, Known] = {}
    for row in rows:
        file = row.file or row.skipped
        if file is not None:
            known[row.key] = Known(row.size, row.mtime_ns, row.inode, row.checked_ns, file)
    return known
