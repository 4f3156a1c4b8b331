"""The cache between runs, keyed by content: facts of files, derived indexes, token counts.

Every key is a digest of everything that its value depends on, so an entry is never stale, only unused; any number of
work trees, branches and processes share one database. Nothing here is essential: an entry that cannot be read is a
miss, and one that cannot be written is computed again next time. Errors become `Problem` values and never end a run.
"""

from __future__ import annotations

from ctxpack.store.entries import FORMAT, Store, now_ns
from ctxpack.store.files import NAMES, clear, default_directory
from ctxpack.store.trust import whatever_was_kept

__all__ = ["FORMAT", "NAMES", "Store", "clear", "default_directory", "now_ns", "whatever_was_kept"]
