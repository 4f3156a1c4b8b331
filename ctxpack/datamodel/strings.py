"""SQL that stands in strings of programs: the tables that its statements read and change."""

from __future__ import annotations

from ctxpack.model import Value

IN_STRING = "SQL in a string"
"""How the evidence of what was found in a string begins, and the rule that links it to its table."""


class SqlUse(Value, frozen=True, array_like=True, gc=False):
    """A table that a statement in a string reads, or whose rows it changes (`writes`), at a line of the file.

    `verb` is the first word of the statement, in lower case. `handed` says that the string is given to what runs SQL,
    or held under a name that says so; otherwise only the grammar of the text tells that it is SQL. With `loose`, the
    name is followed by an unknown text without a blank between, so that it may be longer than what is known of it.
    """

    table: str
    line: int
    writes: bool
    verb: str
    handed: bool = False
    loose: bool = False
