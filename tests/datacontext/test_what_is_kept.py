from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.model import Pack
from ctxpack.store import Store

FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/stg_orders.sql": "select id, lower(email) as email from {{ source('raw', 'orders') }}\n",
    "models/orders.sql": "with staged as (\n  select * from {{ ref('stg_orders') }}\n)\n\n"
    "select id, coalesce(email, '') as email\nfrom staged\n",
    "models/bad.sql": "select from where {{ ref('orders') }}\n",
    "models/schema.yml": "sources: [{name: raw, tables: [{name: orders, columns: [{name: id, tests: [not_null]}]}]}]\n"
    "models:\n  - name: orders\n    columns: [{name: id}, {name: email}]\n  - name: gone\n",
    "ddl/raw.sql": "create table plain (id int not null, note text);\ncreate view v as select * from `plain`;\n",
}
TASK = "Keep the case of email in orders, and use bad and plain"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / "r" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "r" / name).write_text(text)
    return tmp_path / "r"


def asked(tree: Path, store: Store, task: str = TASK) -> tuple[Index, Pack, str]:
    with Index.open(tree, workers=0, store=store) as index:
        pack = index.pack(index.target(task=task), budget="16k")
        return index, pack, index.render(pack).text


def test_a_repeated_pack_is_the_same_and_reads_its_cards_alone(tree: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "cache") as store:
        first, _, cold = asked(tree, store)
    with Store.open(tmp_path / "cache") as store:
        second, _, warm = asked(tree, store)
    assert cold == warm
    assert "email" in cold and "(tables)" in cold
    assert "flow" in first._state.data.__dict__
    assert not {"flow", "_found", "_readings", "_plans"} & set(second._state.data.__dict__)
    assert first.problems == second.problems
    assert any("SQL that cannot be read" in one.message for one in second.problems)


def test_what_is_kept_is_no_answer_about_other_files(tree: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "cache") as store:
        asked(tree, store)
    (tree / "models/orders.sql").write_text("select id, email as address from {{ ref('stg_orders') }}\n")
    with Store.open(tmp_path / "cache") as store:
        index, _, text = asked(tree, store)
        assert "flow" in index._state.data.__dict__
        with Index.open(tree, workers=0, store=store) as again:
            (orders,) = again.schema("orders")
    assert "address" in [column.name for column in orders.columns] and "address" in text


def test_a_model_upstream_shows_what_it_gives_and_not_its_first_lines_alone(tree: Path, tmp_path: Path) -> None:
    (tree / "models/mart.sql").write_text("select email from {{ ref('orders') }}\n")
    with Store.open(tmp_path / "cache") as store:
        _, pack, _ = asked(tree, store, "Count the rows of models/mart.sql")
    shown = {item.path: item for zone in pack.zones for item in zone.items}
    assert "coalesce(email" in shown["models/orders.sql"].text
