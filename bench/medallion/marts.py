"""The dbt project of the fixture: dbt renders it, Spark runs what it rendered."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import yaml
from plans import Recorder

PROFILE = {
    "lakehouse": {
        "target": "truth",
        "outputs": {"truth": {"type": "spark", "method": "session", "host": "none", "schema": "gold", "threads": 1}},
    }
}
# What dbt puts beside the columns of a snapshot's query.
SNAPSHOT_COLUMNS = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")


def compiled(project: Path, work: Path) -> dict[str, dict[str, Any]]:
    """The nodes of the project by their ids, with the SQL that dbt makes of them. Needs an active Spark session."""
    from dbt.cli.main import dbtRunner

    copy = Path(shutil.copytree(project, work / project.name))
    (copy / "profiles.yml").write_text(yaml.safe_dump(PROFILE), encoding="utf-8")
    done = dbtRunner().invoke(
        ["--quiet", "compile", "--no-populate-cache", "--project-dir", str(copy), "--profiles-dir", str(copy)]
    )
    if not done.success:
        raise RuntimeError(f"dbt: {done.exception or done.result}")
    return json.loads((copy / "target" / "manifest.json").read_text("utf-8"))["nodes"]


def run(recorder: Recorder, nodes: dict[str, dict[str, Any]], project: Path, catalog: str) -> None:
    """Make seeds, models and snapshots, each after what it refers to."""
    wanted = {key: one for key, one in nodes.items() if one["resource_type"] in ("seed", "model", "snapshot")}
    done: set[str] = set()
    while len(done) < len(wanted):
        ready = [key for key, one in wanted.items() if key not in done and _needs(one, wanted) <= done]
        for key in sorted(ready):
            one = wanted[key]
            recorder.job = f"{project.name}/{one['original_file_path']}"
            _seed(recorder, one, project) if one["resource_type"] == "seed" else _model(recorder, one, catalog)
            done.add(key)


def _needs(node: dict[str, Any], wanted: dict[str, dict[str, Any]]) -> set[str]:
    return {key for key in node["depends_on"].get("nodes", []) if key in wanted}


def _name(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"


def _seed(recorder: Recorder, node: dict[str, Any], project: Path) -> None:
    """The rows of a CSV file; an empty cell is null, as it is to dbt."""
    spark = recorder.spark
    head, *rows = csv.reader((project / node["original_file_path"]).open(encoding="utf-8", newline=""))
    types = node["config"]["column_types"]
    values = ", ".join(f"({', '.join(map(repr, row))})" for row in rows)
    casts = [f"CAST(nullif({name}, '') AS {types[name]}) AS {name}" for name in head]
    frame = spark.sql(f"SELECT {', '.join(casts)} FROM VALUES {values} AS seed ({', '.join(head)})")
    recorder.frame("dbt seed", _name(node), frame)
    frame.writeTo(_name(node)).create()


def _model(recorder: Recorder, node: dict[str, Any], catalog: str) -> None:
    """A view keeps the nullability of its query, and a table loses it, as with `create table as`."""
    spark, name = recorder.spark, _name(node)
    frame = spark.sql(node["compiled_code"])
    kind = node["config"]["materialized"]
    recorder.frame(f"dbt {kind}", name, frame)
    if kind == "view":
        columns = [f"{c.name} {c.dataType.simpleString()}{'' if c.nullable else ' NOT NULL'}" for c in frame.schema]
        spark.sql(f"CREATE TABLE {catalog}.{name} ({', '.join(columns)})")
        frame.writeTo(name).append()
    else:
        frame.writeTo(name).create()
