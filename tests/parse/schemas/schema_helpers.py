"""How tests look at what a reader of schemas gives."""

from __future__ import annotations

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.parse.schemas.table import read


def steps(schema_format: str, text: str) -> dict[str, SchemaStep]:
    """The steps of a text by their tables; there must be no problem."""
    facts = read(schema_format, text)
    assert facts.problems == ()
    assert facts.format == schema_format
    assert len({step.table for step in facts.steps}) == len(facts.steps)
    return {step.table: step for step in facts.steps}


def columns(step: SchemaStep) -> list[tuple[str, str, bool | None]]:
    """(name, type, nullable) of each column."""
    return [(column.name, column.type, column.nullable) for column in step.columns]
