"""How true lineage and schemas are, against what dbt, Spark and PostgreSQL say when they really run.

    python bench/lineage.py ORACLES CHECKOUTS

ORACLES holds NAME.json for each repository, CHECKOUTS the repository at the oracle's commit as a folder NAME. An oracle
is of one of three kinds:

- from a dbt manifest: `nodes` (type, package, name, upstream, columns), `sources`, `tests`, `main_package`, `subdir`;
- from Spark's analyzed plans: `writes` (target, sources, column_lineage, schema);
- from PostgreSQL's catalog after definitions ran: `catalog` (tables, columns, constraints) and `files`, those that ran.

The truth about the fixture, `fixtures/medallion/truth.json`, is of the second kind and is always scored.

Printed, as rows of Markdown tables: precision (P) and recall (R) of what was found.
"""

from __future__ import annotations

import argparse
import json
import os.path
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ctxpack.api import Index
from ctxpack.datamodel.lineage import TableSchema

ROOT = Path(__file__).parents[1]

Pair = tuple[str, ...]


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def precision_and_recall(found: set[Pair], truth: set[Pair]) -> list[str]:
    hits = len(found & truth)
    return [share(hits, len(found)), share(hits, len(truth))]


def last(name: str) -> str:
    return name.lower().rpartition(".")[2].strip('"`')


def row(cells: Iterable[str]) -> None:
    print(f"| {' | '.join(cells)} |")


# --- dbt --------------------------------------------------------------------------------------------------------------


def score_dbt(name: str, oracle: dict[str, Any], checkout: Path) -> None:
    names = {uid: node["name"].lower() for uid, node in oracle["nodes"].items()}
    names.update({uid: f"{one['source']}.{one['name']}".lower() for uid, one in oracle["sources"].items()})
    own = {
        uid: node
        for uid, node in oracle["nodes"].items()
        if node["type"] in ("model", "snapshot") and node["package"] == oracle["main_package"]
    }
    targets, sources = {names[uid] for uid in own}, {names[uid] for uid in oracle["sources"]}
    truth = {(names[up], names[uid]) for uid, node in own.items() for up in node["upstream"] if up in names}
    with Index.open(checkout / oracle.get("subdir", ".")) as index:
        lineage, tables = index.lineage(), index.schema()

    def named(source: str) -> str:
        two = ".".join(source.lower().split(".")[-2:])
        return two if two in sources else last(source)

    found = {(named(edge.source), last(edge.target)) for edge in lineage.edges if last(edge.target) in targets}
    columns = {(last(table.name), column.name.lower()): column for table in tables for column in table.columns}
    documented = {(node["name"].lower(), column.lower()) for node in own.values() for column in node["columns"]}
    tested = {
        (names[test["node"]], test["column"].lower())
        for test in oracle["tests"]
        if test["test"] == "not_null" and test.get("column") and test.get("node") in own
    }
    known = {key for key in tested if key in columns and columns[key].effective is False}
    row(
        [
            name, str(len(own)), *precision_and_recall(found, truth),
            share(len(documented & set(columns)), len(documented)), share(len(known), len(tested)),
        ]
    )  # fmt: skip


# --- Spark ------------------------------------------------------------------------------------------------------------


def parts(name: str) -> tuple[str, ...]:
    plain = name.lower().removeprefix("<root>/").split("://")[-1].rstrip("/")
    cut = [part for piece in plain.split("/") for part in piece.split(".")]
    return tuple(part for part in cut if part and "{" not in part)[-3:]


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    least = min(len(one), len(other))
    return least > 0 and one[-least:] == other[-least:]


class Truth:
    """The names of an oracle, by what is left of them when templates and roots are gone."""

    def __init__(self, writes: Iterable[dict[str, Any]]) -> None:
        self.edges: set[Pair] = {(source, write["target"]) for write in writes for source in write["sources"]}
        self.parts = {name: parts(name) for edge in self.edges for name in edge}

    def name(self, found: str) -> str:
        own = parts(found)
        fitting = [name for name, theirs in self.parts.items() if alike(own, theirs)]
        return min(fitting, key=lambda name: (-len(self.parts[name]), name), default="")


def score_spark(name: str, oracle: dict[str, Any], checkout: Path) -> None:
    truth = Truth(oracle["writes"])
    columns: set[Pair] = {
        (truth.name(origin.rpartition("::")[0]), origin.rpartition("::")[2].lower(), write["target"], column.lower())
        for write in oracle["writes"]
        for column, origins in write["column_lineage"].items()
        for origin in origins
    }
    with Index.open(checkout) as index:
        lineage, tables = index.lineage(columns=True), index.schema()
    edges = {(truth.name(edge.source), truth.name(edge.target)) for edge in lineage.edges}
    found: set[Pair] = set()
    for edge in lineage.column_edges:
        (source, _, its), (target, _, other) = edge.source.rpartition("."), edge.target.rpartition(".")
        found.add((truth.name(source), its.lower(), truth.name(target), other.lower()))
    wrong, unknown, total = nullability(oracle["writes"], truth, tables)
    row(
        [
            name, *precision_and_recall({edge for edge in edges if all(edge)}, truth.edges),
            *precision_and_recall({edge for edge in found if edge[0] and edge[2]}, columns),
            str(total), share(wrong, total), share(unknown, total),
        ]
    )  # fmt: skip


def nullability(writes: Iterable[dict[str, Any]], truth: Truth, tables: Iterable[TableSchema]) -> tuple[int, int, int]:
    known = {(truth.name(one.name), column.name.lower()): column.effective for one in tables for column in one.columns}
    answers = [
        (known.get((write["target"], column["name"].lower())), column["nullable"])
        for write in writes
        for column in write["schema"]
    ]
    wrong = sum(answer is not None and answer is not right for answer, right in answers)
    return wrong, sum(answer is None for answer, _ in answers), len(answers)


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def score_catalog(name: str, oracle: dict[str, Any], checkout: Path) -> None:
    catalog = oracle["catalog"]
    tables = {one[1].lower() for one in catalog["tables"] if one[2] == "BASE TABLE"}
    truth = {
        (one[1].lower(), one[2].lower()): one[4] == "YES" for one in catalog["columns"] if one[1].lower() in tables
    }
    keys: dict[str, int] = {}
    for one in catalog["constraints"]:
        if one[3] == "f":
            keys[one[1].lower()] = keys.get(one[1].lower(), 0) + 1
    folder = os.path.commonpath([str(Path(path).parent) for path in oracle["files"]])
    with Index.open(checkout / folder) as index:
        known = {last(table.name): table for table in index.schema()}
    columns = {(table, one.name.lower()): one for table in tables & set(known) for one in known[table].columns}
    right = sum(columns[key].nullable is nullable for key, nullable in truth.items() if key in columns)
    foreign = {table: sum("foreign key" in key for key in one.keys) for table, one in known.items()}
    row(
        [
            name, str(len(tables)), *precision_and_recall({(one,) for one in known}, {(one,) for one in tables}),
            *precision_and_recall(set(columns), set(truth)), share(right, len(set(columns) & set(truth))),
            share(sum(min(count, foreign.get(table, 0)) for table, count in keys.items()), sum(keys.values())),
        ]
    )  # fmt: skip


KINDS = (
    ("nodes", score_dbt, ["dbt project", "models", "edges P", "R", "documented columns R", "not_null tests R"]),
    (
        "writes", score_spark,
        ["Spark pipeline", "edges P", "R", "column edges P", "R", "columns", "nullability wrong", "unknown"],
    ),
    (
        "catalog", score_catalog,
        ["definitions", "tables", "tables P", "R", "columns P", "R", "nullability right", "foreign keys"],
    ),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracles", type=Path)
    parser.add_argument("checkouts", type=Path)
    given = parser.parse_args()
    cases = [
        (path.stem, json.loads(path.read_text("utf-8")), given.checkouts)
        for path in sorted(given.oracles.glob("*.json"))
    ]
    fixture = ROOT / "fixtures" / "medallion"
    cases.append(("medallion", json.loads((fixture / "truth.json").read_text("utf-8")), fixture.parent))
    for mark, score, titles in KINDS:
        mine = [(name, oracle, folder / name) for name, oracle, folder in cases if mark in oracle]
        if mine:
            row(titles)
            row("---" for _ in titles)
            for name, oracle, checkout in mine:
                score(name, oracle, checkout)
            print()


if __name__ == "__main__":
    main()
