"""The data context: what the files of one view of a repository say about datasets, combined and cached.

`readings` holds the facts of each file, `plans` the query plans of SQL texts, `findings` the facts of all files
combined, `material` the input of the data flow made from them, and `state` the cache key. `context` answers queries.
"""

from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.state import VERSION

__all__ = ["VERSION", "DataContext"]
