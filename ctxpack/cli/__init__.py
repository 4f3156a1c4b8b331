"""The command line, and the only place that prints, reads the environment, or ends the process.

`program` has the names of the verbs and the one boundary where errors become sentences and exit codes; each verb has a
module of its own, which is imported when the verb is called. Standard output has the product and nothing else; messages
for people go to standard error.
"""

from __future__ import annotations

# Nothing is imported here at first, not even `typing`, so that an interrupt finds `main` running.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code; `arguments` default to those of the process.

    An interrupt counts as one from the first import on.
    """
    try:
        from ctxpack.cli.program import main as whole

        whole(arguments)
    except KeyboardInterrupt:
        _interrupted()


def _interrupted() -> NoReturn:
    """End as `program` does where it is interrupted; further interrupts change nothing."""
    import signal
    import sys

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.stderr is not None:
        sys.stderr.write("ctxpack: interrupted\n")
    raise SystemExit(130) from None
