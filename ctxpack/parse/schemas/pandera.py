"""Pandera schemas of data frames: DataFrameModel classes and DataFrameSchema objects.

A column is not null unless declared nullable, and one that is not required may be missing. Checks become tests of the
column. `lineage/declared/records.py` adds the columns of base models in other files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.python_tree import Call, Class, Module, module
from ctxpack.parse.schemas.shapes import facts, limited, summary

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_MODELS = frozenset({"DataFrameModel", "SchemaModel"})
_FIELD_CHECKS = frozenset(
    """eq ne gt ge lt le in_range isin notin str_contains str_endswith str_matches str_length str_startswith
    unique_values_eq""".split()
)
_WRAPPED = re.compile(r"^(?:\w+\.)*(?:Series|Index|Column|DataFrame)\[(?P<inner>.*)\]$", re.DOTALL)
_OPTIONAL = re.compile(r"^(?:\w+\.)*Optional\[(?P<inner>.*)\]$|^(?P<left>.*?)\s*\|\s*None$", re.DOTALL)
_OWNER = re.compile(r"^(?:pa|pandera|pd|np|pl|T|types|polars|pandas|numpy|pyspark\.sql\.types)\.(?=\w)")
_LONGEST_CHECK = 120


def read(text: str) -> DataFacts:
    """A step for each model class and each schema object assigned to a name."""
    return facts("pandera", _Reader(module(text)).steps())


class _Reader:
    def __init__(self, tree: Module) -> None:
        self._tree = tree
        self._classes = {one.name: one for one in tree.classes()}

    def steps(self) -> Iterator[SchemaStep]:
        """The schemas of the file."""
        for one in self._classes.values():
            if one.bases and self._is_model(one, 0):
                yield self._model(one)
        for name, value, _, _ in self._tree.assignments(self._tree.root):
            call = self._tree.call(value)
            if call is not None and call.last == "DataFrameSchema":
                step = self._schema(name, call)
                if step.columns:
                    yield step

    def _is_model(self, one: Class, depth: int) -> bool:
        for base in one.bases:
            last = base.rpartition(".")[2]
            known = self._classes.get(last)
            if last in _MODELS or (
                known is not None and known is not one and depth < 20 and self._is_model(known, depth + 1)
            ):
                return True
        return False

    def _model(self, one: Class) -> SchemaStep:
        columns: list[Column] = []
        keys: list[str] = []
        for name, value, annotation, node in self._tree.assignments(one.body):
            if annotation is None or name.startswith("_"):
                continue
            call = self._tree.call(value)
            settings = call.named if call is not None and call.last == "Field" else {}
            column = self._field(name, self._tree.text(annotation), settings, self._tree.line(node))
            columns.append(column)
            if self._tree.truth(settings.get("unique")) is True:
                keys.append(f"unique ({column.name})")
        named, unique = self._config(one)
        keys.extend(unique)
        bases = ", ".join(base.rpartition(".")[2] for base in one.bases)
        kind = "table" if named else "record"
        return SchemaStep(
            "create", named.lower() or one.name, one.line, tuple(columns), tuple(keys), one.name,
            bases, kind, summary(self._tree.doc(one.body)), likeness="name",
        )  # fmt: skip

    def _config(self, one: Class) -> tuple[str, list[str]]:
        """The schema name and the keys stated by the inner class Config."""
        for child in one.body.named_children:
            if child.type != "class_definition":
                continue
            inner = self._tree.class_of(child)
            if inner.name != "Config":
                continue
            settings = {name: value for name, value, _, _ in self._tree.assignments(inner.body)}
            unique = self._tree.strings(settings.get("unique"))
            return self._tree.string(settings.get("name")) or "", [f"unique ({', '.join(unique)})"] if unique else []
        return "", []

    def _field(self, name: str, told: str, settings: Mapping[str, Node], line: int) -> Column:
        told = told.strip("\"'")
        optional = _OPTIONAL.match(told)
        if optional is not None:
            told = (optional["inner"] or optional["left"]).strip()
        wrapped = _WRAPPED.match(told)
        nullable = self._tree.truth(settings.get("nullable")) is True or optional is not None
        return Column(
            self._tree.string(settings.get("alias")) or name,
            limited(_dtype(wrapped["inner"] if wrapped else told)),
            nullable,
            summary(self._tree.string(settings.get("description")) or ""),
            tuple(self._field_checks(settings)),
            line,
        )

    def _field_checks(self, settings: Mapping[str, Node]) -> Iterator[str]:
        for key, node in settings.items():
            if key in _FIELD_CHECKS:
                yield f"{key}({self._tree.text(node)[:_LONGEST_CHECK]})"

    # --- objects ------------------------------------------------------------------------------------------------------

    def _schema(self, bound: str, call: Call) -> SchemaStep:
        columns: list[Column] = []
        keys: list[str] = []
        for name, node in self._tree.pairs(call.argument(0, "columns")).items():
            inner = self._tree.call(self._tree.seen_through(node))
            if inner is None:
                columns.append(Column(name, line=self._tree.line(node)))
                continue
            columns.append(self._column(name, inner))
            if self._tree.truth(inner.named.get("unique")) is True:
                keys.append(f"unique ({name})")
        unique = self._tree.strings(call.named.get("unique"))
        if unique:
            keys.append(f"unique ({', '.join(unique)})")
        named = self._tree.string(call.named.get("name")) or ""
        doc = self._tree.string(call.named.get("description")) or ""
        return SchemaStep(
            "create", named.lower() or bound, call.line, tuple(columns), tuple(keys),
            kind_of="table" if named else "record", doc=summary(doc),
        )  # fmt: skip

    def _column(self, name: str, call: Call) -> Column:
        kind = call.argument(0, "dtype")
        required = self._tree.truth(call.named.get("required")) is not False
        checks = self._tree.seen_through(call.argument(1, "checks"))
        listed = self._tree.items(checks) or ([checks] if checks is not None else [])
        literal = self._tree.string(kind)
        dtype = literal if literal is not None else _dtype(self._tree.text(kind)) if kind is not None else ""
        return Column(
            name,
            "" if dtype == "None" else limited(dtype),
            self._tree.truth(call.named.get("nullable")) is True or not required,
            summary(self._tree.string(call.named.get("description")) or ""),
            tuple(self._check(one) for one in listed),
            call.line,
        )

    def _check(self, node: Node) -> str:
        text = self._tree.text(node)
        call = self._tree.call(node)
        if call is not None and call.name.endswith(f"Check.{call.last}"):
            text = text[text.index(call.last) :]
        return text[:_LONGEST_CHECK]


def _dtype(text: str) -> str:
    return _OWNER.sub("", text.strip().strip("\"'"))
