"""Files that models of dbt read, which dbt itself has no names for."""

from __future__ import annotations

from pathlib import Path

from ctxpack.api import Index

PROJECT = "name: shop\nprofile: shop\n"
PROFILES = "shop: {target: dev, outputs: {dev: {type: databricks, schema: a, host: h}}}\n"


def edges(root: Path, models: dict[str, str]) -> list[tuple[str, str, str]]:
    files = {"dbt_project.yml": PROJECT, "profiles.yml": PROFILES}
    files |= {f"models/{name}.sql": text for name, text in models.items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with Index.open(root, workers=0) as index:
        return [(one.source, one.target, f"{one.path}:{one.line} {one.evidence}") for one in index.lineage().edges]


def test_a_model_that_reads_files_comes_from_them(tmp_path: Path) -> None:
    models = {
        "landed": "select *\nfrom read_files('/landing/orders', format => 'csv')\n",
        "orders": "select * from {{ ref('landed') }}\nunion all\nselect * from parquet.`s3://lake/orders`\n",
    }
    assert edges(tmp_path, models) == [
        ("/landing/orders", "landed", "models/landed.sql:2 sql"),
        ("landed", "orders", "models/orders.sql:1 dbt ref"),
        ("s3://lake/orders", "orders", "models/orders.sql:3 sql"),
    ]


def test_what_only_looks_like_a_file_is_none(tmp_path: Path) -> None:
    models = {
        "landed": "select 1 as id, array(1) as items",
        "orders": "-- from '/landing'\nselect x.item from {{ ref('landed') }} o, lateral explode(items) x as item",
    }
    assert edges(tmp_path, models) == [("landed", "orders", "models/orders.sql:2 dbt ref")]
