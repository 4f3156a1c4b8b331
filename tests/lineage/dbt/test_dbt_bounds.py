"""Templates that would run for ever, grow without end or reach outside: each costs itself alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctxpack.datamodel.dbt import RenderJob, RenderSettings
from ctxpack.lineage.dbt import projects
from ctxpack.lineage.dbt.rendering.worker import render_many

SETTINGS = RenderSettings("shop", "", "{}", ("shop",))

HOSTILE = {
    "loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "range": "{% for i in range(10**9) %}{% endfor %}",
    "product": "{{ 'a' * 10**9 }}",
    "doubling": "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
    "format": "{{ '%2000000000d' % 1 }}",
    "recursion": "{% macro again(n) %}{{ again(n) }}{% endmacro %}{{ again(1) }}",
    "include": "{% include '/etc/passwd' %}",
    "syntax": "{% if %}",
    "brackets": "{{ " + "(" * 20_000 + ")" * 20_000 + " }}",
    "nesting": "{% if a %}" * 3000 + "{% endif %}" * 3000,
    "large": "x" * 1_100_000,
}


def _render(*texts: str) -> tuple[object, ...]:
    jobs = [RenderJob(f"{i}.sql", "shop", str(i), "model", text) for i, text in enumerate(texts)]
    return render_many(SETTINGS, jobs, seconds=1)


def test_what_is_out_of_bounds_says_so_and_costs_itself() -> None:
    texts = [f"{{{{ ref('a') }}}}{text}" for text in HOSTILE.values()]
    good = "{% do none %}{{ ref('b') }}"
    found = _render(*[one for text in texts for one in (text, good)])
    for name, bad, other in zip(HOSTILE, found[::2], found[1::2], strict=True):
        assert bad.why_not, name  # type: ignore[attr-defined]
        assert [one.name for one in bad.named] == ["a"], name  # type: ignore[attr-defined]
        assert other.sql == "__dbt__.r0", name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ref.__globals__ }}",
        "{{ ref.__func__.__globals__['sys'] }}",
        "{{ var.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ modules.re.compile.__globals__ }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(ref) }}",
        "{{ ref | attr('__globals__') }}",
        "{{ ['__globals__'] | map('attr', 'x') | list }}{{ [ref] | map(attribute='__globals__') | list }}",
        "{{ adapter._session }}{{ config._session }}{{ dbt_utils._Package__session }}",
        "{{ self._TemplateReference__context }}{{ this.__class__.__init__.__globals__ }}",
    ],
)
def test_nothing_outside_is_reached(text: str) -> None:
    (found,) = _render(text)
    shown = f"{found.sql} {found.why_not}"  # type: ignore[attr-defined]
    assert not any(word in shown for word in ("__builtins__", "<module", "Session", "function", "<class"))


def test_the_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_THING", "told")
    (found,) = _render("{% do none %}[{{ env_var('SECRET_THING') }}|{{ env_var('SECRET_THING', 'usual') }}]")
    assert found.sql == "[env_SECRET_THING|usual]"  # type: ignore[attr-defined]


def test_cycles_are_no_trouble() -> None:
    files = {
        "dbt_project.yml": "name: shop",
        "models/a.sql": "select * from {{ ref('b') }}",
        "models/b.sql": "select * from {{ ref('a') }}, {{ ref('b') }}",
    }
    (project,) = projects(list(files), files.__getitem__)
    assert [[read.dataset for read in node.reads] for node in project.nodes] == [["b"], ["a", "b"]]


def test_the_same_under_any_hash_seed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from ctxpack.lineage.dbt import projects\n"
        "files = {'dbt_project.yml': 'name: shop\\nvars: {b: 1, a: 2}', 'models/m.sql': "
        "\"{% for x in set(['b', 'a', 'c', 'd']) %}{{ ref(x) }}{{ lipsum }}{{ ref }}{% endfor %}{{ range }}\","
        " 'models/a.sql': '', 'models/b.sql': '{{ [3,1]|random }}', 'models/s.yml': 'models: [{name: d}, {name: c}]'}\n"
        "print(projects(list(files), files.__getitem__))\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, str(program)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "7")
    }
    assert len(shown) == 1
    assert b"0x" not in next(iter(shown))
