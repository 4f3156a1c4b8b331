"""Types of the columns by which Laravel's migrations refer to models: those of the keys of the models' tables.

`foreignIdFor(Post::class)` says only which model is meant; the framework takes a number for a key that counts, and what
the key is otherwise. The reader puts the table that a model of this name has in braces after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.migrations import File
from ctxpack.model import Column

_REFERRING = re.compile(r"^(?P<written>foreignIdFor\(\w+\)) \{(?P<table>\w+)\}$")
_NUMBER = "unsignedBigInteger"


def with_types(files: Sequence[File]) -> list[File]:
    """Migrations in which such columns have their type, where a migration makes the table that is called so."""
    keys: dict[str, str] = {}
    for _, facts in files:
        for step in facts.steps:
            if step.kind == "create":
                own = next((one.type for one in step.columns if one.name == "id"), "")
                keys.setdefault(step.table, _NUMBER if "ncrement" in own or "nteger" in own else own)
    return [(path, msgspec.structs.replace(facts, steps=_typed(facts, keys))) for path, facts in files]


def _typed(facts: DataFacts, keys: Mapping[str, str]) -> tuple[SchemaStep, ...]:
    return tuple(
        msgspec.structs.replace(step, columns=tuple(_column(one, keys) for one in step.columns))
        if any(one.type.startswith("foreignIdFor") for one in step.columns)
        else step
        for step in facts.steps
    )


def _column(column: Column, keys: Mapping[str, str]) -> Column:
    found = _REFERRING.match(column.type)
    return msgspec.structs.replace(column, type=keys.get(found["table"]) or found["written"]) if found else column
