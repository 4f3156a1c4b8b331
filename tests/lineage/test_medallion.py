"""The data context of the medallion fixture against what Spark said when it ran there.

The truth was taken from Spark's analyzed plans (`bench/medallion/truth.py`) and knows nothing of this package.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxpack.api import Index

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "fixtures" / "medallion"
TRUTH = json.loads((FIXTURE / "truth.json").read_text("utf-8"))


def last_parts(name: str) -> tuple[str, ...]:
    """The parts of a name that the truth has: a table's schema and name, a path without what is before its template."""
    plain = name.lower().split("://")[-1]
    parts = [part for part in plain.replace("{landing}", "").split("/" if "/" in plain else ".") if part]
    known = [part for part in parts if "{" not in part]
    return tuple(known[-2:])


def dbt_name(name: str) -> str:
    """The name of a model in the lineage, where the truth has it with its schema."""
    schema, _, last = name.rpartition(".")
    return last if schema in ("staging", "seeds", "snapshots") or last in DBT else name


DBT = {path.stem for path in (FIXTURE / "marts" / "models").rglob("*.sql")}


def key(name: str) -> tuple[str, ...]:
    return last_parts(dbt_name(name) if "/" not in name else name)


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with Index.open(FIXTURE) as opened:
        yield opened


def test_every_dataset_edge_and_no_other(index: Index) -> None:
    truth = {(key(source), key(write["target"])) for write in TRUTH["writes"] for source in write["sources"]}
    targets = {target for _, target in truth}
    found = {(key(edge.source), key(edge.target)) for edge in index.lineage().edges}
    found = {edge for edge in found if edge[1] in targets}
    assert len(truth) > 60
    assert found == truth


def test_column_edges_are_right_and_nearly_all_there(index: Index) -> None:
    truth = {
        (*key(origin.rpartition("::")[0]), origin.rpartition("::")[2].lower(), *key(write["target"]), column.lower())
        for write in TRUTH["writes"]
        for column, origins in write["column_lineage"].items()
        for origin in origins
    }
    found = {
        (*key(edge.source.rpartition(".")[0]), edge.source.rpartition(".")[2].lower(),
         *key(edge.target.rpartition(".")[0]), edge.target.rpartition(".")[2].lower())
        for edge in index.lineage(columns=True).column_edges
    }  # fmt: skip
    assert len(found & truth) >= 0.98 * len(truth)
    assert len(found & truth) >= 0.98 * len(found)


def test_what_can_be_null_is_as_spark_says(index: Index) -> None:
    known = {
        (key(table.name), column.name.lower()): column.effective for table in index.schema() for column in table.columns
    }
    right = wrong = 0
    for write in TRUTH["writes"]:
        for column in write["schema"]:
            answer = known.get((key(write["target"]), column["name"].lower()))
            right += answer is column["nullable"]
            wrong += answer is not None and answer is not column["nullable"]
    total = sum(len(write["schema"]) for write in TRUTH["writes"])
    assert right >= 0.99 * total
    assert wrong <= 0.005 * total


def test_the_history_of_declared_tables_is_that_of_the_versions(tmp_path: Path) -> None:
    repository = tmp_path / "medallion"
    script = ROOT / "bench" / "medallion" / "history.py"
    subprocess.run([sys.executable, str(script), str(repository)], check=True, capture_output=True)
    kinds = {"column added": "add column", "column dropped": "drop column"}
    tables = (
        "silver.customers",
        "silver.orders",
        "silver.sessions",
        "silver.inventory_levels",
        "bronze.customers",
        "bronze.orders",
    )
    truth = {
        (one["commit"], one["table"], one["change"], one["column"])
        for one in TRUTH["history"]
        if one["table"] in tables and one["change"] in kinds.values()
    }
    with Index.open(repository) as index:
        found = {
            (one.commit, ".".join(table.name.split(".")[-2:]), kinds[kind], one.change.split()[1].rstrip(":"))
            for table in index.schema(*tables, history=True)
            for one in table.history
            for kind in kinds
            if one.change.startswith("column ") and one.change.split()[2].rstrip(":") == kind.split()[1]
        }
    assert len(truth) >= 10
    assert found == truth
