"""Great Expectations suites, in JSON or YAML: the expectations on the columns of a dataset.

A suite enforces nothing, so it sets no nullability: its expectations become tests of columns. The dataset is derived
from the name of the suite, without the usual suffixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import documents
from ctxpack.parse.schemas.documents import Fields, Scalar, Value
from ctxpack.parse.schemas.shapes import facts

_ENDINGS = re.compile(
    r"[._\- ](?:expectations?|suite|expectation[._\- ]suite|warning|critical|failure|default|basic)$", re.IGNORECASE
)
_BEGINNING = re.compile(r"^(?:expectation_)?(?:suite|expectations)_(?:for_)?", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SIDE = frozenset(
    {
        "column",
        "column_a",
        "column_b",
        "column_list",
        "column_set",
        "mostly",
        "meta",
        "batch_id",
        "catch_exceptions",
        "result_format",
        "include_config",
    }
)
_LONGEST = 100


def read(text: str) -> DataFacts:
    """A step of kind "expectations" for each suite in the file: its columns with their tests."""
    document = documents.read(text)
    return facts("expectations", _suites(document.root), document.problems)


def _suites(root: Value | None) -> Iterator[SchemaStep]:
    """The suite at the root of a file, or those nested in it (in a checkpoint or datasource)."""
    waiting: list[Value] = [root] if root is not None else []
    while waiting:
        value = waiting.pop(0)
        if not isinstance(value, Fields):
            waiting.extend(documents.items(value))
            continue
        listed = [one for one in documents.items(value, "expectations") if _type(one)]
        if listed:
            step = _suite(value, listed)
            if step.columns or step.keys:
                yield step
        else:
            waiting.extend(value.entries.values())


def _suite(value: Fields, listed: list[Value]) -> SchemaStep:
    tests: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    lines: dict[str, int] = {}
    keys: list[str] = []
    for one in listed:
        settings = documents.get(one, "kwargs") or one
        kind = _type(one)
        if kind == "expect_compound_columns_to_be_unique":
            keys.append(f"unique ({', '.join(documents.texts(settings, 'column_list'))}), tested")
        for column, line in _columns(settings):
            tests.setdefault(column, []).append(_told(kind, settings))
            lines.setdefault(column, line)
            if kind == "expect_column_values_to_be_of_type":
                kinds[column] = documents.text(settings, "type_")
    columns = tuple(
        Column(name, kinds.get(name, ""), tests=tuple(dict.fromkeys(told)), line=lines[name])
        for name, told in tests.items()
    )
    return SchemaStep(
        "create", _dataset(value), value.line, columns, tuple(dict.fromkeys(keys)), kind_of="expectations",
    )  # fmt: skip


def _type(value: Value) -> str:
    """The name of an expectation in snake case; "" for anything else."""
    name = documents.text(value, "expectation_type") or documents.text(value, "type")
    snake = _CAMEL.sub("_", name).lower()
    return snake if snake.startswith("expect_") else ""


def _columns(settings: Value) -> Iterator[tuple[str, int]]:
    for key in ("column", "column_A", "column_B"):
        found = documents.get(settings, key)
        if isinstance(found, Scalar) and found.kind == "text":
            yield found.text, found.line
    for key in ("column_list", "column_set"):
        for one in documents.items(settings, key):
            if isinstance(one, Scalar):
                yield one.text, one.line


def _told(kind: str, settings: Value) -> str:
    """The text of an expectation with its settings, after the share of rows it holds for (`mostly`), if stated."""
    parts = [
        f"{key}={_short(value)}" for key, value, _ in documents.entries(settings)
        if key.lower() not in _SIDE and not key.startswith(("expectation", "type", "id", "notes", "severity"))
    ]  # fmt: skip
    shown = f"{kind}({', '.join(parts)})" if parts else kind
    mostly = documents.text(settings, "mostly")
    return f"for a share of {mostly}: {shown}" if mostly and mostly not in ("1", "1.0") else shown


def _short(value: Value) -> str:
    if isinstance(value, Scalar):
        return value.text[:_LONGEST]
    if isinstance(value, Fields):
        return "{...}"
    listed = ", ".join(_short(one) for one in value.items[:8])
    return f"[{listed}{', ...' if len(value.items) > 8 else ''}]"


def _dataset(value: Fields) -> str:
    """The dataset of a suite: as its metadata states, else the suite's name without suite prefixes and suffixes."""
    name = documents.text(value, "data_asset_name") or documents.text(value, "meta", "data_asset_name")
    name = name or documents.text(value, "expectation_suite_name") or documents.text(value, "name")
    name, before = _BEGINNING.sub("", name), ""
    while name != before:
        before, name = name, _ENDINGS.sub("", name)
    return name.lower() or "{file}"
