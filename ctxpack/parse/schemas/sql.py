"""SQL's data definition statements, in any dialect."""

from __future__ import annotations

from ctxpack.datamodel.schema import DataFacts


def read(text: str) -> DataFacts:
    """The schema steps of a SQL file."""
    return DataFacts("sql")
