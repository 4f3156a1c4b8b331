"""Answers about files: which there are, and the text of one."""

from __future__ import annotations

from ctxpack.api.state import State
from ctxpack.errors import TargetError
from ctxpack.model import Skipped, SourceFile, Value

_COUNTED_AT_ONCE = 200


class FileList(Value, frozen=True, array_like=True, gc=False):
    """The files of a repository, what was skipped, and the tokens of each file by path (0 for binary files)."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    tokens: dict[str, int]


def files(state: State, model: str | None) -> FileList:
    """The answer to `Index.files`."""
    workspace = state.workspace
    counter = state.counter(state.profile(model))
    listed = workspace.snapshot.files
    texts = [file for file in listed if file.role != "binary"]
    tokens = dict.fromkeys((file.path for file in listed), 0)
    for start in range(0, len(texts), _COUNTED_AT_ONCE):
        batch = texts[start : start + _COUNTED_AT_ONCE]
        counts = counter.count_many([workspace.read(file.path) for file in batch])
        tokens.update({file.path: count for file, count in zip(batch, counts, strict=True)})
    return FileList(listed, workspace.snapshot.skipped, tokens)


def text(state: State, path: str) -> str:
    """The answer to `Index.text`."""
    if path not in state.workspace.files:
        raise TargetError(f"no such file: {path}")
    return state.workspace.text(path)
