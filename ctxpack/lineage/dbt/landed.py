"""Whether rendered SQL reads files, for which neither `ref` nor `source` has a name.

Which they are takes a parser to tell, and most models read none; so the few texts that may are found by their words.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_READ = re.compile(
    r"""\b(?:from|join)\s+(?:
          @ | ' | (?:\w+\.)?`[^`\n]*/[^`\n]*`
        | (?!(?:select|with|values|lateral|unnest|table|flatten|only|generate_\w+|split_to_table)\b)\w+\s*\(
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def may_read_files(text: str) -> bool:
    """Whether a text reads something that may be files: a path, a stage, or what a function gives.

    >>> may_read_files("select * from read_files('/landing')"), may_read_files("select * from @stage/a.csv")
    (True, True)
    >>> may_read_files("select * from orders, lateral flatten(items) join table(b) on true")
    False
    """
    return _READ.search(_COMMENT.sub(" ", text)) is not None
