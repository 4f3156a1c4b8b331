"""What is quicker than jinja2's own way gives what that gives."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import nodes

from ctxpack.datamodel.dbt import MacroFile, RenderJob, RenderSettings
from ctxpack.lineage.dbt.rendering import render
from ctxpack.lineage.dbt.rendering.session import Session
from ctxpack.lineage.dbt.templates.blocks import macro_names
from ctxpack.lineage.dbt.templates.pieces import Pieces
from ctxpack.lineage.dbt.templates.static import Dynamic, parse, sandbox

MACROS = """
{% macro cents(column, digits=2) %}round({{ column }} / 100, {{ digits }}){% endmacro %}
{% macro both(name) %}select * from {{ ref(name) }}, {{ source('raw', name) }}{% endmacro %}
{% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}
{% macro listed() %}{{ return(['a', 'b']) }}{% endmacro %}
{% macro failing() %}{{ 1 / 0 }}{% endmacro %}
"""

SIMPLE = [
    "select 1",
    "select *\nfrom {{ ref('a') }}\njoin {{ source('raw', 'b') }} using (id)\n",
    "{{ ref(\"a\") }} {{ ref('a', 'b') }} {{ ref( 'x' , v=2 ) }}",
    "{{\n  config(\n    enabled = var('on', true) | as_bool,\n    tags = ['x']\n  )\n}}\nselect {{ cents('a.b') }}",
    "{{ config({'a': 1, 'b': [1]}) }}select {{ {'a': 1}['a'] }}, {{ ref('a')}}}",
    "{% if var('on') %}\nselect {{ ref('a') }}\n{% elif\n true %}b{% else %}{% if x %}{% endif %}c\n{% endif %}{{ d }}",
    "{% if is_incremental() and\n  var('on') %}where {{ this }} > 1{% endif %}",
    "\n\n{{ cents(\n  'x',\n  -1\n) }}\n{{ both('t') }}",
]
OTHER = [
    "{%- if true %}x{% endif %}",
    "{# {{ ref('a') }} #}",
    "{{- ref('a') }}",
    "{% if x %}",
    "{% endif %}",
    "{% if x %}{% else %}{% elif y %}{% endif %}",
    "{% if x -%}{% endif %}",
    "{% if '%}' %}{% endif %}",
    "{% if %}{% endif %}",
    "{% set x = 1 %}",
    "{% if x %}" * 30 + "{% endif %}" * 30,
    "{{ ref('a') -}} ",
    "{{ {'a': {'b': {}}}['a'] }}",
    "{{ {'a': '}'}['a'] }}",
    "{{ ref('a') }\r\nselect 1",
    "",
    "{{{ ref('a') }}}",
    "{{ }}",
    "{{ 'a",
]


def shown(node: Any) -> Any:
    """A syntax tree as plain values."""
    if isinstance(node, nodes.Node):
        return type(node).__name__, node.lineno, [(name, shown(getattr(node, name))) for name in node.fields]
    return [shown(one) for one in node] if isinstance(node, list) else node


@pytest.mark.parametrize("text", SIMPLE)
def test_pieces_make_the_tree_of_the_whole(text: str) -> None:
    pieces = Pieces(sandbox())
    for _ in range(2):
        found = pieces.tree("\n" * 3 + text)
        assert found is not None
        assert shown(found) == shown(sandbox().parse("\n" * 3 + text))
        assert all(node.environment is sandbox() for node in found.find_all(nodes.Node))


@pytest.mark.parametrize("text", OTHER)
def test_other_templates_are_left_to_jinja2(text: str) -> None:
    assert Pieces(sandbox()).tree(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *SIMPLE,
        "{% set name = 'a' %}{% if var('off', false) %}{{ ref('no') }}{% else %}\n{{ ref(name) }}{% endif %}",
        "{% set text %}\n  from {{ ref('a') }}{% set inner = 1 %}\n{% endset %}select * {{ text }} {{ inner }}",
        "{% for name in listed() %}{{ ref(name) }}{% endfor %}",
        "{{ listed() }} {{ listed()[0] | upper }} {{ (1, 2) }}",
        "{{ no_such_macro(ref('a')) }} from {{ no_such_package.macro() }} {{ nothing }} {{ nothing.at.all }}",
        "{{ ref('a') if nothing }} {{ target.name ~ '_x' }} {{ target['name'] }} {{ this.identifier }}",
        "{{ range(3) | list }} {{ namespace(x=1).x }}",
        "select {{ failing() }} from {{ ref('a') }}",
        "{{ return(ref('a')) }} and more",
        "{{ ref(listed) }} {{ ref(var('unset')) }}",
        "{{ ''.__class__.__mro__ }} {{ ref('a').__init__ }}",
    ],
)
def test_a_template_gives_the_same_compiled_or_not(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = MacroFile("m.sql", "shop", MACROS, macro_names(MACROS))
    settings = RenderSettings("shop", "", '{"name": "dev"}', ("shop",), (("shop", '{"on": "true"}'),), (), (file,))
    job = RenderJob("models/m.sql", "shop", "m", "model", text, 5)
    directly = render.run(Session(settings), job, parse(text))

    def refuse(*_given: object) -> None:
        raise Dynamic

    monkeypatch.setattr(render, "_directly", refuse)
    assert render.run(Session(settings), job, parse(text)) == directly


def test_what_a_refused_template_named_is_not_counted_twice() -> None:
    text = "{{ ref('a') }}{% for x in [1] %}{{ ref('b') }}{% endfor %}"
    settings = RenderSettings("shop", "", "{}", ("shop",))
    found = render.run(Session(settings), RenderJob("m.sql", "shop", "m", "model", text), parse(text))
    assert [one.name for one in found.named] == ["a", "b"]
