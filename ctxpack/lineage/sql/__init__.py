"""Lowers SQL text to plans of the algebra in `datamodel/algebra.py`.

`statements` reads a whole text, `outputs` the expressions that programs hand to their engine as strings. sqlglot does
the parsing and nothing else; it is imported when the first text is read.
"""

from __future__ import annotations

from functools import lru_cache

from ctxpack.datamodel.algebra import Output
from ctxpack.lineage.sql.origin import Origin
from ctxpack.lineage.sql.statement import SqlStatement

__all__ = ["Origin", "SqlStatement", "outputs", "statements"]


def statements(
    text: str, dialect: str, *, first_line: int = 1, origin: Origin | None = None
) -> tuple[SqlStatement, ...]:
    """The statements of a SQL text, in order.

    Args:
        text: The text; template placeholders in it are read as names.
        dialect: The name of an engine, "" to detect it from the text.
        first_line: The line of its file on which the text begins.
        origin: For a rendered text, its mapping to the source; plans then have the lines and dataset names of the
            source. The lines of the statements themselves stay those of the text.

    Returns:
        One value for each statement; one that cannot be read has a problem and no plan.

    """
    from ctxpack.lineage.sql.scripts import read

    return read(text, dialect, first_line, origin)


@lru_cache(maxsize=4096)
def outputs(text: str, dialect: str) -> tuple[Output, ...]:
    """The columns that one expression defines; several for a list of aliases ("stack(...) as (a, b)").

    Each of several then has the whole expression. () if the text is not a single expression.
    """
    from ctxpack.lineage.sql.scripts import read_outputs

    return read_outputs(text, dialect)
