# ruff: noqa: E501  (programs stand on one line each)
"""Notebooks that hold nothing but SQL, and those that run them."""

from __future__ import annotations

from pathlib import Path

from ctxpack.api import Index

EXPORT = "# Databricks notebook source\n"


def edges(root: Path, files: dict[str, str]) -> list[tuple[str, str, str]]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with Index.open(root, workers=0) as index:
        return [(one.source, one.target, f"{one.path}:{one.line}") for one in index.lineage().edges]


def test_a_notebook_of_sql_cells_alone(tmp_path: Path) -> None:
    text = f"{EXPORT}# MAGIC %sql\n# MAGIC CREATE TABLE s.b AS SELECT * FROM s.a\n"
    assert edges(tmp_path, {"n.py": text}) == [("s.a", "s.b", "n.py:3")]


def test_a_notebook_that_is_run_need_not_name_any_engine(tmp_path: Path) -> None:
    files = {
        "job.py": f"{EXPORT}# MAGIC %run ./conf/names\n\n# COMMAND ----------\nspark.table('s.a').write.saveAsTable(T)\n",
        "conf/names.py": f"{EXPORT}T = 's.b'\n",
    }
    assert edges(tmp_path, files) == [("s.a", "s.b", "job.py:5")]


def test_parameters_come_from_a_workflow(tmp_path: Path) -> None:
    files = {
        "jobs/load.py": (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--source')\np.add_argument('--target')\n"
            "a = p.parse_args()\nspark.table(a.source).write.saveAsTable(a.target)\n"
        ),
        "dags/daily.py": (
            "from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator\n"
            "for table in ('orders', 'users'):\n"
            "    SparkSubmitOperator(task_id=table, application='/opt/jobs/load.py',\n"
            "        application_args=['--source', f'raw.{table}', '--target', f'silver.{table}'])\n"
        ),
        "deploy/job.yml": "steps:\n  - script: jobs/load.py\n    args: {source: raw.items, target: silver.items}\n",
    }
    assert edges(tmp_path, files) == [
        ("raw.items", "silver.items", "jobs/load.py:6"),
        ("raw.orders", "silver.orders", "jobs/load.py:6"),
        ("raw.users", "silver.users", "jobs/load.py:6"),
    ]
    with Index.open(tmp_path, workers=0) as index:
        evidence = {one.target: one.evidence for one in index.lineage().edges}
    assert evidence["silver.items"] == "spark.table with source of deploy/job.yml:3"
    assert evidence["silver.orders"] == "spark.table with source of dags/daily.py:4"


def test_a_notebook_of_sql_that_is_run_with_parameters_is_told_once(tmp_path: Path) -> None:
    files = {
        "nb/load.sql": "-- Databricks notebook source\nCREATE TABLE ${schema}.b AS SELECT * FROM ${schema}.a\n",
        "run.py": f"{EXPORT}dbutils.notebook.run('./nb/load', 60, {{'schema': 'silver'}})\n",
    }
    assert [one[:2] for one in edges(tmp_path, files)] == [("silver.a", "silver.b")]
