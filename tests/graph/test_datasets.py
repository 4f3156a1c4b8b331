"""dbt and SQL: refs, sources, macros, docs, tables and included files."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project, is_settings
from ctxpack.parse import detect, parse


def linked(files: dict[str, str]) -> Linked:
    texts = {path: text for path, text in sorted(files.items()) if not path.endswith(".csv")}
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in texts.items()}
    settings = tuple(path for path in facts if is_settings(path))
    unparsed = tuple(path for path in sorted(files) if path not in texts)
    return link(Project(facts, lambda path: texts.get(path, ""), settings, unparsed))


def edges(files: dict[str, str], path: str) -> set[tuple[str, str, str]]:
    return {(one.name, one.kind, one.target) for one in linked(files).links[path]}


PROJECT = {
    "shop/dbt_project.yml": "name: shop\nmodel-paths: ['models']\nseed-paths:\n  - seeds\n",
    "shop/models/orders.sql": "select {{ cents('x') }} from {{ ref('stg_orders') }} join {{ ref('rates') }} on true\n",
    "shop/models/staging/stg_orders.sql": "select * from {{ source('raw', 'orders') }}\n",
    "shop/models/schema.yml": (
        "models:\n  - name: orders\n    tests: [positive]\n    description: \"{{ doc('orders') }}\"\n"
        "sources:\n  - name: raw\n    tables:\n      - name: orders\n"
    ),
    "shop/models/docs.md": "{% docs orders %}\nOne row an order.\n{% enddocs %}\n",
    "shop/macros/cents.sql": (
        "{% macro cents(c) %}{{ adapter.dispatch('cents')(c) }}{% endmacro %}\n"
        "{% macro default__cents(c) %}{{ c }}{% endmacro %}\n"
    ),
    "shop/macros/tests.sql": "{% test positive(model) %} select 1 {% endtest %}\n",
    "shop/seeds/rates.csv": "a,b\n",
    "shop/dbt_packages/util/dbt_project.yml": "name: util\n",
    "shop/dbt_packages/util/models/calendar.sql": "select 1\n",
    "shop/dbt_packages/util/models/orders.sql": "select 2\n",
    "shop/dbt_packages/util/macros/star.sql": "{% macro star() %}*{% endmacro %}\n",
}


def test_refs_lead_to_models_seeds_and_macros() -> None:
    assert edges(PROJECT, "shop/models/orders.sql") == {
        ("cents", "references", "shop/macros/cents.sql"),
        ("stg_orders", "refs", "shop/models/staging/stg_orders.sql"),
        ("rates", "refs", "shop/seeds/rates.csv"),
    }


def test_sources_lead_to_the_entry_that_declares_them() -> None:
    path = "shop/models/staging/stg_orders.sql"
    (one,) = linked(PROJECT).links[path]
    facts = parse(PROJECT["shop/models/schema.yml"], "yaml").facts
    assert (one.target, one.kind, one.origin) == ("shop/models/schema.yml", "refs", "dbt source")
    assert facts.definitions[one.symbol].qualname == "raw.orders"


def test_property_files_define_models_and_name_tests_and_docs() -> None:
    assert edges(PROJECT, "shop/models/schema.yml") == {
        ("orders", "defines", "shop/models/orders.sql"),
        ("positive", "references", "shop/macros/tests.sql"),
        ("orders", "references", "shop/models/docs.md"),
    }


def test_refs_in_comments_of_property_files_lead_nowhere() -> None:
    schema = (
        "exposures:\n  - name: dashboard\n    depends_on:\n      # - ref('orders')\n"
        "      - ref('stg_orders') # not ref('orders')\n#      - ref('rates')\n      - \"ref('calendar') # so\"\n"
    )
    found = edges({**PROJECT, "shop/models/uses.yml": schema}, "shop/models/uses.yml")
    assert {name for name, kind, _ in found if kind == "refs"} == {"stg_orders", "calendar"}


def test_dispatch_leads_to_the_implementations() -> None:
    assert ("cents", "references", "shop/macros/cents.sql") in edges(PROJECT, "shop/macros/cents.sql")


def test_own_package_first_then_installed_ones_and_by_their_name() -> None:
    files = {
        **PROJECT,
        "shop/models/a.sql": "select {{ util.star() }}\n"
        "from {{ ref('calendar') }}, {{ ref('orders') }}, {{ ref('util', 'orders') }}",
    }
    assert edges(files, "shop/models/a.sql") == {
        ("star", "references", "shop/dbt_packages/util/macros/star.sql"),
        ("calendar", "refs", "shop/dbt_packages/util/models/calendar.sql"),
        ("orders", "refs", "shop/models/orders.sql"),
        ("orders", "refs", "shop/dbt_packages/util/models/orders.sql"),
    }


def test_unknown_and_ambiguous_names_get_no_link() -> None:
    files = {
        **PROJECT,
        "shop/models/a.sql": "select {{ dbt_utils.star() }} from {{ ref('nowhere') }}, {{ ref('twice') }}",
        "shop/models/x/twice.sql": "select 1",
        "shop/models/y/twice.sql": "select 1",
    }
    assert edges(files, "shop/models/a.sql") == set()


def test_the_highest_version_of_a_model_is_meant() -> None:
    files = {**PROJECT, "shop/models/a.sql": "select * from {{ ref('m') }}"}
    files.update({f"shop/models/m_v{n}.sql": "select 1" for n in (1, 2)})
    assert edges(files, "shop/models/a.sql") == {("m", "refs", "shop/models/m_v2.sql")}


def test_tables_lead_to_what_creates_them() -> None:
    files = {
        "ddl/orders.sql": "CREATE TABLE sales.orders (id int);\nCREATE TABLE sales.lines (o int);\n",
        "etl/load.sql": "INSERT INTO SALES.LINES SELECT * FROM sales.orders JOIN other.orders o JOIN lines",
    }
    found = {(one.name, one.kind, one.origin) for one in linked(files).links["etl/load.sql"]}
    assert found == {
        ("LINES", "writes", "SQL name"),
        ("orders", "reads", "SQL name"),
        ("lines", "reads", "SQL name without its schema"),
    }


def test_a_table_created_twice_is_the_near_one_or_none() -> None:
    files = {
        "a/app/ddl.sql": "CREATE TABLE t (id int)",
        "a/app/q.sql": "SELECT * FROM t",
        "b/app/ddl.sql": "CREATE TABLE t (id int)",
        "c/q.sql": "SELECT * FROM t",
    }
    assert edges(files, "a/app/q.sql") == {("t", "reads", "a/app/ddl.sql")}
    assert edges(files, "c/q.sql") == set()


def test_common_table_expressions_are_never_tables() -> None:
    files = {
        "a.sql": "CREATE VIEW v AS WITH recent AS (SELECT 1) SELECT * FROM recent",
        "b.sql": "SELECT * FROM recent",
        "c.sql": "WITH v AS (SELECT 1) SELECT * FROM v",
    }
    assert edges(files, "b.sql") == set()
    assert edges(files, "c.sql") == set()


def test_included_files() -> None:
    files = {
        "docs/a.md": "[b](b.md) [c](../README.md#x) [gone](./gone.md) [web](https://example.com/b.md) [s](../x/page)",
        "docs/b.md": "# b\n",
        "README.md": "# c\n",
        "proto/shop/order.proto": 'import "shop/money.proto";\nimport "google/protobuf/any.proto";\n',
        "proto/shop/money.proto": "message Money {}\n",
        "styles/main.scss": "@use 'parts/button';\n",
        "styles/parts/_button.scss": ".b {}\n",
        "infra/main.tf": 'module "net" {\n  source = "./net"\n}\n',
        "infra/net/main.tf": 'variable "x" {}\n',
        "web/layouts/index.html": '{{ partial "menu.html" . }}',
        "web/layouts/partials/menu.html": "<ul></ul>",
        "nb/run.sql": "-- MAGIC %run ./setup\nSELECT 1",
        "nb/setup.sql": "SELECT 1",
    }
    result = linked(files)
    found = {(path, one.target) for path, links in result.links.items() for one in links if one.kind == "includes"}
    assert found == {
        ("docs/a.md", "docs/b.md"),
        ("docs/a.md", "README.md"),
        ("proto/shop/order.proto", "proto/shop/money.proto"),
        ("styles/main.scss", "styles/parts/_button.scss"),
        ("infra/main.tf", "infra/net/main.tf"),
        ("web/layouts/index.html", "web/layouts/partials/menu.html"),
        ("nb/run.sql", "nb/setup.sql"),
    }
    assert [(u.path, u.expression) for u in result.unresolved] == [("docs/a.md", "./gone.md")]
