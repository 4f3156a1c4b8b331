"""dbt's property files: models, sources, seeds and snapshots as tables with columns, their docs and tests.

A file is one of these where a list under a known key has entries with names. A test that finds nulls says what the
author hopes; only a constraint says what the table enforces, so only that sets a column's nullability.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxpack.model import Column, Table
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.sql.templates import read_pairs
from ctxpack.parse.yaml_tree import get, items, pairs, scalar

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

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


def is_property_list(key: str, value: Node | None, plain: Plain) -> bool:
    """Whether a top-level pair lists dbt resources by name."""
    if key not in _TABLES and key not in _OTHERS:
        return False
    return any(get(entry, "name", source=plain.source) is not None for _, entry in items(value))


def read(key: str, value: Node | None, plain: Plain) -> None:
    """Note the resources listed under a top-level key, and the models, sources and tests that they name."""
    reader = _Reader(plain)
    for item, entry in items(value):
        name = get(entry, "name", source=plain.source)
        if name is None:
            continue
        if key == "sources":
            reader.source_entry(item, entry, name)
        elif key in _TABLES:
            reader.table(item, entry, name, scalar(name, plain.source))
        else:
            reader.define(item, entry, name, "section", scalar(name, plain.source))
    if value is not None:
        read_pairs(plain, value.start_byte, value.end_byte)


class _Reader:
    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._source = plain.source

    def define(self, item: Node, entry: Node, name: Node, kind: str, qualname: str) -> None:
        doc = get(entry, "description", source=self._source)
        if doc is not None:
            self._plain.prose.append((doc.start_byte, doc.end_byte))
        end = self._trimmed(item)
        text = scalar(name, self._source)
        draft = Draft(
            text, kind, item.start_byte, end, name.start_byte, qualname=qualname, doc=scalar(doc, self._source)
        )
        self._plain.drafts.append(draft)

    def _trimmed(self, item: Node) -> int:
        """The end of an item without the blank lines after it."""
        data = self._source.data[item.start_byte : item.end_byte]
        return item.start_byte + len(data.rstrip())

    def source_entry(self, item: Node, entry: Node, name: Node) -> None:
        owner = scalar(name, self._source)
        self.define(item, entry, name, "section", owner)
        for table_item, table_entry in items(get(entry, "tables", source=self._source)):
            table_name = get(table_entry, "name", source=self._source)
            if table_name is not None:
                self.table(table_item, table_entry, table_name, f"{owner}.{scalar(table_name, self._source)}")

    def table(self, item: Node, entry: Node, name: Node, qualname: str) -> None:
        self.define(item, entry, name, "table", qualname)
        columns = tuple(self._columns(entry))
        keys = tuple(dict.fromkeys([*self._keys(entry), *self._column_keys(entry)]))
        span = self._plain.lines_of(item.start_byte, self._trimmed(item))
        self._plain.tables.append(Table(qualname, columns, keys, span, "dbt"))
        self._plain.outline.extend((column.line, column.line) for column in columns[:_OUTLINED_COLUMNS])
        for test, node in self._tests(entry):
            self._use_test(test, node)

    def _columns(self, entry: Node) -> Iterator[Column]:
        for _, column in items(get(entry, "columns", source=self._source)):
            name = get(column, "name", source=self._source)
            if name is None:
                continue
            doc = get(column, "description", source=self._source)
            if doc is not None:
                self._plain.prose.append((doc.start_byte, doc.end_byte))
            tests = list(self._tests(column))
            for test, node in tests:
                self._use_test(test, node)
            constraints = {kind for kind, _ in self._constraints(column)}
            yield Column(
                name=scalar(name, self._source),
                type=scalar(get(column, "data_type", source=self._source), self._source),
                nullable=False if constraints & _NOT_NULL else None,
                doc=scalar(doc, self._source),
                tests=tuple(test for test, _ in tests),
                line=self._plain.line(name.start_byte),
            )

    def _tests(self, entry: Node) -> Iterator[tuple[str, Node]]:
        """(test as text, node of its name) for each test of a table or column."""
        for key in ("tests", "data_tests"):
            for _, test in items(get(entry, key, source=self._source)):
                named = [(key_node, value) for _, key_node, value in pairs(test)]
                named = [pair for pair in named if scalar(pair[0], self._source) not in _TEST_SETTINGS] or named
                if not named:
                    yield scalar(test, self._source), test
                    continue
                name_node, value = named[0]
                name = scalar(name_node, self._source)
                yield name + self._relation(name, value), name_node

    def _relation(self, name: str, value: Node | None) -> str:
        if name != "relationships":
            return ""
        arguments = get(value, "arguments", source=self._source) or value
        to, field = (scalar(get(arguments, key, source=self._source), self._source) for key in ("to", "field"))
        return f"({to}.{field})" if to else ""

    def _use_test(self, test: str, node: Node) -> None:
        package, _, name = test.partition("(")[0].rpartition(".")
        if name and name not in _BUILT_IN_TESTS and name.isidentifier():
            self._plain.refer(name, package, "call", node.start_byte)

    def _constraints(self, entry: Node) -> Iterator[tuple[str, Node]]:
        for _, constraint in items(get(entry, "constraints", source=self._source)):
            yield scalar(get(constraint, "type", source=self._source), self._source), constraint

    def _keys(self, entry: Node) -> Iterator[str]:
        for kind, constraint in self._constraints(entry):
            listed = self._list(get(constraint, "columns", source=self._source))
            to = scalar(get(constraint, "to", "expression", source=self._source), self._source)
            if kind in ("primary_key", "unique", "foreign_key"):
                yield f"{kind.replace('_', ' ')} ({listed})" + (
                    f" references {to}" if kind == "foreign_key" and to else ""
                )
        for key in ("tests", "data_tests"):
            for _, test in items(get(entry, key, source=self._source)):
                for _, name, value in pairs(test):
                    if scalar(name, self._source).endswith("unique_combination_of_columns"):
                        arguments = get(value, "arguments", source=self._source) or value
                        listed = self._list(get(arguments, "combination_of_columns", source=self._source))
                        yield f"unique ({listed}), tested"

    def _column_keys(self, entry: Node) -> Iterator[str]:
        for _, column in items(get(entry, "columns", source=self._source)):
            name = scalar(get(column, "name", source=self._source), self._source)
            for kind, constraint in self._constraints(column):
                to = scalar(get(constraint, "to", "expression", source=self._source), self._source)
                if kind in ("primary_key", "unique"):
                    yield f"{kind.replace('_', ' ')} ({name})"
                elif kind == "foreign_key" and to:
                    yield f"foreign key ({name}) references {to}"

    def _list(self, node: Node | None) -> str:
        return ", ".join(scalar(content, self._source) for _, content in items(node))
