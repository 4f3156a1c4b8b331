"""Which SQL is of migrations, and what of it still holds when all have run."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.lineage import PlannedWrite, ReadSite, Sites
from ctxpack.lineage import sql as statements
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.declared.once import past, present
from ctxpack.parse.schemas import sql


@pytest.mark.parametrize(
    "paths",
    [
        ["migrations/2020-01-02-030405_a/up.sql", "migrations/2020-01-03-030405_b/up.sql"],
        ["prisma/migrations/20230101000000_init/migration.sql"],
        ["db/V1__init.sql", "db/V1.2__more.sql"],
        ["sql/schema/20230101000000_init.sql"],
        ["store/0001_init.up.sql", "store/0002_more.up.sql"],
        ["db-migrations/1.sql"],
        ["conf/evolutions/default/1.sql"],
        ["admin/sql/updates/20130819-names.sql"],
        ["schema/main/delta/59/01_more.sql", "schema/main/delta/60/02_less.sql"],
    ],
)
def test_steps_of_migrations_are_told_by_their_paths(paths: list[str]) -> None:
    assert list(past(paths).steps) == paths


@pytest.mark.parametrize(
    "paths",
    [
        ["etl/01_load.sql", "etl/02_clean.sql"],
        ["reports/2023-01-01.sql", "reports/2023-02-01.sql"],
        ["data_migration/load.sql"],
        ["sql/drill_down.sql", "sql/report.sql", "sql/01_rollback.sql"],
        ["ddl/5.4/tables.sql"],
        ["updates/01_load.sql"],
    ],
)
def test_numbered_scripts_are_no_migrations(paths: list[str]) -> None:
    found = past(paths)
    assert (found.steps, found.undoing) == ({}, frozenset())


@pytest.mark.parametrize(
    ("step", "undoing"),
    [
        ("schema/001_a/up.sql", "schema/001_a/down.sql"),
        ("schema/001_a.sql", "schema/001_a.down.sql"),
        ("deploy/users.sql", "revert/users.sql"),
        ("db/V1__a.sql", "db/U1__a.sql"),
    ],
)
def test_what_undoes_a_step_lies_beside_it(step: str, undoing: str) -> None:
    found = past([step, undoing])
    assert list(found.steps) == [step]
    assert found.undoing == {undoing}


def test_marks_in_a_text_tell_its_whole_folder() -> None:
    assert list(past(["schema/001.sql", "schema/002.sql"], ["schema/001.sql"]).steps) == [
        "schema/001.sql",
        "schema/002.sql",
    ]


def left(files: dict[str, str], dialect: str = "postgres") -> dict[str, list[str]]:
    """What is still written, with what is read for it, "" for mere reads."""
    writes: list[PlannedWrite] = []
    reads: list[ReadSite] = []
    for path, text in files.items():
        for one in statements.statements(text, dialect):
            if one.kind == "write" and one.plan is not None:
                kind = "view" if one.target_kind == "view" else "table"
                writes.append(PlannedWrite(one.target, one.plan, path, one.line, dialect, kind, one.mode))
            else:
                reads.extend(ReadSite(name, path, one.line) for name in one.reads)
    folded = fold([(path, sql.read(text)) for path, text in files.items()])
    found = present(Sites(tuple(writes), tuple(reads)), past(files), folded, files.__getitem__)
    made = {f"{one.target}:{one.line}": [scan.dataset for scan in scans(one.plan)] for one in found.writes}
    return made | ({"": [one.dataset for one in found.reads]} if found.reads else {})


TABLES = "create table a (id int not null, x text); create table b (id int);"


def test_statements_on_rows_ran_once() -> None:
    second = "update a set x = b.id::text from b; insert into a (id) select id from b; delete from b using a;"
    assert left({"migrations/1.sql": TABLES, "migrations/2.sql": second}) == {}
    assert left({"jobs/load.sql": TABLES + "insert into a (id) select id from b;"}) == {"a:1": ["b"]}


def test_a_view_is_made_by_its_last_definition_unless_it_was_dropped() -> None:
    files = {
        "migrations/1.sql": TABLES,
        "migrations/2.sql": "create view v as select id from a; create view w as select id from b;",
        "migrations/3.sql": "\ncreate or replace view v as select id from b;",
        "migrations/4.sql": "drop view if exists nothing, w cascade;",
    }
    assert left(files) == {"v:2": ["b"]}


def test_a_renamed_view_is_made_under_its_new_name() -> None:
    files = {"migrations/1.sql": TABLES + "\ncreate view v as select id from a;"}
    assert left(files | {"migrations/2.sql": "alter view v rename to w;"}) == {"w:2": ["a"]}


def test_a_view_follows_the_tables_that_it_reads_under_their_new_names() -> None:
    files = {"migrations/1.sql": TABLES + "\ncreate view v as select id from a where id in (select id from b);"}
    renamed = files | {"migrations/2.sql": "alter table a rename to old_a; alter table old_a rename to c;"}
    assert left(renamed) == {"v:2": ["c", "b"]}
    assert left(renamed | {"migrations/3.sql": "create view w as select id from c;"})["w:1"] == ["c"]


def test_a_view_of_a_dropped_table_went_with_it() -> None:
    files = {"migrations/1.sql": TABLES + "create view v as select id from a;"}
    assert left(files | {"migrations/2.sql": "drop table a cascade;"}) == {}


def test_a_table_made_by_a_query_keeps_it_only_where_nothing_else_tells_its_columns() -> None:
    files = {
        "migrations/1.sql": TABLES,
        "migrations/2.sql": "create table c as select a.id, max(x) as y from a group by 1;\n"
        "create table d as select * from a;",
    }
    assert left(files) == {"d:2": ["a"]}
    files["migrations/3.sql"] = "alter table c rename column y to z; alter table c drop column id;"
    folded = fold([(path, sql.read(text)) for path, text in files.items()])
    assert [[column.name for column in one.columns] for one in folded.tables if one.name == "c"] == [["z"]]


def test_what_undoes_makes_nothing() -> None:
    files = {
        "migrations/1/up.sql": TABLES,
        "migrations/1/down.sql": "create view v as select id from a; insert into a (id) select id from b;",
    }
    assert left(files) == {}


def test_the_last_definition_of_a_procedure_is_run_again() -> None:
    body = "create procedure load() begin\ninsert into a (id) select id from b;\nend;\n"
    other = "create procedure load() begin\ninsert into b (id) select id from a;\nend;\n"
    files = {"migrations/1.sql": TABLES, "migrations/2.sql": body, "migrations/3.sql": other + "delete from a using b;"}
    assert left(files) == {"b:1": ["a"]}


def test_a_trigger_is_run_again_until_it_is_dropped() -> None:
    body = "create trigger t after insert on a begin\ninsert into b (id) select id from a;\nend;\n"
    files = {"migrations/1.sql": TABLES, "migrations/2.sql": body}
    assert left(files) == {"b:1": ["a"]}
    assert left(files | {"migrations/3.sql": "drop trigger if exists t;"}) == {}
    said = (
        "-- before\nalter trigger t rename to s;\nalter procedure p() owner to o;\nupdate a set x = b.id::text from b;"
    )
    assert left({"migrations/1.sql": TABLES, "migrations/2.sql": said}) == {}
    calling = "create trigger t after insert on a for each row execute function f();\ninsert into b select id from a;"
    assert left({"migrations/1.sql": TABLES, "migrations/2.sql": calling}) == {}


def test_a_table_that_its_query_fills_again_and_again_keeps_it() -> None:
    made = "create or replace dynamic table d target_lag = '1 hour' warehouse = w as select id from a;"
    assert left({"migrations/1.sql": TABLES, "migrations/2.sql": made}, "snowflake") == {"d:1": ["a"]}


def test_a_table_that_is_replaced_is_the_last_one() -> None:
    files = {"migrations/1.sql": TABLES, "migrations/2.sql": "create or replace table a (id bigint, y int);"}
    folded = fold([(path, sql.read(text)) for path, text in files.items()])
    assert [[column.name for column in one.columns] for one in folded.tables if one.name == "a"] == [["id", "y"]]
    assert [(one.change, one.column) for one in folded.changes if one.table == "a"][1:] == [
        ("column dropped", "x"),
        ("type changed", "id"),
        ("nullability changed", "id"),
        ("column added", "y"),
    ]
