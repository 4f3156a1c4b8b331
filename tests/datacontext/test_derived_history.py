"""The history of tables that only code declares: their computed columns, commit by commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.answers.history import ComputedState, by_computed
from ctxpack.model import Column

HEAD = "from pyspark.sql import functions as F\nfrom names import TARGET\n"
READ = "df = spark.read.schema('id bigint, name string, amount string').json('s3://raw/orders')\n"
ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip


def job(columns: str, more: str = "") -> str:
    return f"{HEAD}{READ}df.select({columns}){more}.write.saveAsTable(TARGET)\n"


class Place:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.root, env={**os.environ, **ENVIRONMENT}, check=True)

    def commit(self, files: dict[str, str | None], day: int = 1) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "c", "--date", f"2024-01-{day:02}T00:00:00")

    def history(self, *names: str) -> list[tuple[str, str]]:
        with Index.open(self.root, workers=0) as index:
            tables = index.schema(*names, history=True)
        return [(change.change, change.path) for table in tables for change in table.history]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_columns_that_came_went_and_changed(place: Place) -> None:
    place.commit(
        {
            "names.py": "TARGET = 'silver.orders'\n",
            "job.py": job("'id', 'name', F.col('amount').cast('double').alias('amount')"),
        }
    )
    place.commit({"job.py": job("'id', 'name', F.col('amount').cast('decimal(18,2)').alias('amount')")})
    place.commit({"README": "nothing of data"})
    place.commit(
        {
            "job.py": job(
                "'id', F.col('name').alias('full_name'), F.col('amount').cast('decimal(18,2)').alias('amount')",
                ".withColumn('day', F.current_date())",
            )
        }
    )
    place.commit(
        {
            "job.py": job(
                "F.coalesce('id', F.lit(0)).alias('id'), F.col('name').alias('full_name')",
                ".withColumn('day', F.current_date())",
            )
        }
    )
    assert place.history("silver.orders") == [
        ("table created", "job.py"),
        ("type of column amount changed from double to decimal(18,2)", "job.py"),
        ("column name renamed to full_name", "job.py"),
        ("column day added: date not null", "job.py"),
        ("column amount dropped: decimal(18,2)", "job.py"),
        ("nullability of column id changed from null to not null", "job.py"),
    ]


def test_changes_upstream_and_of_what_is_imported_count(place: Place) -> None:
    place.commit(
        {"names.py": "TARGET = 'silver.orders'\nKEPT = ['id']\n", "job.py": f"from names import KEPT\n{job('*KEPT')}"}
    )
    place.commit(
        {"gold.py": "spark.table('silver.orders').write.option('mergeSchema', True).saveAsTable('gold.orders')\n"}
    )
    place.commit({"names.py": "TARGET = 'silver.orders'\nKEPT = ['id', 'name']\n"})
    assert place.history("gold.orders") == [
        ("table created", "gold.py"),
        ("column name added: string", "gold.py"),
        ("may change by itself: mergeSchema", "gold.py"),
    ]


def test_a_file_that_moves_takes_its_history_along(place: Place) -> None:
    place.commit({"names.py": "TARGET = 's.b'\n", "job.py": job("'id'")})
    place.commit({"job.py": None, "jobs/orders.py": job("'id'")})
    place.commit({"jobs/orders.py": job("'id', 'name'")})
    place.commit({"jobs/orders.py": None, "etl/orders.py": job("'id', 'name', 'amount'")})
    assert place.history("s.b") == [
        ("table created", "job.py"),
        ("column name added: string", "jobs/orders.py"),
        ("column amount added: string", "etl/orders.py"),
    ]


def test_only_tables_that_are_named_are_looked_at(place: Place) -> None:
    place.commit({"names.py": "TARGET = 's.b'\n", "job.py": job("'id'")})
    assert place.history() == []


def test_a_state_of_which_not_all_is_known_is_compared_with_its_like_alone() -> None:
    def state(commit: str, names: str, *, complete: bool = True) -> ComputedState:
        columns = tuple(Column(name) for name in names)
        return ComputedState(commit, "", DeclaredTable("t", "table", columns), complete)

    states = [
        state("1", "ab"),
        state("2", "a", complete=False),
        ComputedState("3", "", None),
        state("4", "ac", complete=False),
    ]
    assert [(one.commit, one.change) for one in by_computed(states)] == [
        ("1", "table created"),
        ("4", "column c added"),
    ]
