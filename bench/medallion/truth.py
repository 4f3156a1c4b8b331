"""Runs the medallion fixture in Spark and writes down what Spark says of it.

    python bench/medallion/truth.py [--out FILE] [--without-history]

Needs Java 17 (a JDK), pyspark 3.5 and dbt-spark (the extra `truth`). Everything is run as the project runs it: the DDL
and the migrations, bronze for two days, silver, the DLT pipeline, the notebooks, gold, and the dbt project. Before each
write its analyzed plan is read. Every version of the history is run too, and how the schemas differ from one to the
next is the history of the schemas. Nothing of ctxpack takes part. What stands in for what is not open source is in
`standins.py`, and what the run could not tell is in the file under `not_told`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import evolution
import history
import landing
import marts
import pyspark
import standins
import yaml
from plans import Recorder
from pyspark.sql import SparkSession

HERE = Path(__file__).parent
FIXTURE = HERE.parents[1] / "fixtures" / "medallion"
CATALOG = "lake"
LAYERS = ("bronze", "silver", "gold")

BRONZE_DAILY = ("orders", "customers", "products", "shipments", "returns", "ingest")
BRONZE_STREAMS = ("order_events", "web_events")
SILVER = (
    "orders",
    "order_status_history",
    "customers",
    "products",
    "product_prices",
    "suppliers",
    "page_views",
    "sessions",
)
SILVER_JOBS = ("silver_shipments", "silver_returns")
GOLD_JOBS = ("gold_customer_360", "gold_payment_reconciliation")

NOT_TOLD = (
    "Delta is not there: tables are in the memory of a catalog that keeps NOT NULL when it is read, and `merge` only "
    "inserts, into an empty table.",
    "Primary and foreign keys are not known to open-source Spark and were left out of the DDL.",
    "`UPDATE` of the migrations met empty tables.",
    "DLT's `read_stream` was a read of the table; `cloudFiles` a stream of JSON files.",
    "The four columns that dbt adds to a snapshot (" + ", ".join(marts.SNAPSHOT_COLUMNS) + ") are not in `writes`.",
    "`channel_performance` is the first run of an incremental model, which does not read itself.",
    "Temporary views and the views of DLT are no datasets: what they read is told of the table that is written.",
    "dbt's staging views were kept as tables that have the nullability of the view.",
    "`never_null` is what Spark proves with its filters and its optimizer (`dropna` spelled as IS NOT NULL); false "
    "means not proven. It differs from `nullable`, the type of the frame, which filters do not change.",
    "The history is that of declared schemas, and of the tables that are made by their writes; `loyalty_tier` came to "
    "`bronze.customers` with the data, which no commit shows. A column that goes while one of its type comes in its "
    "place counts as renamed.",
)


def start(classes: Path) -> SparkSession:
    """A local session with the stand-in catalog, which is compiled into `classes`."""
    jars = Path(pyspark.__file__).parent / "jars"
    sources = sorted(map(str, (HERE / "java").glob("*.java")))
    subprocess.run(["javac", "-nowarn", "-d", str(classes), "-cp", f"{jars}/*", *sources], check=True)
    subprocess.run(["jar", "--create", "--file", f"{classes}/standin.jar", "-C", str(classes), "standin"], check=True)
    builder = SparkSession.builder.master("local[1]").appName("truth")
    for key, value in {
        "spark.driver.extraClassPath": f"{classes}/standin.jar",
        "spark.sql.catalog.lake": "standin.MemoryCatalog",
        "spark.sql.warehouse.dir": f"{classes}/warehouse",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def configure(project: Path, work: Path, landed: Path) -> None:
    """A copy of the project's configuration with an environment of its own, and its modules to be imported."""
    conf = Path(shutil.copytree(project / "conf", work / "conf"))
    settings = yaml.safe_load((conf / "lakehouse.yaml").read_text("utf-8"))
    settings["environments"] = {
        "truth": {"catalog": CATALOG, "landing": str(landed), "checkpoints": str(work / "checkpoints")}
    }
    (conf / "lakehouse.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    jobs = yaml.safe_load((conf / "jobs.yaml").read_text("utf-8"))
    jobs["spark"] = {}
    (conf / "jobs.yaml").write_text(yaml.safe_dump(jobs), encoding="utf-8")
    os.environ.update(LAKEHOUSE_CONF=str(conf), LAKEHOUSE_ENV="truth")
    for name in [name for name in sys.modules if name.partition(".")[0] == "pipelines"]:
        del sys.modules[name]
    sys.path[0] = str(project)


def prepare(work: Path, spark: SparkSession) -> Recorder:
    """Data in the landing zone, and all that stands in for what is not there."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, "")
    landing.lay(work / "landing", spark)
    recorder = Recorder(spark, str(work / "landing"))
    standins.patch_writers(recorder)
    standins.patch_frames()
    standins.patch_sql(recorder)
    standins.delta_module(recorder)
    return recorder


class Run:
    """A version of the project, run in its order in an empty catalog; `work` is a directory of its own."""

    def __init__(self, project: Path, work: Path, recorder: Recorder) -> None:
        self.project, self.work, self.recorder, self.spark = project, work, recorder, recorder.spark
        work.mkdir()
        clear(self.spark)
        recorder.writes.clear()
        configure(project, work, Path(recorder.landing))

    def everything(self) -> dict[str, Any]:
        self.module("migrate")
        declared = catalog(self.spark)
        for day in landing.DAYS:
            for name in BRONZE_DAILY:
                self.module(f"bronze.{name}", day)
        for name in BRONZE_STREAMS:
            self.module(f"bronze.{name}")
        self.notebook("exchange_rates")
        self.dlt("payments")
        for name in SILVER:
            self.module(f"silver.{name}")
        for name in SILVER_JOBS:
            self.job(name)
        self.notebook("inventory")
        self.gold()
        writes = [one for _, one in sorted(self.recorder.writes.items()) if not one["target"].startswith("ops.")]
        return {"writes": writes, "columns": columns(declared, catalog(self.spark))}

    def gold(self) -> None:
        for name in GOLD_JOBS:
            self.job(name)
        self.module("gold.order_fulfilment")
        self.spark.sql("SET CATALOG spark_catalog")
        nodes = marts.compiled(self.project / "marts", self.work)
        self.spark.sql(f"SET CATALOG {CATALOG}")
        for schema in ("staging", "seeds", "snapshots"):
            self.spark.sql(f"CREATE SCHEMA {CATALOG}.{schema}")
        marts.run(self.recorder, nodes, self.project / "marts", CATALOG)

    def module(self, name: str, *arguments: str) -> None:
        self.recorder.job = f"pipelines/{name.replace('.', '/')}.py"
        importlib.import_module(f"pipelines.{name}").run(*arguments)

    def job(self, name: str) -> None:
        job = importlib.import_module("pipelines.common.job")
        self.recorder.job = job.load("jobs.yaml")["jobs"][name]["class"].rpartition(".")[0].replace(".", "/") + ".py"
        job.run(name)

    def notebook(self, name: str) -> None:
        self.recorder.job = f"notebooks/{name}.py"
        parameters = {"catalog": CATALOG, "landing": self.recorder.landing}
        standins.run_notebook(self.recorder, self.project / self.recorder.job, parameters)

    def dlt(self, name: str) -> None:
        self.recorder.job = f"dlt_pipelines/{name}.py"
        self.spark.conf.set("lakehouse.catalog", CATALOG)
        self.spark.conf.set("lakehouse.landing", self.recorder.landing)
        standins.run_dlt(self.recorder, self.project / self.recorder.job)


def clear(spark: SparkSession) -> None:
    """Drop everything in the catalog."""
    spark.sql("SET CATALOG spark_catalog")
    for row in spark.sql(f"SHOW SCHEMAS IN {CATALOG}").collect():
        for table in spark.sql(f"SHOW TABLES IN {CATALOG}.{row.namespace}").collect():
            spark.sql(f"DROP TABLE {CATALOG}.{row.namespace}.{table.tableName}")
        spark.sql(f"DROP SCHEMA {CATALOG}.{row.namespace}")


def catalog(spark: SparkSession) -> dict[str, dict[str, dict[str, Any]]]:
    """The columns of all tables: by table, then by column in the order of the table."""
    tables = {}
    for schema in (row.namespace for row in spark.sql(f"SHOW SCHEMAS IN {CATALOG}").collect()):
        for row in spark.sql(f"SHOW TABLES IN {CATALOG}.{schema}").collect():
            name = f"{schema}.{row.tableName}"
            tables[name] = {
                one.name: {
                    "type": one.dataType.simpleString(),
                    "nullable": one.nullable,
                    **({"comment": one.metadata["comment"]} if "comment" in one.metadata else {}),
                }
                for one in spark.table(f"{CATALOG}.{name}").schema
            }
    return {name: table for name, table in sorted(tables.items()) if not name.startswith("ops.")}


def columns(
    declared: dict[str, dict[str, dict[str, Any]]], found: dict[str, dict[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The tables as DDL and migrations declare them, and beside them what the run made of them."""
    tables = []
    for name in sorted(declared | found):
        known, made = declared.get(name, {}), found.get(name, {})
        tables.append(
            {
                "table": name,
                "declared_by": "ddl" if known else "run",
                "columns": [{"name": key, **value} for key, value in (known or made).items()],
                "added_by_the_run": [{"name": key, **made[key]} for key in made if known and key not in known],
            }
        )
    return tables


@contextmanager
def session() -> Iterator[tuple[Path, SparkSession]]:
    """A directory to work in and a Spark session, both gone in the end."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "classes").mkdir()
        spark = start(work / "classes")
        try:
            yield work, spark
        finally:
            spark.stop()


def evolved(work: Path, recorder: Recorder) -> list[dict[str, Any]]:
    """The changes of schemas over the history, each version run."""
    commits = history.lay(work / "history")
    tables = []
    for number, commit in enumerate(commits):
        project = work / f"version-{number}"
        subprocess.run(["git", "-C", work / "history", "worktree", "add", "-q", project, commit.id], check=True)
        print(f"{number} {commit.version.slug}", file=sys.stderr)
        tables.append(evolution.schemas(Run(project, work / f"run-{number}", recorder).everything()["columns"]))
    return [
        {
            "order": number,
            "commit": commits[number].id,
            "date": commits[number].version.date,
            "message": commits[number].version.message.partition("\n")[0],
            **change,
        }
        for number in range(1, len(commits))
        for change in evolution.changes(tables[number - 1], tables[number])
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FIXTURE / "truth.json")
    parser.add_argument("--without-history", action="store_true", help="run the last version only")
    arguments = parser.parse_args()
    with session() as (work, spark):
        recorder = prepare(work, spark)
        found = Run(FIXTURE, work / "run", recorder).everything()
        commits = history.lay(work / "last")
        truth = {
            "oracle": f"Spark {spark.version} analyzed plan",
            "repo": "fixtures/medallion",
            "commit": commits[-1].id,
            "not_told": NOT_TOLD,
            **found,
            "history": [] if arguments.without_history else evolved(work, recorder),
        }
    arguments.out.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
