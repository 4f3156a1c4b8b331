"""The git commands for work tree, index and commits, and their parsed answers.

Output is bytes, with records terminated by NUL; paths come after "--", so that git takes none for an option.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ctxpack.crawl.git.changes import Commit, FileChange
from ctxpack.crawl.git.output import COMMIT, Staged, changes, commits, in_index, in_tree, notes, tracked, untracked
from ctxpack.crawl.git.program import GitFailedError, GitMissingError, Program
from ctxpack.crawl.tree.entries import Entry, Listing
from ctxpack.crawl.tree.walk import not_utf8, readable_name, shown
from ctxpack.errors import RepositoryError
from ctxpack.model import Skipped

__all__ = ["Git", "GitFailedError", "GitMissingError", "Staged"]

_OID = re.compile(rb"[0-9a-f]{40,64}")


class Git(Program):
    """Runs git queries in one directory; paths in and out are relative to it."""

    def __init__(self, directory: Path) -> None:
        """Find the git program; raises GitMissingError where there is none."""
        super().__init__(directory)
        self._blob_sizes: dict[str, int] = {}
        self._parents: dict[str, str] = {}
        self._prefix: str | None = None

    # --- what is here -------------------------------------------------------------------------------------------------

    def where(self) -> tuple[bool, Path]:
        """Whether the directory is in a work tree, and its git directory.

        Raises:
            GitFailedError: git does not take it for a repository.

        """
        out = self.run("rev-parse", "--is-inside-work-tree", "--absolute-git-dir").decode("utf-8", "surrogateescape")
        inside, _, git_directory = out.rstrip("\n").partition("\n")
        return inside == "true", Path(git_directory)

    def commit(self, revision: str) -> str:
        """Give the full id of the commit that `revision` names.

        Raises:
            RepositoryError: it names none, or looks like an option.

        """
        if not revision.strip() or revision.startswith("-") or "\0" in revision or "\n" in revision:
            raise RepositoryError(f"{revision!r} is not a revision")
        found = self._verified(revision)
        commit = self._verified(f"{found}^{{commit}}") if found else ""
        if not commit:
            if not self._verified("HEAD") and revision in ("HEAD", "@"):
                raise RepositoryError(f"{shown(self.directory)} has no commits yet, so there is no {revision} to read")
            raise RepositoryError(f"{revision!r} names no commit in {shown(self.directory)}")
        return commit

    def head(self) -> str:
        """Give the full id of the commit at HEAD; "" before the first commit."""
        return self._verified("HEAD^{commit}")

    def is_unborn(self) -> bool:
        """Whether HEAD has no commit yet (False if there is one that cannot be read)."""
        return not self._verified("HEAD")

    def parent(self, commit: str) -> str:
        """Give the full id of the first parent of a commit; "" where it has none in this clone."""
        if commit not in self._parents:
            self._parents[commit] = self._verified(f"{commit}^1^{{commit}}")
        return self._parents[commit]

    def _verified(self, revision: str) -> str:
        out = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", revision, codes=(0, 1, 128))
        first = out.split(b"\n", 1)[0].strip()
        return first.decode("ascii") if _OID.fullmatch(first) else ""

    # --- the work tree ------------------------------------------------------------------------------------------------

    def work_tree(self) -> Listing:
        """List tracked files, and untracked ones that git does not ignore.

        Each path is listed once, even in a merge conflict. Untracked nested repositories are entries too.
        """
        out = self.run("ls-files", "-z", "-s", "-t", "--cached", "--others", "--exclude-standard")
        entries: dict[str, Entry] = {}
        skipped: list[Skipped] = []
        for record in out.split(b"\0"):
            if not record:
                continue
            is_tracked = not record.startswith(b"? ")
            facts, raw = record.split(b"\t", 1) if is_tracked else (record, record[2:])
            path, real = readable_name(raw.rstrip(b"/"))
            if not real:
                skipped.append(not_utf8(path))
            elif not is_tracked:
                entries[path] = untracked(path, raw)
            elif path not in entries:
                entries[path] = tracked(path, facts)
        return Listing(tuple(entries.values()), tuple(skipped))

    def ignored(self) -> tuple[tuple[str, ...], tuple[Skipped, ...]]:
        """Give the ignored paths, whole directories with a final "/", and those whose name is not UTF-8 as skipped."""
        out = self.run("ls-files", "-z", "--others", "--ignored", "--directory", "--exclude-standard")
        named = [readable_name(raw) for raw in out.split(b"\0") if raw]
        paths = tuple(path for path, real in named if real)
        return paths, tuple(not_utf8(path.rstrip("/")) for path, real in named if not real)

    def why_ignored(self, paths: Sequence[str]) -> dict[str, str]:
        """Give, for each of `paths` that git ignores, the reason: ignore file, line and pattern."""
        if not paths:
            return {}
        # A path that begins with ":" would be taken for a pathspec with magic.
        out = self.run(
            "check-ignore", "-v", "-z", "--stdin", codes=(0, 1), stdin=[b"./" + os.fsencode(path) for path in paths]
        )
        fields = [field.decode("utf-8", "replace") for field in out.split(b"\0")[:-1]]
        reasons: dict[str, str] = {}
        for source, line, pattern, path in zip(fields[0::4], fields[1::4], fields[2::4], fields[3::4], strict=True):
            outside = Path(source).is_absolute() or source.startswith("..")
            # A file outside the tree is the user's or a parent's: its path would differ between machines.
            place = "a git ignore file outside the view" if outside else f"{source}:{line}"
            reasons[path.removeprefix("./")] = f'ignored by {place} "{pattern}"'
        return reasons

    def is_ignored_directory(self) -> bool:
        """Whether git ignores this directory itself and tracks nothing in it."""
        if not self.run("check-ignore", "-v", "--", ".", codes=(0, 1, 128)):
            return False
        return not self.run("ls-files", "-z", "--cached")

    def is_below_top(self) -> bool:
        """Whether the directory is below the top of its work tree."""
        return bool(self.prefix())

    def prefix(self) -> str:
        """Give the directory relative to the top of its work tree, with a slash at its end; "" for the top itself."""
        if self._prefix is None:
            raw = self.run("rev-parse", "--show-prefix")
            self._prefix = readable_name(raw.removesuffix(b"\n"))[0]
        return self._prefix

    def index(self) -> dict[str, Staged]:
        """Give the files of the index by path, with the recorded stat data of their work tree files."""
        out = self.run("ls-files", "-z", "-s", "-t", "--debug")
        return notes(out, self._index_time())

    def _index_time(self) -> int:
        """Give the time (ns) at which the index was written; stat data of files changed later proves nothing."""
        path = os.fsdecode(self.run("rev-parse", "--git-path", "index").rstrip(b"\n"))
        try:
            return (self.directory / path).stat().st_mtime_ns
        except OSError:
            return 0

    # --- the index as a tree ------------------------------------------------------------------------------------------

    def staged_tree(self, only: Sequence[str] = ()) -> Listing:
        """List the files of the index below the directory, or the paths `only`, with blob ids and sizes (as `tree`).

        A path in conflict has several contents, so none can be read.
        """
        staged: dict[str, tuple[str, str, str]] = {}
        skipped: list[Skipped] = []
        for record in self.run("--literal-pathspecs", "ls-files", "-z", "-s", "--cached", "--", *only).split(b"\0"):
            if not record:
                continue
            facts, raw = record.split(b"\t", 1)
            mode, oid, stage = facts.decode("ascii").split(" ")
            path, real = readable_name(raw)
            if real:
                staged[path] = (mode, oid, stage)
            else:
                skipped.append(not_utf8(path))
        blobs = {oid for mode, oid, stage in staged.values() if mode != "160000" and stage == "0"}
        sizes = self._sizes(sorted(blobs))
        return Listing(
            tuple(in_index(path, mode, oid, stage, sizes) for path, (mode, oid, stage) in staged.items()),
            tuple(skipped),
        )

    def _sizes(self, oids: Sequence[str]) -> dict[str, int]:
        """Give the sizes in bytes of these objects, by id; objects that are not in this clone are left out."""
        asked = [oid.encode() for oid in oids if oid not in self._blob_sizes]
        if asked:
            form = ("cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer")
            try:
                out = self.run(*form, stdin=asked, end=b"\n")
            except GitFailedError:
                # In a partial clone git stops at the first missing object, since it is not allowed to fetch it.
                out = self.run(*form, stdin=self._present(asked), end=b"\n")
            found = (line.split(" ") for line in out.decode("ascii", "replace").split("\n") if line)
            self._blob_sizes.update({oid: int(size) for oid, size in found if size.isdigit()})
        return {oid: self._blob_sizes[oid] for oid in oids if oid in self._blob_sizes}

    def _present(self, oids: Sequence[bytes]) -> list[bytes]:
        """Give those of these objects that are in this clone; works in partial clones."""
        listing = ("rev-list", "--objects", "--no-walk", "--missing=print", "--ignore-missing", "--no-object-names")
        here = set(self.run(*listing, "--stdin", stdin=oids, end=b"\n").split(b"\n")) if oids else set()
        return [oid for oid in oids if oid in here]

    def staged_changes(self, commit: str) -> tuple[FileChange, ...]:
        """Give the files below the directory whose staged content differs from that of a commit, in order.

        Renames are detected as git does by default; a path in conflict counts as present before and after. A name that
        is not UTF-8 is given in its escaped form, which names no readable file.
        """
        out = self.run(
            "diff-index", "--cached", "--raw", "-z", "--find-renames", "-l400", "--relative", "--no-ext-diff",
            "--ignore-submodules=none", commit, "--",
        )  # fmt: skip
        return tuple(changes(out))

    def mentioning(self, words: Sequence[str], *, any_case: bool) -> tuple[str, ...]:
        """Give the files of the index below the directory that contain one of these words, as a whole word."""
        arguments = ["-c", "grep.fullName=false", "-c", "grep.threads=1", "grep", "--cached", "-l", "-z", "-w", "-F"]
        arguments += ["--no-textconv", "--no-color", *(["-i"] if any_case else [])]
        arguments += [part for word in words for part in ("-e", word)]
        out = self.run(*arguments, "--", codes=(0, 1))
        named = [readable_name(raw) for raw in out.split(b"\0") if raw]
        return tuple(path for path, real in named if real)

    # --- revisions ----------------------------------------------------------------------------------------------------

    def tree(self, commit: str, only: Sequence[str] = ()) -> Listing:
        """List the files of a commit below the directory, or the paths `only`, with blob ids and sizes."""
        try:
            records = self._tree_records(commit, only)
        except GitFailedError as error:
            raise RepositoryError(f"the files of {commit[:12]} cannot be read from git: {error}") from error
        entries: list[Entry] = []
        skipped: list[Skipped] = []
        for record in records:
            facts, raw = record.split(b"\t", 1)
            path, real = readable_name(raw)
            if real:
                entries.append(in_tree(path, facts, self._blob_sizes))
            else:
                skipped.append(not_utf8(path))
        self._blob_sizes.update({entry.oid: entry.size for entry in entries if entry.size >= 0})
        return Listing(tuple(entries), tuple(skipped))

    def _tree_records(self, commit: str, only: Sequence[str]) -> list[bytes]:
        """Give the records of a tree; in a partial clone without sizes, after looking up those of blobs it has."""
        listing = ("--literal-pathspecs", "ls-tree", "-r", "-z")
        try:
            return [one for one in self.run(*listing, "-l", commit, "--", *only).split(b"\0") if one]
        except GitFailedError:
            # `ls-tree -l` fails where a blob is missing, as in a partial clone.
            found = [one for one in self.run(*listing, commit, "--", *only).split(b"\0") if one]
        facts = [record.split(b"\t", 1)[0].decode("ascii").split() for record in found]
        self._sizes(sorted({oid for _, kind, oid in facts if kind == "blob"}))
        return found

    def is_directory_at(self, commit: str) -> bool:
        """Whether the directory exists in a commit."""
        return self.run("cat-file", "-t", f"{commit}:./", codes=(0, 128)).strip() == b"tree"

    def log(self, commit: str, limit: int, *, below: bool) -> Iterator[Commit]:
        """Give up to `limit` commits, newest first, without merges; with `below`, only those touching the directory."""
        shallow = self.run("rev-parse", "--is-shallow-repository").strip() == b"true"
        arguments = ["log", "-z", "--name-only", "--no-renames", "--no-merges", f"--max-count={max(limit, 0)}"]
        arguments += ["--no-color", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--encoding=UTF-8"]
        arguments += ["--relative" if below else "--no-relative", "--ignore-submodules=none", "--no-notes"]
        arguments += [f"--format=format:{COMMIT}%H %P%x00%cI%x00%B%x00", commit, *(["--", "."] if below else [])]
        yield from commits(self.run(*arguments), shallow=shallow)

    def unresolved(self) -> tuple[str, ...]:
        """Give the paths below the directory whose merge conflict is not resolved in the index, in order."""
        records = self.run("ls-files", "-z", "--unmerged").split(b"\0")
        return tuple(dict.fromkeys(readable_name(record.partition(b"\t")[2])[0] for record in records if record))

    def staged_diff(self, *, below: bool) -> str:
        """Give the diff of the index against HEAD (or against nothing, before the first commit) as unified text.

        Paths in conflict are left out, since nothing is staged of them; `unresolved` gives them.
        """
        arguments = [
            "diff",
            "--cached",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--unified=3",
            "--find-renames",
        ]
        arguments += [
            "--src-prefix=a/",
            "--dst-prefix=b/",
            f"-O{os.devnull}",
            "--submodule=short",
            "--ignore-submodules=none",
        ]
        arguments += [
            "--inter-hunk-context=0",
            "--diff-algorithm=myers",
            "--ws-error-highlight=none",
            "--full-index",
            "--diff-filter=u",
            "--patch",
        ]
        arguments += ["--relative"] if below else ["--no-relative"]
        return self.run(*arguments).decode("utf-8", "replace")
