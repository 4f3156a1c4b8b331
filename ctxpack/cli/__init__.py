"""The command line, and the only place that prints, reads the environment, or ends the process.

`program` holds the verbs' names and the one boundary where errors become sentences and exit codes; each verb has a
file of its own, which is imported when the verb is called. Standard output is the product and nothing else; whatever
is said to people goes to standard error.
"""

from ctxpack.cli.program import main

__all__ = ["main"]
