"""What is worth keeping between runs, by content: facts of files, derived indexes, counts of tokens.

Every key is a digest of all that its value depends on, so an entry is never out of date, only unused; any number of
work trees, branches and processes share one database. Nothing here is ever needed: an entry that cannot be read is a
miss and one that cannot be written is made again next time, so every trouble is a `Problem` and no run ends over it.
"""

from __future__ import annotations

from ctxpack.store.entries import FORMAT, Store, now_ns
from ctxpack.store.files import clear, default_directory

__all__ = ["FORMAT", "Store", "clear", "default_directory", "now_ns"]
