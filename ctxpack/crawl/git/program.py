"""Runs the git program; the only module that uses GitPython.

The repository is not trusted. Its configuration can name programs (fsmonitor, filters, textconv, external diffs, hooks,
gpg), so only commands that run none of them are used, and those features are switched off; no lock is taken and nothing
is fetched. If a named pipe is in the place of a file that git reads, git would wait forever; it is killed then.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from subprocess import PIPE, TimeoutExpired
from typing import Any

from ctxpack.crawl.git.traps import trap

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
    # The caller's own settings must not change the output that is parsed here.
    "GIT_DIFF_OPTS": "",
    **dict.fromkeys(
        ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"), "0"
    ),
}
_PATIENCE = 5.0
"""Seconds after which a running git is checked for reading from something that never ends; see `traps`."""


class GitMissingError(Exception):
    """There is no git program."""


class GitFailedError(Exception):
    """A git command failed; the text is its error output."""


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
        """Give the output of a git command; each record of `stdin` is written to it, followed by `end`.

        Raises:
            GitFailedError: it ended with an exit code that is not in `codes`, or would never end.
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
        """Start a git command, to be used through its `stdin` and `stdout`."""
        return self._started(arguments, PIPE)

    def _started(self, arguments: Sequence[str], stdin: Any) -> Any:
        try:
            return self._door.execute(["git", *_SAFE, *arguments], istream=stdin, as_process=True, env=_ENVIRONMENT)
        except self._missing as error:
            raise GitMissingError from error

    def _ended(self, process: Any) -> tuple[bytes, bytes]:
        """Wait for a command; give its output and error output."""
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
