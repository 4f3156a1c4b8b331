"""Resolves the types of foreign key columns in Laravel migrations that name only a model: `foreignIdFor(Post::class)`.

The framework uses a big integer for an auto-increment key, and otherwise the type of the key. The parser writes the
type as "foreignIdFor(Post) {posts}", with the conventional table of the model in braces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.families.family import File
from ctxpack.model import Column

_REFERRING = re.compile(r"^(?P<written>foreignIdFor\(\w+\)) \{(?P<table>\w+)\}$")
_NUMBER = "unsignedBigInteger"


def with_types(files: Sequence[File]) -> list[File]:
    """The migrations with these types resolved, where a migration creates the referenced table."""
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
