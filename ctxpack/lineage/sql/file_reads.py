"""A cheap test whether rendered SQL reads files directly, which `ref` and `source` do not record.

Finding those files takes a SQL parser. Most models read none, so this picks the few that may by regex.
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
    """Whether a text reads what may be files: a path, a stage, or a table function.

    >>> may_read_files("select * from read_files('/landing')"), may_read_files("select * from @stage/a.csv")
    (True, True)
    >>> may_read_files("select * from orders, lateral flatten(items) join table(b) on true")
    False
    """
    return _READ.search(_COMMENT.sub(" ", text)) is not None
