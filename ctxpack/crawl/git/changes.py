"""What git tells of the history and of differences: commits, and changed files."""

from __future__ import annotations

from ctxpack.model import Value


class Commit(Value, frozen=True, array_like=True, gc=False):
    """One commit: its full id, the committer date in ISO 8601, the whole message, and the sorted paths it touched."""

    id: str
    date: str
    message: str
    paths: tuple[str, ...]


class FileChange(Value, frozen=True, array_like=True, gc=False):
    """A changed file, by its path before ("" if it was added) and after ("" if it was deleted).

    `kind` is what is there after the change: a "file", "symlink" or "submodule". `goal` is the id of the blob with a
    symbolic link's target.
    """

    before: str
    after: str
    kind: str = "file"
    goal: str = ""
