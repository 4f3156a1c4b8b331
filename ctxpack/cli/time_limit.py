"""A time limit for hooks.

Work reports progress between two steps, after storing what is done. There it is stopped once the time is up, and the
next run continues from there. So even the first run on a large repository ends in time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ctxpack.cli.options import Number
from ctxpack.errors import CtxpackError

Progress = Callable[[str, int, int], None]
Command = TypeVar("Command", bound=Callable[..., Any])


class OutOfTimeError(CtxpackError):
    """The time limit was reached before the work was done."""


class TimeLimit:
    """A progress callback that passes progress on, and stops the work once the time is up."""

    def __init__(self, seconds: float | None, tell: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        """`seconds` is None for no limit; `clock` gives seconds."""
        self._seconds, self._tell, self._clock = seconds, tell, clock
        self._started = clock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report progress; raises OutOfTimeError once the time is up."""
        self._tell(stage, done, total)
        if self._seconds is not None and self._clock() - self._started >= self._seconds:
            far = f"{stage} {done:,} of {total:,}" if total else f"{stage} {done:,}"
            raise OutOfTimeError(
                f"not finished within {self._seconds:g} s, at {far}; what is done is kept, and the next run goes on "
                "from there"
            )


def time_limit(command: Command) -> Command:
    """Add the option; the command gets a `time_limit` in seconds, or None."""
    option = click.option(
        "--time-limit", type=Number(min=0), metavar="SECONDS",
        help="Stop at the first step after so long, with exit code 3; the next run goes on from there. 0 stops at the "
        "first step; what the cache has takes none. No limit by default.",
    )  # fmt: skip
    return option(command)
