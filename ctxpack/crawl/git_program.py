"""The one door to git: GitPython lives here and nowhere else.

The repository is not trusted. Its configuration can name programs (fsmonitor, filters, textconv, external diffs, hooks,
gpg), so only commands that run none of them are used, with those switched off, with no lock taken and nothing fetched.
Where it has a pipe in the place of a file that git reads, git would wait for ever, and is ended.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from subprocess import PIPE, TimeoutExpired
from typing import Any

from .traps import trap

_SAFE = (
    *("-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c", f"core.hooksPath={os.devnull}"),
    *("-c", "log.showSignature=false", "-c", "log.showRoot=true", "-c", "diff.autoRefreshIndex=false"),
    *("-c", "core.preloadIndex=true", "-c", "submodule.recurse=false", "-c", "core.quotePath=true"),
    *("-c", "diff.suppressBlankEmpty=false", "-c", "diff.indentHeuristic=true"),
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    # What the caller has set for git's answers to himself must not change those to us.
    "GIT_DIFF_OPTS": "",
    **dict.fromkeys(
        ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"), "0"
    ),
}
_PATIENCE = 5.0
"""Seconds after which it is looked whether git reads from something that never ends."""


class GitMissingError(Exception):
    """There is no git program."""


class GitFailedError(Exception):
    """git said no; the text is what it said."""


class Program:
    """Runs git in one directory; paths in and out are relative to it."""

    def __init__(self, directory: Path) -> None:
        """Find the git program.

        Raises:
            GitMissingError: there is none.

        """
        try:
            import git
        except ImportError as error:
            raise GitMissingError from error
        self._missing: type[Exception] = git.GitCommandNotFound
        self._door: Any = git.Git(str(directory))
        self.directory = directory

    def run(
        self, *arguments: str, codes: tuple[int, ...] = (0,), stdin: Sequence[bytes] = (), end: bytes = b"\0"
    ) -> bytes:
        """Give what a git command prints; `stdin` are records, each of which is to be followed by `end`.

        Raises:
            GitFailedError: it ended with a code that is not among `codes`, or would never end.
            GitMissingError: the program is gone.

        """
        with tempfile.TemporaryFile() as records:
            records.write(b"".join(record + end for record in stdin))
            records.seek(0)
            process = self._started(arguments, records if stdin else None)
            out, err = self._ended(process)
        if process.returncode not in codes:
            raise GitFailedError(err.decode("utf-8", "backslashreplace").strip())
        return out

    def pipe(self, *arguments: str) -> Any:
        """Start a git command that is talked to through `stdin` and `stdout`."""
        return self._started(arguments, PIPE)

    def _started(self, arguments: Sequence[str], stdin: Any) -> Any:
        try:
            return self._door.execute(["git", *_SAFE, *arguments], istream=stdin, as_process=True, env=_ENVIRONMENT)
        except self._missing as error:
            raise GitMissingError from error

    def _ended(self, process: Any) -> tuple[bytes, bytes]:
        """Give what a command prints on either stream."""
        try:
            found: tuple[bytes, bytes] = process.communicate(timeout=_PATIENCE)
        except TimeoutExpired:
            place = trap(self.directory)
            if place:
                process.kill()
                process.communicate()
                raise GitFailedError(f"{place}, and git would wait for it without end") from None
            found = process.communicate()
        return found
