"""Stand-ins for macros of packages that are not installed: which columns they give, and what stays open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctxpack.api import Index
from ctxpack.datamodel.lineage import ColumnState, TableSchema

COLUMNS = """
{% macro get_ticket_columns() %}
{% set columns = [
    {"name": "id", "datatype": dbt.type_int()},
    {"name": "_fivetran_deleted", "datatype": "boolean"},
    {"name": "created", "datatype": dbt.type_timestamp(), "alias": "created_at"},
    {"name": "order", "datatype": dbt.type_string(), "quote": True},
] %}
{{ fivetran_utils.add_pass_through_columns(columns, var('ticket_columns', [])) }}
{{ return(columns) }}
{% endmacro %}
"""
STAGED = """
with base as (select * from {{ ref('stg_ticket_tmp') }}),
fields as (
    select
        {{ fivetran_utils.fill_staging_columns(
            source_columns=adapter.get_columns_in_relation(ref('stg_ticket_tmp')),
            staging_columns=get_ticket_columns()
        ) }}
        {{ fivetran_utils.apply_source_relation(package_name='help') }}
    from base
),
final as (
    select
        id as ticket_id, created_at, cast(id as {{ dbt.type_string() }}) as label, "order", source_relation
        {{ fivetran_utils.fill_pass_through_columns('ticket_columns') }}
    from fields
    where not coalesce(_fivetran_deleted, false)
)
select * from final
"""
SOURCES = "sources:\n  - name: help\n    tables:\n      - name: ticket\n        columns:\n          - name: id\n"
UNION = """{{ fivetran_utils.union_connections(
    connection_dictionary='help_sources', single_source_name='help', single_table_name='ticket'
) }}"""


@pytest.fixture
def tables(tmp_path: Path) -> Callable[..., dict[str, TableSchema]]:
    """The tables of a project with these files, which stand upon defaults."""

    def make(files: dict[str, str] | None = None, settings: str = "") -> dict[str, TableSchema]:
        both = {
            "dbt_project.yml": f"name: help\n{settings}",
            "macros/get_ticket_columns.sql": COLUMNS,
            "models/sources.yml": SOURCES,
            "models/stg_ticket_tmp.sql": UNION,
            "models/stg_ticket.sql": STAGED,
            **(files or {}),
        }
        for path, text in both.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        with Index.open(tmp_path) as index:
            return {table.name: table for table in index.schema()}

    return make


def columns(table: TableSchema) -> dict[str, ColumnState]:
    return {column.name: column for column in table.columns}


def test_the_columns_of_a_last_select_are_all_there_are(tables: Callable[..., Any]) -> None:
    found = tables()["stg_ticket"]
    assert found.complete
    types = {name: (column.type, column.effective) for name, column in columns(found).items()}
    assert types == {
        "ticket_id": ("int", None),
        "created_at": ("timestamp", None),
        "label": ("varchar", None),
        "order": ("varchar", None),
        "source_relation": ("string", False),
    }


def test_filled_columns_come_from_the_relation_as_they_are(tables: Callable[..., Any], tmp_path: Path) -> None:
    tables()
    with Index.open(tmp_path) as index:
        edges = {(one.source, one.target): one.transform for one in index.lineage(columns=True).column_edges}
    assert edges["stg_ticket_tmp.id", "stg_ticket.ticket_id"] == "rename"
    assert edges["stg_ticket_tmp.order", "stg_ticket.order"] == "identity"
    assert edges["help.ticket.id", "stg_ticket_tmp.id"] == "identity"


def test_a_variable_adds_columns(tables: Callable[..., Any]) -> None:
    settings = "vars:\n  ticket_columns:\n    - name: tier\n      alias: tier_of\n    - spoken\n"
    found = columns(tables(settings=settings)["stg_ticket"])
    assert (found["tier_of"].type, found["spoken"].type) == ("varchar", "varchar")


@pytest.mark.parametrize(("settings", "nullable"), [
    ("vars:\n  help_sources:\n    - {schema: one, name: a}\n    - {schema: two, name: b}\n", False),
    ("vars:\n  help_union_schemas: [one, two]\n", True),
])  # fmt: skip
def test_rows_of_several_connections_say_where_they_are_from(
    tables: Callable[..., Any], settings: str, *, nullable: bool
) -> None:
    union = "{{ fivetran_utils.union_data('ticket', 'd', 's', 'base', 'help', 'ticket', 'help_union_schemas') }}"
    files = {"models/stg_ticket_tmp.sql": union} if nullable else {}
    found = columns(tables(files, settings)["stg_ticket"])
    assert found["source_relation"].effective is nullable


@pytest.mark.parametrize("text", [
    "select {{ fivetran_utils.fill_staging_columns(adapter.get_columns_in_relation(ref('stg_ticket_tmp')), x) }} "
    "from {{ ref('stg_ticket_tmp') }}",
    "with a as (select {{ other.fill(adapter.get_columns_in_relation(ref('stg_ticket_tmp'))) }} from t) select * "
    "from a",
    "{% set all = adapter.get_columns_in_relation(ref('stg_ticket_tmp')) %}"
    "select {{ fivetran_utils.fill_staging_columns(all, get_ticket_columns()) }}"
    "{% for one in all %}, {{ one.name }}{% endfor %} from {{ ref('stg_ticket_tmp') }}",
    "{% set all = ['a'] + adapter.get_columns_in_relation(ref('stg_ticket_tmp')) %}select 1 as b",
    "{% set all = adapter.get_columns_in_relation(ref('stg_ticket_tmp')) %}"
    "select 1 as b {% if all | length > 3 %}, 2 as c{% endif %}",
])  # fmt: skip
def test_columns_of_a_relation_that_are_looked_at_stay_open(tables: Callable[..., Any], text: str) -> None:
    assert not tables({"models/stg_ticket.sql": text})["stg_ticket"].complete


def test_more_columns_of_a_relation_do_not_pass_a_select_that_lists_its_own(tables: Callable[..., Any]) -> None:
    text = "with a as (select * from {{ ref('stg_ticket_tmp') }}) select id from a"
    assert tables({"models/stg_ticket.sql": text})["stg_ticket"].complete


def test_a_column_that_a_known_relation_lacks_is_a_null(tables: Callable[..., Any]) -> None:
    found = columns(tables({"models/stg_ticket_tmp.sql": "select 1 as id, 'a' as \"order\""})["stg_ticket"])
    assert (found["ticket_id"].effective, found["order"].effective) == (False, False)
    assert (found["created_at"].effective, found["created_at"].type) == (True, "timestamp")


def test_a_table_that_was_named_is_there(tables: Callable[..., Any]) -> None:
    text = """
    {% set known = adapter.get_relation(
        source('help', 'ticket').database, source('help', 'ticket').schema, source('help', 'ticket').identifier) %}
    {% if known is not none %}select id from {{ source('help', 'ticket') }}{% else %}select null as nothing{% endif %}
    {% if adapter.get_relation(this.database, this.schema, this.identifier) %}, never{% endif %}
    """
    assert list(columns(tables({"models/stg_ticket_tmp.sql": text})["stg_ticket_tmp"])) == ["id"]


@pytest.mark.parametrize(("variables", "is_there"), [("", True), ("vars: {using_tickets: false}\n", False)])
def test_models_are_enabled_by_variables(tables: Callable[..., Any], variables: str, *, is_there: bool) -> None:
    text = "{{ config(enabled=fivetran_utils.enabled_vars(['using_tickets'])) }} select 1 as a"
    assert ("extra" in tables({"models/extra.sql": text}, variables)) is is_there


VAULT = {
    "packages.yml": "packages:\n  - package: a/vault\n    version: 1.0.0\n  - package: a/checks\n    version: 1.0.0\n",
    "models/sources.yml": "sources:\n  - name: raw\n    tables:\n      - name: orders\n",
    "models/stg_orders.sql": "{{ vault.stage(source_model={'raw': 'orders'}, hashed_columns={'hk': ['id', 'at']}) }}",
    "models/hub_order.sql": "{%- set source = ['stg_orders', 'stg_orders_old'] -%}\n"
    "{{ vault.hub(src_pk='hk', src_nk='id', source_model=source, this='hub_order') }}",
    "models/orders.sql": "select * from {{ checks.ref('hub_order') }} join {{ checks.source('raw', 'orders') }} o",
}


def test_names_given_as_texts_to_a_macro_that_is_not_installed(repository: Callable[..., Any]) -> None:
    found = repository(VAULT)
    assert {name: found.reads(name) for name in ("stg_orders", "hub_order", "orders")} == {
        "stg_orders": ["raw.orders"],
        "hub_order": ["stg_orders"],
        "orders": ["hub_order", "raw.orders"],
    }
    assert [(read.line, read.evidence, read.confidence) for read in found.node("hub_order").reads] == [
        (2, "given", 0.7)
    ]
    assert [(read.evidence, read.confidence) for read in found.node("orders").reads] == [("ref", 1.0), ("source", 1.0)]
    assert not found.project.unresolved
