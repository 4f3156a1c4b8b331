"""Which calls of a template leave its query without columns that only the database could name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ctxpack.datamodel.dbt import MacroFile, RenderJob, RenderSettings
from ctxpack.lineage.dbt.rendering.worker import render_many
from ctxpack.lineage.dbt.templates.blocks import macro_names

MACROS = """
{% macro values_of(relation) %}
  {% if execute %}{{ return(run_query('select v from ' ~ relation).columns[0].values()) }}{% endif %}
  {{ return([]) }}
{% endmacro %}
{% macro has(relation, name) %}
  {% set found = false %}
  {% if execute %}
    {% for one in [1] %}{{ log(one) }}{% endfor %}
    {% set names = adapter.get_columns_in_relation(relation) | map(attribute='name') | list %}
    {% if name in names %}{% set found = true %}{% endif %}
  {% endif %}
  {{ return(found) }}
{% endmacro %}
{% macro all_of(relation) %}
  {% for column in adapter.get_columns_in_relation(relation) %}, {{ column.name }}{% endfor %}
{% endmacro %}
{% macro audited(name) %}
  select *, {% if execute %} current_timestamp as made_at {% endif %} from {{ name }}
{% endmacro %}
{% macro counted(name) %}
  {% if execute %}{% set q %}select count(*) as n{% endset %}{{ log(q) }}{% endif %} select 1 as a from {{ name }}
{% endmacro %}
"""


def asks(text: str) -> tuple[str, ...]:
    files = (MacroFile("m.sql", "shop", MACROS, macro_names(MACROS)),)
    settings = RenderSettings("shop", "", '{"name": "dev", "type": "default"}', ("shop",), (), (), files)
    (found,) = render_many(settings, [RenderJob("models/m.sql", "shop", "m", "model", text)])
    assert found.why_not == ""
    asked: tuple[str, ...] = found.asks
    return asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select {{ dbt_utils.pivot('k', dbt_utils.get_column_values(ref('a'), 'k')) }}",
         ("get_column_values", "pivot")),
        ("{% set v = dbt_utils.get_column_values(ref('a'), 'k') %}select 1 {% for x in v %}, {{ x }}{% endfor %}",
         ("get_column_values",)),
        ("{% for c in dbt_utils.get_filtered_columns_in_relation(ref('a')) %}{{ c }},{% endfor %} 1",
         ("get_filtered_columns_in_relation",)),
        ("select 1 as a {{ all_of(ref('a')) }}", ("adapter.get_columns_in_relation",)),
        ("{% for r in dbt_utils.get_relations_by_pattern('s', '%') %}{{ r }}{% endfor %}",
         ("get_relations_by_pattern",)),
        ("{% set r = run_query('q') %}{% if execute %}{% set v = r.columns[0].values() %}{% else %}{% set v = [] %}"
         "{% endif %}select 1 {% for x in v %}, {{ x }}{% endfor %}", ("run_query",)),
        ("{% if execute %}{% set v = run_query('q').rows %}{% for x in v %}{{ x }}{% endfor %}{% endif %}select 1",
         ("run_query",)),
        ("{% set v = values_of(ref('a')) %}select 1 {% for x in v %}, {{ x }}{% endfor %}", ("run_query",)),
        ("{{ audited('t') }}", ("execute",)),
        ("select {{ dbt_utils.star(ref('a'), prefix='x_') }} from t", ("star",)),
    ],
)  # fmt: skip
def test_calls_that_may_decide_columns(text: str, expected: tuple[str, ...]) -> None:
    assert asks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "select {{ dbt_utils.star(ref('a')) }}, {{ dbt_utils.pivot('k', ['x', 'y']) }} from t",
        "select 1 where d > '{{ dbt_utils.get_single_value('select max(d) from t') }}'",
        "{% set d = run_query('select max(d) from t').columns[0][0] %}select 1 where d > '{{ d }}'",
        "{{ config(pre_hook=\"{{ run_query('x') }}\") }}select 1 {% for x in ['a'] %}, {{ x }}{% endfor %}",
        "{% if is_incremental() %}{% set d = run_query('q') %}{% for x in d %}{% endfor %}{% endif %}select 1",
        "select 1 where {{ has(ref('a'), 'b') }} {% for x in ['a'] %}{{ x }}{% endfor %}",
        "{{ counted('t') }}",
    ],
)
def test_calls_that_decide_none(text: str) -> None:
    assert asks(text) == ()


def test_a_node_carries_what_its_template_asks(repository: Callable[..., Any]) -> None:
    text = "select 1 as a {% for x in dbt_utils.get_column_values(ref('b'), 'k') %}, 2 as {{ x }}{% endfor %}"
    found = repository({"models/a.sql": text, "models/b.sql": "select 1 as k"})
    assert (found.node("a").asks, found.node("b").asks) == (("get_column_values",), ())
