"""A file of SQL counts as the definition of the relation that it is called after."""

from __future__ import annotations

import pytest

from ctxpack.model import Target
from ctxpack.rank import Corpus, query, rank, signals

MODEL = "models/fct_orders.sql"
OTHER = "models/rpt_paid.sql"
DESCRIBED = "models/schema.yml"


@pytest.fixture
def project(make_corpus) -> Corpus:
    texts = {
        MODEL: "select order_id, amount from {{ ref('stg_payments') }}",
        OTHER: "select sum(amount) as paid from {{ ref('fct_orders') }} group by 1",
        DESCRIBED: "models:\n  - name: fct_orders\n    columns:\n      - name: order_id\n  - name: rpt_paid\n",
        "app/orders.py": "def fct_orders(): ...",
    }
    spoken = {DESCRIBED: "yaml", "app/orders.py": "python"}
    return make_corpus(texts, {DESCRIBED: "schema"}, language="sql", languages=spoken)


def test_the_model_defines_its_name_and_yaml_describes_it(project) -> None:
    files, symbols = signals.definitions(query.read("add a column to fct_orders"), project)
    assert set(files) == {MODEL, "app/orders.py"}
    assert set(symbols) == {("app/orders.py", "fct_orders")}


def test_yaml_defines_what_no_file_makes(make_corpus) -> None:
    alone = make_corpus({DESCRIBED: "models:\n  - name: fct_orders\n"}, {DESCRIBED: "schema"}, language="yaml")
    files, _ = signals.definitions(query.read("add a column to fct_orders"), alone)
    assert set(files) == {DESCRIBED}


def test_the_name_of_a_model_is_among_its_words(project) -> None:
    names = {path: counts[0] for path, counts in project.frequencies("fct").items()}
    assert names[MODEL] == 1
    assert names.get(OTHER, 0) == 0
    assert (MODEL, -1) in project.adjacent("fct", "order")
    assert project.is_definition(MODEL, -1)
    assert not project.is_definition(DESCRIBED, -1)
    assert project.qualname(MODEL, -1) == "fct_orders"


def test_a_task_that_names_a_model_finds_it_before_its_description(make_corpus) -> None:
    texts = {
        MODEL: "with orders as (select * from {{ ref('stg_orders') }})\nselect order_id, amount from orders\n",
        OTHER: "select customer_id, sum(amount) as paid from {{ ref('fct_orders') }} group by 1\n",
        "models/stg_orders.sql": "select id as order_id, customer_id, amount from {{ source('raw', 'orders') }}\n",
        DESCRIBED: "models:\n  - name: fct_orders\n    columns:\n      - name: order_id\n  - name: rpt_paid\n",
    }
    corpus = make_corpus(texts, {DESCRIBED: "schema"}, language="sql", languages={DESCRIBED: "yaml"})
    found = rank(Target(task="add a column discount to fct_orders"), corpus)
    assert [one.path for one in found.files][:2] == [MODEL, DESCRIBED]
