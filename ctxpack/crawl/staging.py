"""What is about to be committed: a view of the index, a view of the commit it is compared with, and their differences.

Both views are read from git objects. The work tree is not read, and neither it nor the index is written to: not even
the stat data in the index is refreshed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ctxpack.crawl.git.blobs import Blobs
from ctxpack.crawl.git.changes import FileChange
from ctxpack.crawl.git.commands import Git, GitFailedError, GitMissingError
from ctxpack.crawl.repository import NoWorkTreeError, Repository, open_repository
from ctxpack.crawl.tree.walk import readable_name, shown
from ctxpack.errors import RepositoryError
from ctxpack.paths import beside

_MOST_WORDS = 2_000


class Staging:
    """The index of a repository and the commit that it is compared with; made by `open_staging`.

    `base` is the full id of that commit; "" before the first commit, when there are no changes. `prefix` is the path of
    `root` within the work tree, with a slash at the end, "" at its top.
    """

    def __init__(self, root: Path, git: Git, base: str, *, is_there: bool, prefix: str) -> None:
        """`is_there` says whether the commit has the directory `root`, and `prefix` where that is in the work tree."""
        self.root = root
        self.base = base
        self.prefix = prefix
        self._git = git
        self._is_there = is_there

    def changes(self) -> tuple[FileChange, ...]:
        """Give the files whose staged content differs from the base commit's, in order.

        Raises:
            RepositoryError: git cannot compare the two.

        """
        if not self.base:
            return ()
        try:
            return self._git.staged_changes(self.base)
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot compare the index of {shown(self.root)}: {error}") from error

    def before(self, only: Iterable[str] | None = None) -> Repository | None:
        """Give the view of the base commit, or of these paths of it; None where it has nothing at this root."""
        if not self._is_there:
            return None
        name, paths = ("base", None) if only is None else ("base, in part", frozenset(only))
        return Repository(self.root, self._git, self.base, name=name, only=paths)

    def after(self, only: Iterable[str] | None = None) -> Repository:
        """Give the view of the index, or of these paths of it."""
        name, paths = ("index", None) if only is None else ("index, in part", frozenset(only))
        return Repository(self.root, self._git, None, staged=True, name=name, only=paths)

    def goal(self, change: FileChange) -> str:
        """Give the path, relative to the root, to which a changed symbolic link points; "" for one outside the root."""
        try:
            raw = Blobs(self._git).read(change.goal) if change.goal else b""
        except OSError:
            return ""
        path, real = readable_name(raw)
        place = beside(change.after, path)
        return "" if not path or not real or place.startswith(("/", "..")) else place

    def texts(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Give the staged contents of these files, by path; files that are not in the index are left out.

        Raises:
            RepositoryError: git cannot list the index.

        """
        wanted = sorted(set(paths))
        try:
            entries = self._git.staged_tree(wanted).entries
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot list the index of {shown(self.root)}: {error}") from error
        blobs = Blobs(self._git)
        found: dict[str, bytes] = {}
        for entry in entries:
            if entry.kind == "file" and entry.path in wanted:
                with suppress(OSError):
                    found[entry.path] = blobs.read(entry.oid)
        return found

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores a path."""
        try:
            return bool(self._git.why_ignored((path,)))
        except (GitFailedError, GitMissingError):
            return False

    def mentioning(self, words: Sequence[str], *, any_case: bool = False) -> frozenset[str] | None:
        """Give the files of the index with one of these words; None if git fails or there are too many words."""
        wanted = [word for word in words if word and "\n" not in word and "\0" not in word]
        if len(wanted) != len(words) or len(words) > _MOST_WORDS:
            return None
        if not words:
            return frozenset()
        try:
            return frozenset(self._git.mentioning(wanted, any_case=any_case))
        except (GitFailedError, GitMissingError):
            return None


def open_staging(start: Path, *, since: str | None = None) -> Staging:
    """Open the index of the repository around the directory `start`, which becomes the root of both views.

    `since` is the revision to compare with, HEAD where it is None.

    Raises:
        RepositoryError: `start` is in no git repository, or in a bare one, or there is no such revision.

    """
    try:
        repository = open_repository(start)
    except NoWorkTreeError as error:
        raise RepositoryError(
            f"{error.place} is a git directory without a work tree, so nothing is staged: "
            "run this in a work tree of it (git worktree add DIR)"
        ) from error
    git = repository._git
    if git is None:
        raise RepositoryError(f"{shown(repository.root)} is not in a git work tree, so nothing is staged")
    try:
        base = git.head() if since is None else git.commit(since)
        if not base and not git.is_unborn():
            raise RepositoryError(f"the commit that HEAD is cannot be read in {shown(repository.root)}")
        is_there = bool(base) and git.is_directory_at(base)
        prefix = git.prefix()
    except (GitFailedError, GitMissingError) as error:
        raise RepositoryError(f"git cannot read {shown(repository.root)}: {error}") from error
    return Staging(repository.root, git, base, is_there=is_there, prefix=prefix)
