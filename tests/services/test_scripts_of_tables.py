"""What a change of a table reaches through a script of SQL: the statement that uses it, not all of the script."""

from __future__ import annotations

from pathlib import Path

from ctxpack import Index

SCRIPT = """drop table if exists dept;
create table dept (id int primary key, name varchar(20));
create table report (id int);
create table other (id int primary key);
insert into other values (1);
insert into report
select id from dept;
create table last_one as
select id from report;
"""


def reached(folder: Path, table: str) -> set[str]:
    (folder / "schema.sql").write_text(SCRIPT)
    with Index.open(folder) as index:
        return {one.id.rpartition("::")[2].removeprefix("table:") for one in index.impact(f"table:{table}").reached}


def test_tables_of_other_statements_are_not_reached(tmp_path: Path) -> None:
    found = reached(tmp_path, "dept")
    assert "other" not in found
    assert {"report", "last_one"} <= found


def test_what_only_writes_a_table_leads_nowhere_else(tmp_path: Path) -> None:
    assert reached(tmp_path, "other") <= {"schema.sql"}
