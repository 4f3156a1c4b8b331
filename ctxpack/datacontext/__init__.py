"""The data context: what the files of a view of a repository say of datasets, put together and kept.

`readings` says what each file says, `plans` what SQL texts compute, `findings` what all files say together, `material`
what of it the flow of data is made from, `state` what that depends on, and `context` answers from all of it.
"""

from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.state import VERSION

__all__ = ["VERSION", "DataContext"]
