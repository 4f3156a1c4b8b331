"""Views of a repository: its files, history and diffs behind one interface.

There are four kinds of views: a git work tree (or a directory in one), a revision, the index (both read from git
objects), and a plain directory. All have the same methods; what a kind cannot do raises RepositoryError.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ctxpack.crawl.diffs.places import Place, located
from ctxpack.crawl.git.blobs import Blobs
from ctxpack.crawl.git.changes import Commit
from ctxpack.crawl.git.commands import Git, GitFailedError, GitMissingError
from ctxpack.crawl.git.edits import Edit, edits
from ctxpack.crawl.git.past import PastStep, past
from ctxpack.crawl.git.since import work_tree_diff
from ctxpack.crawl.known import Known
from ctxpack.crawl.listing import list_objects, list_plain, list_work_tree
from ctxpack.crawl.snapshot import Detect, DiskSource, Snapshot, Source, TreeSource, take
from ctxpack.crawl.tree.disk import Disk
from ctxpack.crawl.tree.entries import Listing
from ctxpack.crawl.tree.ignore import Rules
from ctxpack.crawl.tree.settings import CrawlSettings
from ctxpack.crawl.tree.walk import shown
from ctxpack.errors import RepositoryError
from ctxpack.model import Change, Problem


class Repository:
    """A view of a repository; made by `open_repository` and `open_staging`.

    `root` is the real path of the directory that paths are relative to. `revision` is the full commit id where the
    view is of a revision, and `staged` says that it is of the index. `identity` is a stable key of the view for caches.
    """

    def __init__(
        self,
        root: Path,
        git: Git | None,
        revision: str | None,
        problems: tuple[Problem, ...] = (),
        *,
        staged: bool = False,
        name: str = "",
        only: frozenset[str] | None = None,
    ) -> None:
        """Make a view.

        `name` tells it apart in `identity` (by default the revision); `only` restricts it to these paths.
        """
        self.root = root
        self.revision = revision
        self.staged = staged
        self.is_git = git is not None
        name = name or revision or ""
        self.identity = f"{shown(root)}@{name}" if name else shown(root)
        self._git = git
        self._problems = problems
        self._disk = Disk(root)
        self._blobs = Blobs(git) if git is not None else None
        self._tree: dict[str, str] | None = None
        self._only = only

    def __reduce__(self) -> tuple[object, tuple[Path, str | None, bool, frozenset[str] | None]]:
        return _reopen, (self.root, self.revision, self.staged, self._only)

    def list(self, settings: CrawlSettings, detect: Detect, known: Mapping[str, Known], now_ns: int) -> Snapshot:
        """List the view's files.

        `detect` gives a file's language. `known` is that of the last snapshot, or empty. `now_ns` is the present time
        in nanoseconds, read before the call.

        Raises:
            ConfigError: a pattern of the settings is invalid.
            RepositoryError: git cannot list the repository.

        """
        rules = Rules(settings)
        self._disk.forget()
        try:
            listing, source = self._listing(rules)
        except GitFailedError as error:
            raise RepositoryError(f"git cannot list {shown(self.root)}: {error}") from error
        except GitMissingError as error:
            raise RepositoryError(f"git cannot list {shown(self.root)}: the git program is gone") from error
        listing = Listing(listing.entries, listing.skipped, (*self._problems, *listing.problems))
        return take(listing, source, rules, settings=settings, detect=detect, known=known, now_ns=now_ns)

    def _listing(self, rules: Rules) -> tuple[Listing, Source]:
        if self._git is not None and self._blobs is not None and self._is_of_objects:
            listing = list_objects(self._git, self._blobs, self.revision, rules, self._only)
            self._tree = {entry.path: entry.oid for entry in listing.entries if entry.kind == "file"}
            return listing, TreeSource(self._blobs)
        source = DiskSource(self._disk)
        if self._git is not None:
            return list_work_tree(self._git, self.root, rules), source
        return list_plain(self.root, rules), source

    @property
    def _is_of_objects(self) -> bool:
        """Whether the files are read from git objects, not from disk."""
        return self.staged or self.revision is not None

    def read(self, path: str) -> bytes:
        """Give the content of a file.

        Raises:
            FileNotFoundError: the view has no such file.
            OSError: it cannot be read, or is no regular file.

        """
        if self._git is not None and self._blobs is not None and self._is_of_objects:
            return self._blobs.read(self._blob_of(path))
        parts = path.split("/")
        if "\0" in path or "\\" in path[:1] or any(part in ("", ".", "..") for part in parts):
            raise FileNotFoundError(errno.ENOENT, "not a path of the repository", path)
        if not self._disk.is_real(path.rpartition("/")[0]):
            raise FileNotFoundError(errno.ENOENT, "no such file in the repository", path)
        return self._disk.read(path)[0]

    def _blob_of(self, path: str) -> str:
        if self._tree is None and self._git is not None:
            entries = (self._git.tree(self.revision) if self.revision else self._git.staged_tree()).entries
            self._tree = {entry.path: entry.oid for entry in entries if entry.kind == "file"}
        oid = (self._tree or {}).get(path)
        if oid is None:
            raise FileNotFoundError(errno.ENOENT, "no such file at this revision", path)
        return oid

    def history(self, limit: int) -> tuple[Commit, ...]:
        """Give up to `limit` commits that lead to the view, newest first, without merges; () where there are none.

        A view of the index has none, so that results made from it are the same before and after the commit.
        """
        if self._git is None or self.staged:
            return ()
        try:
            start = self.revision or self._git.head()
            return tuple(self._git.log(start, limit, below=self._git.is_below_top())) if start else ()
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot read the history of {shown(self.root)}: {error}") from error

    def past(self, patterns: Sequence[str], limit: int) -> tuple[PastStep, ...]:
        """Give the last `limit` steps up to the view that change files matching these git pathspecs, oldest first.

        `blob` reads their contents. () where there is no history.
        """
        if self._git is None or self.staged:
            return ()
        try:
            start = self.revision or self._git.head()
            return past(self._git, start, patterns, below=self._git.is_below_top(), limit=limit) if start else ()
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot read the history of {shown(self.root)}: {error}") from error

    def before(self, commit: str, name: str) -> Repository | None:
        """Give the view of a commit's first parent; None where it has none, or the parent has nothing at this root.

        Views with the same `name` share cached state, as a work tree does at different times.

        Raises:
            RepositoryError: there is no such commit.

        """
        git = self._with_history()
        try:
            parent = git.parent(git.commit(commit))
            if not parent or (git.is_below_top() and not git.is_directory_at(parent)):
                return None
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot read the history of {shown(self.root)}: {error}") from error
        return Repository(self.root, git, parent, name=name)

    def at(self, commit: str, name: str) -> Repository:
        """Give the view of the state after a commit; views with the same `name` share cached state, as in `before`.

        Raises:
            RepositoryError: there is no such commit.

        """
        git = self._with_history()
        try:
            return Repository(self.root, git, git.commit(commit), name=name)
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot read the history of {shown(self.root)}: {error}") from error

    def edits(self, commit: str) -> tuple[Edit, ...]:
        """Give what a commit did to the files of its first parent, sorted by path; () for one without a parent.

        Raises:
            RepositoryError: there is no such commit, or git cannot compare it.

        """
        git = self._with_history()
        try:
            known = git.commit(commit)
            parent = git.parent(known)
            return edits(git, parent, known, below=git.is_below_top()) if parent else ()
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot tell what {commit[:12]} did: {error}") from error

    def _with_history(self) -> Git:
        if self._git is None:
            raise RepositoryError(f"{shown(self.root)} is not in a git repository, so it has no history")
        return self._git

    def blob(self, oid: str) -> bytes:
        """Give the content of a blob; raises OSError where it cannot be read."""
        if self._blobs is None:
            raise FileNotFoundError(errno.ENOENT, "no git objects here", oid)
        return self._blobs.read(oid)

    def diff_staged(self) -> str:
        """Give what is staged, as a unified diff of the index against HEAD, or against nothing before the first commit.

        Files with an unresolved merge conflict are left out; see `unresolved`.

        Raises:
            RepositoryError: the view is not of a git work tree.

        """
        git = self._work_tree("staged changes")
        try:
            return git.staged_diff(below=git.is_below_top())
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot compare the index of {shown(self.root)}: {error}") from error

    def unresolved(self) -> tuple[str, ...]:
        """Give the files of the index whose merge conflict is not resolved, in order.

        Raises:
            RepositoryError: the view is not of a git work tree.

        """
        try:
            return self._work_tree("staged changes").unresolved()
        except (GitFailedError, GitMissingError) as error:
            raise RepositoryError(f"git cannot list the index of {shown(self.root)}: {error}") from error

    def diff_since(self, revision: str) -> str:
        """Give the changes of tracked files since `revision`, as a unified diff against the work tree.

        Raises:
            RepositoryError: the view is not of a git work tree, or there is no such revision.

        """
        git = self._work_tree("changes since a revision")
        try:
            commit = git.commit(revision)
            self._disk.forget()
            return work_tree_diff(git, self._disk, commit, Blobs(git).read)
        except (GitFailedError, GitMissingError, OSError) as error:
            raise RepositoryError(f"{shown(self.root)} cannot be compared with {revision!r}: {error}") from error

    def changes(self, diff: str, files: Sequence[str], folder: str = "") -> tuple[Change, ...]:
        """Give what somebody's diff changes in the view, whose paths are `files`, as `diff_places.located` finds it.

        `folder` is the folder in the view that the diff may have been taken in.
        """
        try:
            prefix = self._git.prefix() if self._git is not None else ""
        except (GitFailedError, GitMissingError):
            prefix = ""
        top = self.root.parents[prefix.count("/") - 1] if prefix else self.root
        return located(diff, files, Place(prefix, folder, lambda path: os.path.lexists(top / path)))

    def _work_tree(self, wish: str) -> Git:
        if self._git is None:
            raise RepositoryError(f"{shown(self.root)} is not in a git work tree, so it has no {wish}")
        if self.revision is not None:
            raise RepositoryError(f"a view of the revision {self.revision[:12]} has no {wish}")
        if self.staged:
            raise RepositoryError(f"a view of the index has no {wish}")
        return self._git


class NoWorkTreeError(RepositoryError):
    """A git directory without a work tree, at `place`, of which no revision was named."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} is a git directory without a work tree: say at which revision, with --at REV or at=REV"
        )
        self.place = place


def open_repository(start: Path, *, at: str | None = None) -> Repository:
    """Open the directory `start`, which becomes the root of the view: a git work tree or part of one, or plain files.

    With the revision `at`, files are read from git objects and nothing is checked out.

    Raises:
        RepositoryError: `start` is no directory, git refuses it, it is bare and `at` is not given, or there is no
            such revision.

    """
    root = _directory(start)
    marker = _git_marker(root)
    if marker is None:
        return _plain(root, at, ())
    try:
        git = Git(root)
        inside, git_directory = git.where()
    except GitMissingError as error:
        if at is not None:
            raise RepositoryError("git is not installed, so no revision can be read") from error
        return _plain(root, at, (Problem(".git", "git is not installed; read as a plain directory"),))
    except GitFailedError as error:
        return _refused(root, at, marker, str(error))
    _must_be_the_same(marker, git_directory, root)
    return _opened(root, git, at, inside=inside)


def _opened(root: Path, git: Git, at: str | None, *, inside: bool) -> Repository:
    if at is not None:
        commit = git.commit(at)
        if inside and not git.is_directory_at(commit):
            raise RepositoryError(f"there is no directory {shown(root)} at {at!r}")
        return Repository(root, git, commit)
    if not inside:
        raise NoWorkTreeError(shown(root))
    try:
        ignored = git.is_ignored_directory()
    except GitFailedError as error:
        raise RepositoryError(f"git cannot list {shown(root)}: {error}") from error
    return Repository(root, None if ignored else git, None)


def _reopen(root: Path, revision: str | None, staged: bool, only: frozenset[str] | None) -> Repository:
    found = open_repository(root, at=revision)
    return Repository(root, found._git, revision, staged=staged, only=only) if staged or only is not None else found


def _directory(start: Path) -> Path:
    try:
        root = start.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RepositoryError(f"there is no directory {shown(start)}") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise RepositoryError(f"{shown(start)} cannot be opened: {error}") from error
    if not root.is_dir():
        raise RepositoryError(f"{shown(start)} is not a directory")
    return root


def _git_marker(root: Path) -> Path | None:
    """Give the nearest `.git` (directory or file) in or above a directory, or the git directory that contains it."""
    for directory in (root, *root.parents):
        marker = directory / ".git"
        try:
            if marker.exists():
                return marker
            if (directory / "HEAD").is_file() and (directory / "objects").is_dir() and (directory / "refs").is_dir():
                return directory
        except OSError:
            continue
    return None


def _plain(root: Path, at: str | None, problems: tuple[Problem, ...]) -> Repository:
    if at is not None:
        raise RepositoryError(f"{shown(root)} is not in a git repository, so there is no revision {at!r}")
    return Repository(root, None, None, problems)


def _refused(root: Path, at: str | None, marker: Path, message: str) -> Repository:
    """Handle git's refusal: foreign owners and broken configurations raise; a broken `.git` is read as plain files."""
    if "dubious ownership" in message:
        top = marker.parent if marker.name == ".git" else marker
        raise RepositoryError(
            f"git does not trust {shown(top)} because it belongs to another user; if you do, run: "
            f"git config --global --add safe.directory {shown(top)}"
        )
    if "not a git repository" not in message.lower():
        first = message.splitlines()[0] if message else "no reason given"
        raise RepositoryError(f"git cannot open {shown(root)}: {first}")
    problem = Problem(".git", "the .git here is not a usable git directory; read as a plain directory")
    return _plain(root, at, (problem,) if marker.parent == root else ())


def _must_be_the_same(marker: Path, git_directory: Path, root: Path) -> None:
    """Raise where the environment (GIT_DIR, as in a hook of another repository) points git to another repository."""
    expected = marker
    if marker.is_file():
        try:
            goal = marker.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return
        expected = marker.parent / goal.removeprefix("gitdir:").strip()
    try:
        same = expected.resolve() == git_directory.resolve()
    except OSError:
        return
    if not same:
        raise RepositoryError(
            f"git takes {shown(git_directory)} for the repository of {shown(root)}: unset GIT_DIR if it is set"
        )
