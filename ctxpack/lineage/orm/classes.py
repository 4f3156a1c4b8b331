"""Tables of ORM classes: combines each class with the columns and keys that it inherits.

A base is found by name: in the same file first, then in the file nearest by path. Columns of mixins and abstract bases
come first, in the order of the bases; the columns of a base that has a table of its own stay in that table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.paths import shared_depth
from ctxpack.text import snake

ClassStep = tuple[str, SchemaStep]

_REFERS_TO_CLASS = re.compile(r"references \{(?P<name>[\w.]+)\}")
_DEEPEST = 30


class Classes:
    """The classes of all files of one format, by name."""

    def __init__(self, files: Sequence[tuple[str, DataFacts]]) -> None:
        self._by_name: dict[str, list[ClassStep]] = {}
        for path, facts in files:
            for step in facts.steps:
                if step.likeness == "name" and step.name:
                    self._by_name.setdefault(step.name, []).append((path, step))

    def find(self, name: str, path: str) -> ClassStep | None:
        """The class that `name` refers to in a file: defined there, or in the nearest file; None if unknown."""
        found = self._by_name.get(name, [])
        return min(found, key=lambda one: (one[0] != path, -shared_depth(one[0], path), one[0]), default=None)

    def bases(self, step: SchemaStep, path: str) -> list[ClassStep]:
        """The known classes among the direct bases of a class."""
        names = [name.strip() for name in step.like.split(",") if name.strip()]
        found = (self.find(name, path) for name in names)
        return [one for one in found if one is not None and one[1] is not step]

    def whole(self, path: str, step: SchemaStep) -> list[SchemaStep]:
        """The step that creates the table of a class with all its columns.

        A class without a table of its own below one that has a table (single-table inheritance) gives the steps that
        add its columns, all nullable, and keys to that table. () for a class that is not mapped.
        """
        columns: dict[str, Column] = {}
        keys: list[str] = []
        naming = [step.table]
        owner: SchemaStep | None = None
        for _, base in self._above(path, step, 0):
            if base.kind_of == "table":
                owner = owner or base
                continue
            columns.update({column.name.lower(): column for column in base.columns})
            keys.extend(base.keys)
            naming.append(base.table)
        columns.update({column.name.lower(): column for column in step.columns})
        table = self._named(step, next((name for name in naming if name), ""))
        told = tuple(self._resolved(key, path) for key in (*keys, *step.keys))
        if not columns or not self._is_mapped(step, table, owner):
            return []
        if owner is None or step.table:
            made = msgspec.structs.replace(
                step, table=table, columns=tuple(columns.values()), keys=told, kind_of="table", like="", likeness=""
            )
            return [made]
        added = tuple(msgspec.structs.replace(column, nullable=True) for column in columns.values())
        steps = [SchemaStep("add column", owner.table, step.line, added)]
        return [*steps, SchemaStep("add key", owner.table, step.line, keys=told)] if told else steps

    @staticmethod
    def _named(step: SchemaStep, rule: str) -> str:
        """The table's name, from a rule that may have placeholders for the name of the class."""
        words = snake(step.name)
        return rule.replace("{class_snake}", words).replace("{class}", step.name.lower())

    @staticmethod
    def _is_mapped(step: SchemaStep, table: str, owner: SchemaStep | None) -> bool:
        """Whether a class is mapped to a table, its own or that of its base."""
        if step.kind_of == "abstract" or not (table or owner):
            return False
        return step.kind_of != "mixin" or not step.table

    def _above(self, path: str, step: SchemaStep, depth: int) -> list[ClassStep]:
        """All base classes, the farthest first; nothing above a base with a table of its own."""
        if depth > _DEEPEST:
            return []
        found: list[ClassStep] = []
        for base_path, base in reversed(self.bases(step, path)):
            if base.kind_of != "table":
                found.extend(self._above(base_path, base, depth + 1))
            found.append((base_path, base))
        return found

    def _resolved(self, key: str, path: str) -> str:
        """A foreign key with the referenced class, in braces, replaced by the name of its table."""
        match = _REFERS_TO_CLASS.search(key)
        found = self.find(match["name"].rpartition(".")[2], path) if match else None
        if match is None or found is None:
            return key
        rule = [found[1].table, *(base.table for _, base in self._above(*found, 0))]
        table = self._named(found[1], next((name for name in rule if name), ""))
        return key.replace(f"{{{match['name']}}}", table) if table else key
