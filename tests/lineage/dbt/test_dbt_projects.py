from __future__ import annotations

from typing import Any

import pytest

SOURCES = """
sources:
  - name: ecom
    database: "{{ env_var('RAW_DB') }}"
    schema: "{{ var('raw_schema', 'raw') }}"
    loader: stitch
    tables:
      - name: orders
        identifier: orders_v7
        columns:
          - {name: id, data_type: int, tests: [not_null, unique]}
      - name: gone
        config: {enabled: false}
"""


def test_refs_and_sources_are_what_a_model_reads(repository: Any) -> None:
    repo = repository(
        {
            "models/sources.yml": SOURCES,
            "models/staging/stg_orders.sql": "select * from {{ source('ecom', 'orders') }}",
            "models/orders.sql": "{{ config(materialized='table') }}\nselect *\nfrom {{ ref('stg_orders') }}\n"
            "left join {{ ref('shop', 'countries') }} using (code)\n",
            "seeds/countries.csv": "code,name\nDE,Germany\n",
        }
    )
    assert repo.names() == ["countries", "orders", "stg_orders"]
    assert repo.reads("stg_orders") == ["ecom.orders"]
    orders = repo.node("orders")
    assert [(read.dataset, read.line, read.evidence) for read in orders.reads] == [
        ("stg_orders", 3, "ref"),
        ("countries", 4, "ref"),
    ]
    assert dict(orders.config)["materialized"] == '"table"'
    (source,) = repo.project.sources
    assert (source.name, source.relation) == ("ecom.orders", "{RAW_DB}.raw.orders_v7")
    assert [(one.name, one.type, one.tests) for one in source.columns] == [("id", "int", ("not_null", "unique"))]
    assert [one.name for one in repo.node("countries").columns] == ["code", "name"]


def test_names_in_sql_mean_datasets(repository: Any) -> None:
    repo = repository(
        {
            "profiles.yml": "shop: {target: dev, outputs: {dev: {type: bigquery, dataset: analytics}}}",
            "models/sources.yml": SOURCES,
            "models/stg.sql": "{{ config(alias='stage') }}select * from {{ source('ecom', 'orders') }}",
            "models/orders.sql": "with orders as (select * from {{ ref('stg') }}) select * from orders, {{ this }}",
        },
        "name: shop\nprofile: shop\n",
    )
    assert (repo.project.adapter, repo.project.dialect) == ("bigquery", "bigquery")
    assert repo.node("stg").sql == "select * from `__dbt__`.`ecom.orders`.`orders_v7`"
    assert dict(repo.node("stg").names)["__dbt__.ecom.orders.orders_v7"] == "ecom.orders"
    orders = repo.node("orders")
    assert (
        orders.sql == "with orders as (select * from `__dbt__`.`stg`.`stage`) select * from orders, `__dbt__`.`orders`"
    )
    assert dict(orders.names) == {"__dbt__.stg.stage": "stg", "__dbt__.orders": "orders"}
    assert repo.reads("orders") == ["stg"]
    assert repo.node("stg").relation == "{target_database}.analytics.stage"


def test_what_is_not_bound_says_why(repository: Any) -> None:
    repo = repository(
        {
            "models/sources.yml": SOURCES,
            "models/off.sql": "{{ config(enabled=false) }} select 1",
            "models/folder/also_off.sql": "select 1",
            "models/a.sql": "select 1 from {{ ref('off') }}, {{ ref('also_off') }}, {{ ref('nowhere') }},\n"
            "{{ source('ecom', 'gone') }}, {{ source('ecom', 'never') }}, {{ ref('other', 'm') }}, {{ ref(name) }}",
        },
        "name: shop\nmodels: {shop: {folder: {+enabled: \"{{ var('on', false) }}\"}}}\n",
    )
    assert repo.names() == ["a"]
    assert repo.reads("a") == []
    assert {(one.expression, one.line): one.why for one in repo.project.unresolved} == {
        ("ref('off')", 1): "the model is disabled",
        ("ref('also_off')", 1): "the model is disabled",
        ("ref('nowhere')", 1): "no model, seed or snapshot has this name",
        ("source('ecom', 'gone')", 2): "the source is disabled",
        ("source('ecom', 'never')", 2): "no property file declares this source",
        ("ref('other', 'm')", 2): "no package other is installed",
        ("ref(unknown)", 2): "the name is not known before dbt runs",
    }


def test_two_packages_may_share_a_name(repository: Any) -> None:
    repo = repository(
        {
            "dbt_project.yml": "name: shop\nvars: {kit: {table: b}}\nmodels: {kit: {+schema: kit}}\n",
            "packages.yml": "packages: [{package: acme/kit}, {package: acme/absent}]",
            "dbt_packages/kit/dbt_project.yml": "name: kit\nvars: {table: a}\n",
            "dbt_packages/kit/models/orders.sql": "select * from {{ ref(var('table')) }}",
            "dbt_packages/kit/models/a.sql": "select 1",
            "dbt_packages/kit/models/b.sql": "select 1",
            "dbt_packages/kit/integration_tests/dbt_project.yml": "name: kit_tests\n",
            "dbt_packages/kit/integration_tests/models/t.sql": "select 1",
            "models/orders.sql": "select * from {{ ref('kit', 'orders') }}",
            "models/last.sql": "select * from {{ ref('orders') }}",
        }
    )
    assert repo.names() == ["a", "b", "kit.orders", "last", "shop.orders"]
    assert repo.reads("kit.orders") == ["b"]
    assert repo.reads("shop.orders") == ["kit.orders"]
    assert repo.reads("last") == ["shop.orders"]
    assert repo.project.missing == ("absent",)
    assert repo.node("kit.orders").relation == "{target_database}.{target_schema}_kit.orders"


def test_several_projects_stand_apart(repository: Any) -> None:
    repo = repository(
        {
            "a/dbt_project.yml": "name: one\n",
            "a/models/x.sql": "select 1",
            "b/dbt_project.yml": "name: two\n",
            "b/dependencies.yml": "projects: [{name: one}]",
            "b/models/y.sql": "select * from {{ ref('one', 'x') }}",
            "b/models/z.sql": "select * from {{ ref('x') }}",
            "dbt_project.yml": "name: shop\n",
        }
    )
    assert [(one.name, one.root) for one in repo.projects] == [("shop", ""), ("one", "a"), ("two", "b")]
    assert repo.reads("y") == ["x"]
    assert repo.reads("z") == []


def test_a_package_is_switched_on_by_its_example_project(repository: Any) -> None:
    repo = repository(
        {
            "dbt_project.yml": "name: kit\n",
            "models/a.sql": "{{ config(enabled=var('kit_on', false)) }}select * from {{ ref('raw_a') }}",
            "example/dbt_project.yml": "name: example\nvars: {kit_on: true}\n",
            "example/packages.yml": "packages: [{local: ../}]",
            "example/seeds/raw_a.csv": "id\n1\n",
            "example/models/b.sql": "select * from {{ ref('a') }}",
        }
    )
    assert repo.reads("a") == ["raw_a"]
    assert repo.reads("b") == ["a"]


def test_versions(repository: Any) -> None:
    properties = """
models:
  - name: dim
    latest_version: 2
    columns: [{name: id}, {name: old}]
    versions:
      - v: 1
      - v: 2
        columns: [{include: all, exclude: [old]}, {name: new}]
      - v: 3
        defined_in: dim_next
        config: {alias: dim_three}
"""
    repo = repository(
        {
            "models/dim.yml": properties,
            "models/dim_v1.sql": "select 1",
            "models/dim_v2.sql": "select 1",
            "models/dim_next.sql": "select 1",
            "models/uses.sql": "select * from {{ ref('dim') }}, {{ ref('dim', v=1) }}, {{ ref('dim', version=3) }}",
        }
    )
    assert repo.names() == ["dim", "dim.v1", "dim.v3", "uses"]
    assert repo.reads("uses") == ["dim", "dim.v1", "dim.v3"]
    assert [one.name for one in repo.node("dim").columns] == ["id", "new"]
    assert [one.name for one in repo.node("dim.v1").columns] == ["id", "old"]
    assert repo.node("dim").relation.endswith(".dim_v2")
    assert repo.node("dim.v3").relation.endswith(".dim_three")


def test_snapshots_of_both_kinds(repository: Any) -> None:
    repo = repository(
        {
            "models/orders.sql": "select 1 as id",
            "snapshots/old.sql": "\n{% snapshot orders_then %}\n{{ config(unique_key='id', target_schema='then') }}\n"
            "select * from {{ ref('orders') }}\n{% endsnapshot %}\n",
            "snapshots/new.yml": "snapshots: [{name: orders_now, relation: \"ref('orders')\"}]",
        }
    )
    assert repo.reads("orders_then") == ["orders"] == repo.reads("orders_now")
    then = repo.node("orders_then")
    assert (then.kind, then.line, then.reads[0].line) == ("snapshot", 2, 4)
    assert then.relation == "{target_database}.then.orders_then"
    assert "dbt_valid_to" in repo.node("orders_now").sql
    assert then.lines[then.sql.split("\n").index("select * from __dbt__.orders")] == 4


def test_declared_only(repository: Any) -> None:
    repo = repository(
        {
            "models/plan.yml": "models:\n  - name: planned\n    description: soon\n  - name: off\n",
            "models/off.sql": "{{ config(enabled=false) }}",
            "models/uses.sql": "select * from {{ ref('planned') }}",
        }
    )
    assert repo.names() == ["planned", "uses"]
    planned = repo.node("planned")
    assert (planned.declared_only, planned.path, planned.line, planned.doc) == (True, "models/plan.yml", 2, "soon")


def test_readers(repository: Any) -> None:
    properties = """
exposures:
  - name: board
    type: dashboard
    depends_on: ["ref('orders')", "source('ecom', 'orders')"]
semantic_models:
  - name: orders
    model: ref('orders')
"""
    repo = repository(
        {
            "models/sources.yml": SOURCES,
            "models/orders.sql": "select 1",
            "models/readers.yml": properties,
            "tests/none_missing.sql": "select * from {{ ref('orders') }}",
            "analyses/look.sql": "select * from {{ ref('orders') }}",
        }
    )
    found = {(one.kind, one.title): [read.dataset for read in one.reads] for one in repo.project.nodes}
    assert found["exposure", "board"] == ["orders", "ecom.orders"]
    assert found["semantic_model", "orders"] == ["orders"] == found["test", "none_missing"] == found["analysis", "look"]


def test_python_models_are_not_run(repository: Any) -> None:
    text = (
        "raise SystemExit\ndef model(dbt, session):\n    dbt.config(materialized='table', packages=['x'])\n"
        "    a = dbt.ref('orders')\n    return a.join(dbt.source('ecom', 'orders'))\n"
    )
    repo = repository({"models/orders.sql": "select 1", "models/sources.yml": SOURCES, "models/p.py": text})
    node = repo.node("p")
    assert (node.language, node.sql) == ("python", "")
    assert [(read.dataset, read.line) for read in node.reads] == [("orders", 4), ("ecom.orders", 5)]
    assert dict(node.config)["materialized"] == '"table"'


def test_duplicates_are_told(repository: Any) -> None:
    repo = repository({"models/a/x.sql": "select 1", "models/b/x.sql": "select 2"})
    assert [node.path for node in repo.project.nodes] == ["models/a/x.sql"]
    assert [(one.path, one.message) for one in repo.project.problems] == [
        ("models/b/x.sql", "model x is also at models/a/x.sql; dbt takes no two of one name")
    ]


def test_a_broken_file_costs_itself(repository: Any) -> None:
    repo = repository(
        {
            "models/bad.yml": "models: [",
            "models/good.yml": "models: [{name: a, columns: [{name: id}]}]",
            "models/a.sql": "select 1",
            "models/b.sql": "select {% if %} {{ ref('a') }}",
        }
    )
    assert [one.name for one in repo.node("a").columns] == ["id"]
    assert repo.reads("b") == ["a"]
    assert repo.node("b").why_not.startswith("is no template")
    assert sorted({one.path for one in repo.project.problems}) == ["models/b.sql", "models/bad.yml"]


def test_docs_are_put_in(repository: Any) -> None:
    repo = repository(
        {
            "models/docs.md": "{% docs order_id %}\nThe *key*.\n{% enddocs %}\n",
            "models/a.yml": "models: [{name: a, description: \"{{ doc('order_id') }}\", columns: [{name: id, "
            "description: \"See {{ doc('shop', 'order_id') }}\"}]}]",
            "models/a.sql": "select 1",
        }
    )
    assert repo.node("a").doc == "The *key*."
    assert repo.node("a").columns[0].doc == "See The *key*."


def test_own_rules_for_names(repository: Any) -> None:
    macro = (
        "{% macro generate_schema_name(custom_schema_name, node) -%}"
        "{%- if custom_schema_name is none -%}{{ target.schema }}"
        "{%- else -%}{{ custom_schema_name | trim }}{%- endif -%}"
        "{%- endmacro %}"
    )
    repo = repository(
        {"macros/names.sql": macro, "models/mart/a.sql": "select 1", "models/b.sql": "select 1"},
        "name: shop\nmodels: {shop: {mart: {+schema: gold}}}\n",
    )
    assert repo.node("a").relation == "{target_database}.gold.a"
    assert repo.node("b").relation == "{target_database}.{target_schema}.b"


def test_no_project_no_answer(repository: Any) -> None:
    from ctxpack.lineage.dbt import has_project, projects

    assert not has_project(["models/a.sql"])
    assert projects(["models/a.sql"], {"models/a.sql": "select 1"}.__getitem__) == ()


@pytest.mark.parametrize(
    ("dialect", "adapter"), [("sparksql", "spark"), ("tsql", "sqlserver"), ("ansi", ""), ("x", "")]
)
def test_the_linter_of_a_project_tells_its_database(repository: Any, dialect: str, adapter: str) -> None:
    files = {
        "dbt_project.yml": "name: shop\n",
        ".sqlfluff": f"[sqlfluff]\ntemplater = dbt\ndialect = {dialect}\n",
        "models/a.sql": "select 1 as id",
    }
    assert repository(files).project.adapter == adapter


def test_a_variable_that_is_still_to_be_filled_in_keeps_its_text(repository: Any) -> None:
    project = "name: shop\nvars:\n  files: {YOUR_FOLDER}\n  shape: {rows: 1, columns: }\n"
    repo = repository({"models/a.sql": "select '{{ var('files') }}/in' as a, {{ var('shape').rows }} as b"}, project)
    assert repo.node("a").sql == "select '{YOUR_FOLDER}/in' as a, 1 as b"


def test_the_columns_of_a_seed_stand_in_the_order_of_its_header(repository: Any) -> None:
    declared = "seeds:\n  - name: c\n    columns:\n      - name: name\n        data_type: text\n      - name: gone\n"
    found = repository({"seeds/c.csv": "id,Name,area\n1,a,b\n", "seeds/c.yml": declared}).node("c")
    assert [(one.name, one.type) for one in found.columns] == [("id", ""), ("name", "text"), ("area", ""), ("gone", "")]
