"""`ctxpack schema`: tables with columns, nullability and the reasons for it, keys, and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ctxpack.cli.options import View, repository, talking
from ctxpack.cli.talk import Line, Run, emit, emit_json, headed

if TYPE_CHECKING:
    from ctxpack.datamodel.lineage import ColumnState, TableSchema

FORMATS = ("text", "json", "sql", "markdown")
HEAD = ("column", "type", "declared", "effective", "decided by")


@click.command(
    "schema",
    short_help="Show tables: columns, nullability and why, keys, history.",
    epilog="""\b
Examples:
  ctxpack schema
  ctxpack schema silver.orders
  ctxpack schema silver.orders --history
  ctxpack schema --at v1.2 --format sql > schema.sql
  ctxpack schema fct_sales --format markdown

\b
A line of text is: column, type, whether it is declared null or not null (and
what the database fills in), what readers have to expect, and what decides
that: outer joins, casts and the like, by the rules of the engine that writes.
"-" is what nothing says.
The exit code is 1 where there is no table.""",
)
@click.argument("datasets", nargs=-1, metavar="[DATASET]...")
@click.option("--history", is_flag=True, help="Also how the schema changed: by commit, and by migration.")
@click.option("--records", is_flag=True, help="Also all records: classes, messages, types of interfaces, headers.")
@click.option("-f", "--format", "format_name", type=click.Choice(FORMATS), default="text", show_default=True)
@repository
@talking
def verb(*, run: Run, view: View, datasets: tuple[str, ...], history: bool, records: bool, format_name: str) -> int:
    """Show what is known of the tables of the repository, or of those named.

    A DATASET is a table, a dbt model or source.table, a path as it is written in code, or else a record: a data class,
    a message, a type of an interface.
    """
    with view.index(run, view.config()) as index:
        tables = index.schema(*datasets, history=history, records=records)
        others = 0 if tables else len(index.schema(records=True))
    _show(run, tables, format_name)
    if tables:
        return 0
    run.say(f"there is no table here, but {_records(others)}: see --records" if others else "there is no table here")
    return 1


def _records(count: int) -> str:
    return "one record" if count == 1 else f"{count:,} records"


def _show(run: Run, tables: Sequence[TableSchema], format_name: str) -> None:
    from ctxpack.lineage.answers import export

    if format_name == "json":
        emit_json(export.schema_document(tables))
    elif format_name == "sql":
        emit(export.sql(tables))
    elif format_name == "markdown":
        emit(export.markdown(tables))
    else:
        run.show(line for one in tables for line in ([""] if one is not tables[0] else []) + _text(one))


def _text(one: TableSchema) -> list[Line]:
    where = f"{one.path}:{one.line}" if one.path else "only read here"
    head = "  ".join(part for part in (one.spelled or one.name, one.kind, one.layer, where) if part)
    lines: list[Line] = [head, *headed(HEAD, [_row(column) for column in one.columns], indent="  ")]
    if not one.complete:
        lines.append("  (there may be more columns)")
    lines += [f"  {key}" for key in one.keys]
    writers = (*one.written_by, *one.changed_by)
    lines += [f"  written by {use.path}:{use.line}  {use.evidence}" for use in writers]
    lines += [f"  read by {use.path}:{use.line}  {use.evidence}" for use in one.read_by]
    lines += [f"  {mark.sentence}, {mark.path}:{mark.line}" for mark in one.evolves]
    for change in one.history:
        parts = (change.date[:10], change.commit[:10], change.change, change.compatibility, change.path)
        lines.append("  " + "  ".join(part for part in parts if part))
    return lines


def _row(column: ColumnState) -> tuple[str, ...]:
    declared = {True: "null", False: "not null", None: "-"}[column.nullable]
    declared += f", default {column.default}" if column.default else ""
    effective = {True: "can be null", False: "never null", None: "unknown"}[column.effective]
    return column.name, column.type or "-", declared, effective, column.because
