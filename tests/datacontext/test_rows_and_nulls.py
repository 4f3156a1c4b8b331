"""What seed rows, corrections and whole loads tell of nulls, through files of SQL and programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index

DDL = "CREATE TABLE users (\n  id INT NOT NULL PRIMARY KEY,\n  vat TEXT\n);\n"
PYTHON = "import sqlite3\nconn = sqlite3.connect('x')\nconn.execute({!r})\n"
SPARK = (
    "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
    "spark.sql('CREATE TABLE plain AS SELECT id FROM users')\nspark.sql({!r})\n"
)
ROWS = "INSERT INTO users VALUES (1, 'a')"
SOME = "INSERT INTO users (id, vat) VALUES (1, 'a')"
UPDATE = "UPDATE users SET vat = 'x' WHERE id = 1"
WHOLE = "INSERT OVERWRITE TABLE users SELECT id, 'x' AS vat FROM plain"


def told(root: Path, name: str, text: str) -> tuple[bool | None, str]:
    (root / "ddl.sql").write_text(DDL)
    (root / name).write_text(text)
    with Index.open(root) as index:
        (table,) = index.schema("users")
    (vat,) = (column for column in table.columns if column.name == "vat")
    return vat.effective, vat.because


@pytest.mark.parametrize("statement", [ROWS, SOME, UPDATE])
@pytest.mark.parametrize(("name", "text"), [("dump.sql", "{};\n"), ("run.py", PYTHON), ("job.py", SPARK)])
def test_single_rows_leave_a_column_nullable(tmp_path: Path, name: str, text: str, statement: str) -> None:
    given = text.replace("{!r}", repr(statement)).replace("{}", statement)
    assert told(tmp_path, name, given) == (True, "declared nullable at ddl.sql:3")


@pytest.mark.parametrize("statement", [ROWS, UPDATE])
def test_single_rows_may_show_that_a_column_holds_nulls(tmp_path: Path, statement: str) -> None:
    because = told(tmp_path, "seed.sql", statement.replace("'a'", "NULL").replace("'x'", "NULL") + ";\n")
    assert because == (True, "null constant at seed.sql:1")


def test_a_whole_load_tells_what_all_rows_hold_and_where(tmp_path: Path) -> None:
    assert told(tmp_path, "load.sql", f"{WHOLE};\n") == (False, "constant at load.sql:1")
    assert told(tmp_path, "load.sql", "SELECT 1;\n") == (True, "declared nullable at ddl.sql:3")
    assert told(tmp_path, "job.py", SPARK.replace("{!r}", repr(WHOLE))) == (False, "constant at job.py:4")
