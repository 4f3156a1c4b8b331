from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ctxpack.datamodel.dbt import MacroFile, RenderJob, RenderSettings
from ctxpack.lineage.dbt.rendering.render import render_key, settings_key
from ctxpack.lineage.dbt.rendering.worker import render_many
from ctxpack.lineage.dbt.templates.blocks import macro_names

RETURNS = """
{% macro upstream(names) %}
  {% set found = [] %}
  {% for name in names %}{% do found.append(ref(name)) %}{% endfor %}
  {{ return(found) }}
{% endmacro %}
{% macro _hidden(x) %}hidden_{{ x }}{% endmacro %}
{% macro outer(x) %}{{ _hidden(x) }}{% endmacro %}
{% macro pick(x) %}{{ adapter.dispatch('pick', 'shop')(x) }}{% endmacro %}
{% macro default__pick(x) %}plain({{ x }}){% endmacro %}
{% macro snowflake__pick(x) %}iff({{ x }}){% endmacro %}
{% test is_even(model, column_name) %}select 1{% endtest %}
{% materialization special, adapter='snowflake' %}{{ return({}) }}{% endmaterialization %}
"""


def settings(*macros: str, adapter: str = "", variables: str = "{}", packages: tuple[str, ...] = ()) -> RenderSettings:
    files = tuple(MacroFile(f"m{i}.sql", "shop", text, macro_names(text)) for i, text in enumerate(macros))
    return RenderSettings(
        "shop", adapter, '{"name": "dev", "type": "default"}', ("shop", *packages), (("shop", variables),), (), files
    )


def rendered(text: str, *macros: str, **given: Any) -> Any:
    (found,) = render_many(settings(*macros, **given), [RenderJob("models/m.sql", "shop", "m", "model", text)])
    return found


def names(text: str, *macros: str, **given: Any) -> list[str]:
    found = rendered(text, *macros, **given)
    assert found.why_not == ""
    return [f"{one.package}.{one.name}".lstrip(".") for one in found.named]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ ref('a') }}", ["a"]),
        ("{% if target.name == 'prod' %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}", ["b"]),
        ("{% if is_incremental() %}{{ ref('a') }}{% endif %}", []),
        ("{% if execute %}{{ ref('a') }}{% endif %}", []),
        ("-- depends_on: {{ ref('a') }}\nselect 1", ["a"]),
        ("{# {{ ref('a') }} #}{% raw %}{{ ref('b') }}{% endraw %}", []),
        ("{% for name in ['a', 'b'] %}{{ ref(name) }}{% endfor %}", ["a", "b"]),
        ("{% set x = ref('a') %}select 1", ["a"]),
        ("{{ source(var('where', 'ecom'), 'orders') }}", ["ecom.orders"]),
        ("{{ ref('kit', 'a') }}{{ ref('a', v=2) }}", ["kit.a", "a"]),
        ("{% call statement('x') %}select * from {{ ref('a') }}{% endcall %}", ["a"]),
        (
            "{% set q %}select * from {{ ref('a') }}{% endset %}{% set r = run_query(q) %}{{ r.columns[0].values() }}",
            ["a"],
        ),
        ("{{ config(pre_hook=['x']) }}{{ dbt_utils.star(from=ref('a'), except=['x']) }}", ["a"]),
        ("{{ absent_package.anything(ref('a'), [ref('b')]) }}", ["a", "b"]),
        ("{% for c in adapter.get_columns_in_relation(ref('a')) %}{{ c.name }}{% endfor %}", ["a"]),
        ("{% set s = set(['b', 'a', 'b']) %}{% for x in s %}{{ ref(x) }}{% endfor %}", ["b", "a"]),
        ("{% for a, b in zip(['x'], ['y']) %}{{ ref(a ~ b) }}{% endfor %}", ["xy"]),
        ("{% for x in fromyaml('[a, b]') %}{{ ref(x) }}{% endfor %}{{ ref(fromjson('\"c\"')) }}", ["a", "b", "c"]),
        ("{{ ref('a' if var('on', 'true') | as_bool else 'b') }}", ["a"]),
        ("{{ ref(modules.re.sub('x+', 'a', 'xx')) }}", ["a"]),
        ("{{ ref(env_var('NAME', 'a')) }}", ["a"]),
    ],
)
def test_what_counts_as_upstream(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_macros_are_called_with_dbts_returns() -> None:
    assert names("{% for one in upstream(['a', 'b']) %}select * from {{ one }};{% endfor %}", RETURNS) == ["a", "b"]
    assert rendered("{{ outer(1) }}", RETURNS).sql == "hidden_1"
    assert rendered("{{ shop.outer(1) }}", RETURNS).sql == "hidden_1"


def test_dispatch_goes_by_adapter() -> None:
    assert rendered("{{ pick('a') }}", RETURNS).sql == "plain(a)"
    assert rendered("{{ pick('a') }}", RETURNS, adapter="snowflake").sql == "iff(a)"


def test_variables_may_be_templates() -> None:
    given = '{"events": "{{ ref(\'base\') }}", "tables": ["a", "b"]}'
    found = rendered(
        "select * from {{ var('events') }}{% for t in var('tables') %}, {{ ref(t) }}{% endfor %}", variables=given
    )
    assert [one.name for one in found.named] == ["base", "a", "b"]
    assert found.sql == "select * from __dbt__.r0, __dbt__.r1, __dbt__.r2"


def test_own_ref_means_what_dbts_ref_means() -> None:
    own = "{% macro ref(name) %}{% do builtins.ref(name) %}\n  view_of_{{ name }}\n{% endmacro %}"
    found = rendered("select *\nfrom {{ ref('a') }}", own)
    assert (found.sql, found.named[0].line, found.named[0].evidence) == ("select *\nfrom __dbt__.r0", 2, "ref")


def test_reads_of_macros_have_the_line_of_the_call() -> None:
    found = rendered("select 1\n\n{{ reads() }}", "{% macro reads() %}\n\n\n\nfrom {{ ref('a') }}{% endmacro %}")
    assert [(one.line, one.evidence) for one in found.named] == [(3, "macro")]


def test_lines_lead_back_to_the_file() -> None:
    text = (
        "{{ config(\n  a=1\n) }}\nselect\n{%- for c in ['a', 'b'] %}\n  {{ c }},\n{%- endfor %}\n  {{ two() }}\nfrom t"
    )
    found = rendered(text, "{% macro two() %}x,\ny{% endmacro %}")
    shown = dict(zip(found.sql.split("\n"), found.lines, strict=True))
    expected = {"select": 4, "  a,": 6, "  b,": 6, "  x,": 8, "y": 8, "from t": 9}
    assert {line: shown[line] for line in expected} == expected


def test_the_plain_reading_gives_the_same_as_rendering() -> None:
    text = "{{ config(alias='x') }}\nselect 1 -- {{ ref('a') }}\n{% if target.name == 'dev' %}limit 1{% endif %}"
    plain = rendered(text)
    run = rendered(text + "{% do none %}")
    assert (plain.sql, plain.lines, plain.named, plain.config) == (run.sql, run.lines, run.named, run.config)


def test_unknown_macros_leave_sql_that_can_be_parsed() -> None:
    assert rendered("select {{ kit.f('a') }} as a from t").sql == "select __unknown_kit_f as a from t"
    assert rendered("with a as ({{ kit.q() }}) select 1").sql == "with a as (select * from __unknown_kit_q) select 1"
    assert rendered("select * from t {{ kit.limit() }}").sql == "select * from t "
    assert rendered("select * from t", "").unknown == ()
    assert rendered("{{ kit.f() }}", packages=("kit",)).unknown == ("kit.f",)


def test_stand_ins_keep_columns() -> None:
    text = "{{ dbt_utils.union_relations(relations=[ref('a'), ref('b')]) }}"
    assert "select '' as _dbt_source_relation, * from __dbt__.r0 union all by name" in rendered(text).sql
    assert rendered("select {{ dbt_utils.star(ref('a'), except=['x', 'y']) }}").sql == "select * except (x, y)"
    assert rendered("select 1 {{ dbt_utils.group_by(2) }}").sql == "select 1 group by 1, 2"


def test_settings_are_noted() -> None:
    found = rendered("{{ config({'alias': 'x'}, tags=['a']) }}{{ config.set('enabled', false) }}")
    assert dict(found.config) == {"alias": '"x"', "enabled": "false", "tags": '["a"]'}


def test_keys_depend_on_all_that_counts() -> None:
    job = RenderJob("models/m.sql", "shop", "m", "model", "{{ ref('a') }}")
    one, other = settings_key(settings()), settings_key(settings(RETURNS))
    keys = {render_key(one, job), render_key(other, job), render_key(one, RenderJob(*["x"] * 5))}
    assert len(keys) == 3
    assert render_key(one, job) == render_key(settings_key(settings()), job)


def test_one_template_leaves_nothing_for_the_next() -> None:
    jobs = [
        RenderJob("a.sql", "shop", "a", "model", "{% do target.update({'name': 'x'}) %}{% do var('l').append(1) %}"),
        RenderJob(
            "b.sql", "shop", "b", "model", "{% do none %}{{ target.name }} {{ var('l') | length }} {{ ref('r') }}"
        ),
    ]
    found = render_many(settings(variables='{"l": []}'), jobs)
    assert found[1].sql == "dev 0 __dbt__.r0"


def test_a_template_that_alone_decides_that_it_is_off_is_not_rendered() -> None:
    text = "{{ config(enabled=var('on', false)) }}{% for i in [1] %}{{ ref('a') }}{% endfor %}"
    free = RenderJob("m.sql", "shop", "m", "model", text)
    found = render_many(settings(), [free, msgspec.structs.replace(free, decides=True)])
    assert [dict(one.config)["enabled"] for one in found] == ["false", "false"]
    assert [len(one.named) for one in found] == [1, 0]
