"""dbt property files, as facts of code: models, sources, seeds and snapshots with their columns, docs and tests.

A YAML file is one if a list under a known key has entries with names. A not_null test states an expectation; only a
constraint is enforced, so only that sets a column's nullability.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxpack.model import Column, Table
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.sql.templates import read_pairs
from ctxpack.parse.yaml_tree import fields, items, pairs, scalar

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Fields = dict[str, "Node"]

_TABLES = frozenset({"models", "seeds", "snapshots", "sources"})
_OTHERS = frozenset(
    {
        "macros",
        "exposures",
        "metrics",
        "semantic_models",
        "analyses",
        "unit_tests",
        "saved_queries",
        "groups",
        "functions",
    }
)
_BUILT_IN_TESTS = frozenset({"unique", "not_null", "accepted_values", "relationships"})
_NOT_NULL = frozenset({"not_null", "primary_key"})
_TEST_SETTINGS = frozenset({"name", "config", "severity", "description", "arguments", "tags", "where", "enabled"})
_OUTLINED_COLUMNS = 12
_COMMENT = re.compile(rb"(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)


def is_property_list(key: str, value: Node | None, plain: Plain) -> bool:
    """Whether a top-level pair lists dbt resources by name."""
    if key not in _TABLES and key not in _OTHERS:
        return False
    return any("name" in fields(entry, plain.source) for _, entry in items(value))


def read(key: str, value: Node | None, plain: Plain) -> None:
    """Record the resources listed under a top-level key, and the models, sources and tests that they refer to."""
    reader = _Reader(plain)
    for item, entry in items(value):
        known = fields(entry, plain.source)
        if "name" not in known:
            continue
        if key == "sources":
            reader.source_entry(item, known)
        elif key in _TABLES:
            reader.table(item, known, scalar(known["name"], plain.source))
        else:
            reader.define(item, known, "section", scalar(known["name"], plain.source))
    if value is not None:
        for start, end in _uncommented(plain.source.data, value.start_byte, value.end_byte):
            read_pairs(plain, start, end)


def _uncommented(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The byte ranges between the comments of a range of YAML."""
    place = start
    for match in _COMMENT.finditer(data, start, end):
        before = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        if before.count(b"'") % 2 == 0 and before.count(b'"') % 2 == 0:
            yield place, match.start()
            place = match.end()
    yield place, end


class _Reader:
    """Reads the entries of one file; an entry comes as the values of its mapping by key."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._source = plain.source

    def define(self, item: Node, entry: Fields, kind: str, qualname: str) -> None:
        name, doc = entry["name"], entry.get("description")
        draft = Draft(self._text(name), kind, item.start_byte, self._trimmed(item), name.start_byte, qualname=qualname)
        draft.doc = self._doc(doc)
        self._plain.drafts.append(draft)

    def source_entry(self, item: Node, entry: Fields) -> None:
        owner = self._text(entry["name"])
        self.define(item, entry, "section", owner)
        for table_item, table in items(entry.get("tables")):
            known = fields(table, self._source)
            if "name" in known:
                self.table(table_item, known, f"{owner}.{self._text(known['name'])}")

    def table(self, item: Node, entry: Fields, qualname: str) -> None:
        self.define(item, entry, "table", qualname)
        columns: list[Column] = []
        keys = [*self._constraint_keys(entry, ""), *self._tested_keys(entry)]
        for _, listed in items(entry.get("columns")):
            column = fields(listed, self._source)
            if "name" in column:
                columns.append(self._column(column))
                keys.extend(self._constraint_keys(column, columns[-1].name))
        for test, node, _ in self._tests(entry):
            self._use_test(test, node)
        span = self._plain.lines_of(item.start_byte, self._trimmed(item))
        self._plain.tables.append(Table(qualname, tuple(columns), tuple(dict.fromkeys(keys)), span))
        self._plain.outline.extend((column.line, column.line) for column in columns[:_OUTLINED_COLUMNS])

    def _text(self, node: Node | None) -> str:
        return scalar(node, self._source)

    def _doc(self, node: Node | None) -> str:
        if node is not None:
            self._plain.prose.append((node.start_byte, node.end_byte))
        return self._text(node)

    def _trimmed(self, item: Node) -> int:
        """The end of an item without the blank lines after it."""
        data = self._source.data[item.start_byte : item.end_byte]
        return item.start_byte + len(data.rstrip())

    def _column(self, entry: Fields) -> Column:
        tests = list(self._tests(entry))
        for test, node, _ in tests:
            self._use_test(test, node)
        kinds = {self._text(constraint.get("type")) for constraint in self._constraints(entry)}
        return Column(
            name=self._text(entry["name"]),
            type=self._text(entry.get("data_type")),
            nullable=False if kinds & _NOT_NULL else None,
            doc=self._doc(entry.get("description")),
            tests=tuple(test + self._relation(test, settings) for test, _, settings in tests),
            line=self._plain.line(entry["name"].start_byte),
        )

    def _tests(self, entry: Fields) -> Iterator[tuple[str, Node, Fields]]:
        """(name, its node, settings) of each test; settings may be beside the name or under `arguments`."""
        for key in ("tests", "data_tests"):
            for _, test in items(entry.get(key)):
                named = [(key_node, value) for _, key_node, value in pairs(test)]
                named = [pair for pair in named if self._text(pair[0]) not in _TEST_SETTINGS] or named
                if not named:
                    yield self._text(test), test, {}
                    continue
                node, value = named[0]
                settings = fields(value, self._source)
                settings.update(fields(settings.get("arguments"), self._source))
                yield self._text(node), node, settings

    def _relation(self, test: str, settings: Fields) -> str:
        to, field = self._text(settings.get("to")), self._text(settings.get("field"))
        return f"({to}.{field})" if test == "relationships" and to else ""

    def _use_test(self, test: str, node: Node) -> None:
        package, _, name = test.rpartition(".")
        if name and name not in _BUILT_IN_TESTS and name.isidentifier():
            self._plain.refer(name, package, "call", node.start_byte)

    def _constraints(self, entry: Fields) -> Iterator[Fields]:
        for _, constraint in items(entry.get("constraints")):
            yield fields(constraint, self._source)

    def _constraint_keys(self, entry: Fields, column: str) -> Iterator[str]:
        """The keys stated by constraints of a table, or of `column` if one is given."""
        for constraint in self._constraints(entry):
            kind = self._text(constraint.get("type"))
            listed = column or self._list(constraint.get("columns"))
            to = self._text(constraint.get("to")) or self._text(constraint.get("expression"))
            if kind in ("primary_key", "unique"):
                yield f"{kind.replace('_', ' ')} ({listed})"
            elif kind == "foreign_key":
                yield f"foreign key ({listed})" + (f" references {to}" if to else "")

    def _tested_keys(self, entry: Fields) -> Iterator[str]:
        for test, _, settings in self._tests(entry):
            if test.endswith("unique_combination_of_columns"):
                yield f"unique ({self._list(settings.get('combination_of_columns'))}), tested"

    def _list(self, node: Node | None) -> str:
        return ", ".join(self._text(content) for _, content in items(node))
