"""Terraform resources that define tables: AWS Glue, BigQuery, Databricks and Snowflake.

Columns in Glue are Hive's and always nullable; the others state nullability per column. A name defined in another file
stays unresolved, in braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column, Problem
from ctxpack.parse.schemas import bigquery, documents
from ctxpack.parse.schemas.documents import Fields, Listing, Scalar, Value
from ctxpack.parse.schemas.hcl import Block, Module
from ctxpack.parse.schemas.shapes import facts, limited, summary
from ctxpack.parse.schemas.tokens import tokens

_OF_FILE = re.compile(r"\{(?:file|templatefile) (?:\$\{path\.(?:module|root|cwd)\}/|\./)?(?P<path>.*)\}", re.DOTALL)

Made = tuple[tuple[Column, ...], tuple[str, ...]]


def read(text: str) -> DataFacts:
    """A step for each resource that defines a table with columns."""
    source = tokens(text)
    problems = () if source.whole else (Problem("", "too long: only the beginning is read"),)
    return facts("terraform", _tables(Module(source)), problems)


def _tables(module: Module) -> Iterator[SchemaStep]:
    for block in module.top.inner("resource"):
        reader = _READERS.get(block.labels[0]) if len(block.labels) == 2 else None
        if reader is None:
            continue
        naming, columns_of = reader
        columns, keys = columns_of(module, block)
        elsewhere = _file(module, block) if not columns else ""
        if not columns and not elsewhere:
            continue
        parts = [_part(module, block, key) for key in naming]
        name = ".".join(part for part in parts if part).lower()
        doc = module.text(block.attributes.get("description")) or module.text(block.attributes.get("comment"))
        yield SchemaStep(
            "create", name, block.line, columns, keys, kind_of=_kind(module, block), doc=summary(doc),
            like=elsewhere, likeness="copy" if elsewhere else "",
        )  # fmt: skip


def _file(module: Module, block: Block) -> str:
    """The file with the schema of a BigQuery table, as `{path}` and its path relative to this file's folder."""
    told = module.seen_through(block.attributes.get("schema"))
    found = _OF_FILE.fullmatch(told.text) if isinstance(told, Scalar) else None
    return "{path}" + found["path"] if found is not None and "${" not in found["path"] else ""


def _part(module: Module, block: Block, key: str) -> str:
    """A part of a table's name; "" if not given."""
    name = module.text(block.attributes.get(key))
    return name.rpartition("/")[2] if name and not name.startswith("{") else name


def _kind(module: Module, block: Block) -> str:
    told = module.text(block.attributes.get("table_type")).upper()
    return "view" if "VIEW" in told or block.inner("view") else "table"


# --- AWS Glue ---------------------------------------------------------------------------------------------------------


def _glue(module: Module, block: Block) -> Made:
    columns = [
        column
        for descriptor in block.inner("storage_descriptor")
        for column in _in_blocks(module, descriptor, "columns", always=True)
    ]
    partitions = list(_in_blocks(module, block, "partition_keys", always=True))
    known = {column.name for column in columns}
    columns.extend(column for column in partitions if column.name not in known)
    keys = (f"partition by ({', '.join(column.name for column in partitions)})",) if partitions else ()
    return tuple(columns), keys


# --- columns as blocks ------------------------------------------------------------------------------------------------


def _listed(module: Module, block: Block) -> Made:
    keys = tuple(
        f"primary key ({', '.join(module.text(one) for one in documents.items(key.attributes.get('keys')))})"
        for key in block.inner("primary_key")
    )
    return tuple(_in_blocks(module, block, "column", always=False)), keys


def _in_blocks(module: Module, block: Block, kind: str, *, always: bool) -> Iterable[Column]:
    """The columns of blocks of a kind, including those generated from a list (`dynamic`).

    `always`: every column in the format is nullable.
    """
    found: list[Column] = []
    for one in block.blocks:
        if one.kind == kind:
            found.append(_column(module, one.attributes, one.lines.get("name", one.line), always=always))
        elif one.kind == "dynamic" and one.labels[:1] == (kind,):
            found.extend(_dynamic(module, one, always=always))
    return [column for column in found if column.name]


def _dynamic(module: Module, block: Block, *, always: bool) -> Iterator[Column]:
    """Columns generated from a literal list of objects or a mapping of names to types."""
    listed = module.seen_through(block.attributes.get("for_each"))
    if isinstance(listed, Listing):
        for item in listed.items:
            if isinstance(item, Fields):
                yield _column(module, item.entries, item.line, always=always)
    elif isinstance(listed, Fields):
        for name, value in listed.entries.items():
            inner = value.entries if isinstance(value, Fields) else {"type": value}
            yield _column(module, {"name": Scalar(name, "text", 0), **inner}, listed.lines[name], always=always)


def _column(module: Module, settings: dict[str, Value], line: int, *, always: bool) -> Column:
    told = module.seen_through(settings.get("nullable"))
    nullable = always or not (isinstance(told, Scalar) and told.kind == "false")
    doc = module.text(settings.get("comment"))
    kind = module.text(settings.get("type")) or module.text(settings.get("type_json"))
    return Column(module.text(settings.get("name")), limited(kind), nullable, summary(doc), line=line)


# --- BigQuery ---------------------------------------------------------------------------------------------------------


def _bigquery(module: Module, block: Block) -> Made:
    schema = module.seen_through(block.attributes.get("schema"))
    if isinstance(schema, Listing):
        return bigquery.columns_of(schema.items), ()
    if not isinstance(schema, Scalar) or not schema.text.lstrip().startswith("["):
        return (), ()
    found = bigquery.columns_of(documents.items(documents.read(schema.text).root))
    return tuple(msgspec.structs.replace(one, line=one.line + schema.line) for one in found), ()


_READERS: dict[str, tuple[tuple[str, ...], Callable[[Module, Block], Made]]] = {
    "aws_glue_catalog_table": (("database_name", "name"), _glue),
    "google_bigquery_table": (("project", "dataset_id", "table_id"), _bigquery),
    "databricks_sql_table": (("catalog_name", "schema_name", "name"), _listed),
    "snowflake_table": (("database", "schema", "name"), _listed),
}
