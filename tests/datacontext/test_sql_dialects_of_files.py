from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.config import load
from ctxpack.datacontext.dialects import Dialects


def told(root: Path, files: dict[str, str], path: str, stated: str | None = None) -> str:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("select top 1 [a] from [dbo].[t]")
    with Index.open(root, workers=0) as index:
        return Dialects(index._state.workspace, stated).of(path, (root / path).read_text())


@pytest.mark.parametrize(
    ("name", "text", "dialect"),
    [
        (".sqlfluff", "[sqlfluff]\ntemplater = dbt\ndialect = sparksql\n", "spark"),
        ("pyproject.toml", "[tool.sqlfluff.core]\ntemplater = 'raw'\ndialect = \"bigquery\"\n", "bigquery"),
        ("pyproject.toml", '[tool.other]\ndialect = "bigquery"\n', "tsql"),
        ("sqitch.conf", "[core]\n\tengine = pg\n", "postgres"),
        ("sql/schema.prisma", 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n', "postgres"),
        ("flyway.conf", "flyway.url=jdbc:snowflake://account.example.com\n", "snowflake"),
        ("alembic.ini", "[alembic]\nsqlalchemy.url = postgresql+psycopg2://u@localhost/x\n", "postgres"),
        ("config/database.yml", "default: &default\n  adapter: mysql2\n", "mysql"),
        ("Cargo.toml", '[dependencies]\ndiesel = { version = "2", features = ["postgres"] }\n', "postgres"),
        ("other/.sqlfluff", "[sqlfluff]\ndialect = duckdb\n", "tsql"),
        (".sqlfluff", "[sqlfluff]\ndialect = klingon\n", "tsql"),
    ],
)
def test_files_of_the_project_speak_before_the_text(tmp_path: Path, name: str, text: str, dialect: str) -> None:
    assert told(tmp_path, {name: text}, "sql/a.sql") == dialect


def test_the_innermost_speaks_and_those_that_differ_do_not(tmp_path: Path) -> None:
    files = {".sqlfluff": "[sqlfluff]\ndialect = duckdb\n", "sql/.sqlfluff": "[sqlfluff]\ndialect = trino\n"}
    assert told(tmp_path, files, "sql/deep/a.sql") == "trino"
    assert told(tmp_path, {"sqitch.conf": "engine = pg\n"}, "b.sql") == "tsql"


def test_a_folder_of_a_database_speaks_and_settings_before_all(tmp_path: Path) -> None:
    files = {".sqlfluff": "[sqlfluff]\ndialect = duckdb\n"}
    assert told(tmp_path, files, "db/PostgreSQL/1.sql") == "postgres"
    assert told(tmp_path, {}, "db/postgresql/1.sql", stated="oracle") == "oracle"


def test_the_setting_is_a_dialect_by_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "ctxpack.toml").write_text('sql-dialect = "SQLServer"\n')
    assert load(tmp_path).sql_dialect == "tsql"


def test_the_setting_changes_what_sql_means(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create view v as select a from `p.d.t`;\n")
    with Index.open(tmp_path, workers=0) as index:
        assert [edge.source for edge in index.lineage().edges] == ["p.d.t"]
    (tmp_path / "ctxpack.toml").write_text('sql-dialect = "postgres"\n')
    with Index.open(tmp_path, workers=0) as index:
        assert not index.lineage().edges
        assert any("not understood: CREATE" in one.message for one in index.problems)
