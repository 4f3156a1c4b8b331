"""The data context: what the files of a view of a repository say of datasets, put together and kept.

`readings` says what each file says, `plans` what SQL texts compute, `findings` what all files say together, `material`
what of it the flow of data is made from, and `context` answers from all of that.
"""

from ctxpack.datacontext.context import DataContext
from ctxpack.datacontext.findings import VERSION

__all__ = ["VERSION", "DataContext"]
