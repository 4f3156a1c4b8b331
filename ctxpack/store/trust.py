"""What a cache may do to a run: make it faster, and nothing else.

Values have checksums and SQLite finds much damage itself, but not all of it: a row may name a file that is not there,
or have text that is none. Wherever in the program that shows, it is an exception that could also be a mistake in the
program. So the work is done once more without the cache, which tells the two apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ctxpack.errors import CtxpackError
from ctxpack.store.entries import Store

T = TypeVar("T")


def whatever_was_kept(store: Store, work: Callable[[], T], again: Callable[[], T] | None = None) -> T:
    """The result of `work`, which uses the store; where that fails because of what the store has, of `again`.

    `again` (by default `work`) is called where `work` raises what no caller is told to expect; the store is empty then.
    If it comes to an end, be it a CtxpackError, the files of the store are set aside, which is one of its `problems`.
    Otherwise the store is not to blame, and the first error is raised.
    """
    try:
        return work()
    except (CtxpackError, OSError, MemoryError):
        raise
    except Exception as error:
        if not store.is_kept:
            raise
        return _again(store, again or work, error)


def _again(store: Store, work: Callable[[], T], error: Exception) -> T:
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    with store.in_doubt() as damaged:
        try:
            result = work()
        except CtxpackError:
            damaged(why)
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the first error is the one to report
            raise error from None
        damaged(why)
        return result
