"""Tables and their columns: SQL that creates them, dbt's property files, and what reads them."""

from __future__ import annotations

from check_helpers import Place, said

CREATE = (
    "create table silver.orders (\n    id bigint not null,\n    amount decimal(10, 2) not null,\n    note text\n);\n"
)
READ = "insert into gold.totals\nselect o.id, sum(o.amount) as total\nfrom silver.orders o\ngroup by o.id;\n"

MODELS = """version: 2
models:
  - name: stg_orders
    columns:
      - name: order_id
      - name: amount
"""
STAGING = "select id as order_id, price as amount from {{ source('raw', 'orders') }}\n"
SOURCES = """version: 2
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: id
            data_type: bigint
          - name: price
"""
MART = """with orders as (
    select * from {{ ref('stg_orders') }}
)
select orders.order_id, orders.amount from orders
"""


def dbt(place: Place) -> Place:
    return place.commit(
        {
            "dbt_project.yml": "name: shop\nversion: '1'\n",
            "models/schema.yml": MODELS,
            "models/sources.yml": SOURCES,
            "models/stg_orders.sql": STAGING,
            "models/mart.sql": MART,
        }
    )


def test_a_dropped_column_of_a_table(place: Place) -> None:
    place.commit({"ddl.sql": CREATE, "load.sql": READ})
    place.stage({"ddl.sql": CREATE.replace("    amount decimal(10, 2) not null,\n", "")})
    assert said(place.check()) == ["error column-removed ddl.sql::silver.orders.amount", "  load.sql:2"]


def test_a_column_that_nobody_reads(place: Place) -> None:
    place.commit({"ddl.sql": CREATE, "load.sql": READ})
    place.stage({"ddl.sql": CREATE.replace(",\n    note text", "")})
    assert said(place.check()) == []


def test_a_column_of_another_type_and_one_that_may_be_null(place: Place) -> None:
    place.commit({"ddl.sql": CREATE, "load.sql": READ})
    place.stage({"ddl.sql": CREATE.replace("decimal(10, 2) not null", "double")})
    kinds = [(finding.suspect.kind, finding.suspect.what) for finding in place.check().findings]
    assert kinds == [
        ("column-nullable", "column may be null now"),
        ("column-type", "column is double instead of decimal(10, 2)"),
    ]


def test_a_column_of_a_model_renamed(place: Place) -> None:
    dbt(place).stage(
        {
            "models/schema.yml": MODELS.replace("name: amount", "name: total"),
            "models/stg_orders.sql": STAGING.replace("as amount", "as total"),
        }
    )
    report = place.check()
    assert said(report) == [
        "error column-renamed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:4 orders",
    ]
    assert report.findings[0].suspect.successor == "total"


def test_a_column_of_a_model_that_no_file_describes(place: Place) -> None:
    dbt(place).stage({"models/stg_orders.sql": STAGING.replace("price as amount", "price")})
    assert said(place.check()) == [
        "error column-renamed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:4 orders",
    ]


def test_a_column_that_a_star_may_bring(place: Place) -> None:
    dbt(place).stage({"models/stg_orders.sql": STAGING.replace("price as amount", "*")})
    assert [finding.fails for finding in place.check().findings] == [False]


def test_a_column_that_only_the_inside_of_a_model_knew(place: Place) -> None:
    inside = """with found as (
    select id as key
    from {{ source('raw', 'orders') }}
)
select key as order_id, amount from found
"""
    dbt(place).commit({"models/stg_orders.sql": inside})
    place.stage({"models/stg_orders.sql": inside.replace("key", "number")})
    assert said(place.check()) == []


def test_a_column_that_is_only_described_no_more(place: Place) -> None:
    dbt(place).stage({"models/schema.yml": MODELS.replace("      - name: amount\n", "")})
    assert said(place.check()) == []


def test_a_column_of_a_source_retyped(place: Place) -> None:
    dbt(place).stage({"models/sources.yml": SOURCES.replace("bigint", "string")})
    assert said(place.check()) == ["error column-type models/sources.yml::raw.orders.id", "  models/stg_orders.sql:1"]


def test_a_model_and_a_source_renamed(place: Place) -> None:
    dbt(place).git("mv", "models/stg_orders.sql", "models/staged_orders.sql")
    assert said(place.check()) == ["error file-moved models/stg_orders.sql::", "  models/mart.sql:2 orders"]
    place.git("reset", "-q", "--hard")
    place.stage({"models/sources.yml": SOURCES.replace("name: orders", "name: sales")})
    assert said(place.check()) == ["error renamed models/sources.yml::raw.orders", "  models/stg_orders.sql:1"]


def test_a_model_that_only_changes_its_folder(place: Place) -> None:
    dbt(place).stage({"models/x.txt": ""})
    (place.root / "models/staging").mkdir()
    place.git("mv", "models/stg_orders.sql", "models/staging/stg_orders.sql")
    assert said(place.check()) == []


def test_a_column_that_is_given_another_name(place: Place) -> None:
    before = (
        "select\n    o.id as order_id\n    , o.amount\nfrom {{ source('raw', 'orders') }} as o\nwhere o.amount > 0\n"
    )
    dbt(place).commit({"models/stg_orders.sql": before})
    place.stage({"models/stg_orders.sql": before.replace(", o.amount", ", o.amount as total")})
    assert said(place.check()) == [
        "error column-renamed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:4 orders",
    ]
    place.stage({"models/stg_orders.sql": before.replace(", o.amount", ", cast(o.amount as int) as amount")})
    assert said(place.check()) == []


def test_a_column_that_is_tested_still(place: Place) -> None:
    described = MODELS + "        tests: [not_null]\n"
    dbt(place).commit({"models/schema.yml": described, "models/mart.sql": "select 1 as one\n"})
    place.stage({"models/stg_orders.sql": STAGING.replace("price as amount", "price as total")})
    assert said(place.check()) == [
        "error column-renamed models/stg_orders.sql::stg_orders.amount",
        "  models/schema.yml:6 stg_orders",
    ]
    place.stage({"models/schema.yml": MODELS})
    assert said(place.check()) == []


def test_what_a_query_of_several_tables_computes(place: Place) -> None:
    mart = """select order_id, sum(amount) as amount
from {{ ref('stg_orders') }}
left join {{ ref('customers') }} using (customer_id)
group by 1
"""
    dbt(place).commit({"models/mart.sql": mart, "models/customers.sql": "select customer_id, name from raw.c\n"})
    place.stage({"models/stg_orders.sql": STAGING.replace("price as amount", "price as total")})
    assert said(place.check()) == [
        "error column-renamed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:1",
    ]
