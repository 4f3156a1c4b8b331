"""Tests of dbt that let failures pass, which say nothing of what is in a table."""

from __future__ import annotations

from pathlib import Path

from ctxpack.api import Index

COLUMNS = """
models:
  - name: orders
    columns:
      - {name: id, tests: [not_null]}
      - {name: warned, tests: [{not_null: {config: {severity: warn}}}]}
      - {name: older, tests: [{not_null: {severity: WARN}}]}
      - {name: templated, tests: [{not_null: {config: {severity: "{{ env_var('SEVERITY', 'warn') }}"}}}]}
      - {name: some, tests: [{not_null: {config: {error_if: '> 140', warn_if: '!= 0'}}}]}
      - {name: none, tests: [{not_null: {config: {error_if: '!= 0', severity: error}}}]}
      - {name: partly, tests: [{not_null: {where: "id > 1", config: {severity: warn}}}]}
"""


def test_a_test_that_only_warns_does_not_say_that_there_are_no_nulls(tmp_path: Path) -> None:
    names = "id warned older templated some none partly".split()
    files = {
        "dbt_project.yml": "name: shop\n",
        "models/orders.yml": COLUMNS,
        "models/orders.sql": f"select {', '.join(names)} from raw.orders",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with Index.open(tmp_path, workers=0) as index:
        (table,) = index.schema("orders")
    assert {one.name: (one.effective, *one.tests) for one in table.columns} == {
        "id": (False, "not_null"),
        "warned": (None, "not_null, warns only"),
        "older": (None, "not_null, warns only"),
        "templated": (None, "not_null, warns only"),
        "some": (None, "not_null, fails if >140"),
        "none": (False, "not_null"),
        "partly": (None, "not_null where id > 1, warns only"),
    }
