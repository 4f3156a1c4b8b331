"""The command line, and the only place that prints, reads the environment, or ends the process.

`program` has the names of the verbs and the one boundary where errors become sentences and exit codes; each verb has a
module of its own, which is imported when the verb is called. Standard output has the product and nothing else; messages
for people go to standard error.
"""

from ctxpack.cli.program import main

__all__ = ["main"]
