"""What migrations that are staged take away, and what queries lose through what they read."""

from __future__ import annotations

import pytest
from check_helpers import Place, said

CREATE = """create table orders (
    id bigint not null,
    amount decimal(10, 2) not null,
    note text
);
create table customers (id bigint not null, name text);
"""
REPORT = "create view totals as\nselect o.id, sum(o.amount) as total\nfrom orders o\ngroup by o.id;\n"
QUERY = "select c.name from customers c;\n"


@pytest.fixture
def shop(place: Place) -> Place:
    """Two migrations, and queries beside them."""
    return place.commit(
        {
            "migrations/0001_init.sql": CREATE,
            "migrations/0002_index.sql": "create index on orders (amount);\nupdate orders set amount = 0;\n",
            "queries/report.sql": REPORT,
            "queries/names.sql": QUERY,
        }
    )


@pytest.mark.parametrize(
    ("statement", "kind", "successor"),
    [
        ("alter table orders drop column amount;", "column-removed", ""),
        ("alter table orders rename column amount to price;", "column-renamed", "price"),
        ("alter table orders alter column amount type double precision;", "column-type", ""),
        ("alter table orders alter column amount drop not null;", "column-nullable", ""),
    ],
)
def test_a_column_that_a_new_migration_changes(shop: Place, statement: str, kind: str, successor: str) -> None:
    shop.stage({"migrations/0003_change.sql": f"-- why\n{statement}\n"})
    report = shop.check()
    assert said(report) == [f"error {kind} migrations/0001_init.sql::orders.amount", "  queries/report.sql:2 totals"]
    one = report.findings[0].suspect
    assert (one.line, one.successor) == (3, successor)
    assert one.what.endswith(" by migrations/0003_change.sql:2")


def test_a_migration_with_its_users(shop: Place) -> None:
    shop.stage(
        {
            "migrations/0003_change.sql": "alter table orders rename column amount to price;\n",
            "queries/report.sql": REPORT.replace("o.amount", "o.price"),
        }
    )
    assert said(shop.check()) == []


def test_a_migration_that_only_adds(shop: Place) -> None:
    shop.stage({"migrations/0003_more.sql": "alter table orders add column tax int;\n"})
    assert said(shop.check()) == []


def test_a_column_that_is_dropped_and_comes_back(shop: Place) -> None:
    text = "alter table orders drop column amount;\nalter table orders add column amount decimal(10, 2) not null;\n"
    shop.stage({"migrations/0003_again.sql": text})
    assert said(shop.check()) == []


def test_a_table_that_is_made_anew_without_a_column(shop: Place) -> None:
    text = (
        "create table orders_new (id bigint not null, note text);\n"
        "insert into orders_new select id, note from orders;\n"
        "drop table orders;\nalter table orders_new rename to orders;\n"
    )
    shop.stage({"migrations/0003_copy.sql": text})
    assert said(shop.check()) == [
        "error column-removed migrations/0001_init.sql::orders.amount",
        "  queries/report.sql:2 totals",
    ]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [("drop table customers;", "removed"), ("alter table customers rename to clients;", "renamed")],
)
def test_a_table_that_a_new_migration_takes_away(shop: Place, statement: str, kind: str) -> None:
    shop.stage({"migrations/0003_change.sql": f"{statement}\n"})
    assert said(shop.check()) == [f"error {kind} migrations/0001_init.sql::customers", "  queries/names.sql:1"]


def test_a_comment_lets_it_pass(shop: Place) -> None:
    shop.stage({"migrations/0003_change.sql": "alter table orders drop column amount; -- ctxpack: ignore\n"})
    report = shop.check()
    assert (said(report), report.suppressed) == ([], 1)


MODELS = """from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column()
"""
FIRST = """from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("amount", sa.Integer()))


def downgrade():
    op.drop_table("orders")
"""
SECOND = """from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.drop_column("orders", "amount")


def downgrade():
    pass
"""


def test_a_class_that_still_declares_what_a_migration_drops(place: Place) -> None:
    place.commit({"app/models.py": MODELS, "alembic/versions/a1_first.py": FIRST})
    place.stage({"alembic/versions/b2_drop.py": SECOND})
    assert said(place.check()) == [
        "error column-removed alembic/versions/a1_first.py::orders.amount",
        "  app/models.py:11",
    ]


STORE = """from db import run


def totals():
    return run(
        "select id, amount "
        "from orders where id > 0"
    )


def others():
    return run('select amount from payments')["amount"]
"""


def test_statements_in_strings_of_code(shop: Place) -> None:
    shop.commit({"app/store.py": STORE, "queries/report.sql": "select 1;\n"})
    shop.stage({"migrations/0003_change.sql": "alter table orders drop column amount;\n"})
    report = shop.check()
    assert said(report) == [
        "warning column-removed migrations/0001_init.sql::orders.amount",
        "  app/store.py:6 totals",
    ]


def test_a_table_that_an_earlier_migration_renamed(shop: Place) -> None:
    sales = "alter table orders rename to sales;\n"
    shop.commit({"migrations/0003_sales.sql": sales, "queries/report.sql": REPORT.replace("orders o", "sales o")})
    shop.commit({"app/sales.py": 'TOTAL = "select s.id, s.amount from sales s"\n'})
    shop.stage({"migrations/0004_change.sql": "alter table sales drop column amount;\n"})
    assert said(shop.check()) == [
        "error column-removed migrations/0001_init.sql::sales.amount",
        "  queries/report.sql:2 totals",
        "  app/sales.py:1 TOTAL",
    ]


def test_a_type_that_is_made_from_the_database(shop: Place) -> None:
    types = "diesel::table! {\n    orders (id) {\n        id -> Int8,\n        amount -> Numeric,\n    }\n}\n"
    shop.commit({"Cargo.toml": "[package]\nname = 'a'\n", "src/schema.rs": types, "queries/report.sql": "select 1;\n"})
    shop.stage({"migrations/0003_change.sql": "alter table orders drop column amount;\n"})
    assert said(shop.check()) == [
        "error column-removed migrations/0001_init.sql::orders.amount",
        "  src/schema.rs:4 orders.amount",
    ]


# --- what queries give ------------------------------------------------------------------------------------------------

STAGING = """with source as (
    select * from {{ source('raw', 'orders') }}
),
renamed as (
    select id as order_id, price as amount, note from source
),
final as (
    select order_id, amount, note from renamed
)
select * from final
"""
MART = "select o.order_id, o.amount\nfrom {{ ref('stg_orders') }} o\n"


@pytest.fixture
def project(place: Place) -> Place:
    """A dbt project of three models in a row, the one in the middle with a star."""
    return place.commit(
        {
            "dbt_project.yml": "name: shop\nversion: '1'\n",
            "models/stg_orders.sql": STAGING,
            "models/int_orders.sql": "select s.*\n    , 1 as one\nfrom {{ ref('stg_orders') }} as s\n",
            "models/mart.sql": MART,
            "models/far.sql": "select i.amount as total from {{ ref('int_orders') }} i\n",
            "models/farther.sql": "select f.total, f.amount from {{ ref('far') }} f\n",
        }
    )


def test_a_column_that_the_last_query_gives_no_more(project: Place) -> None:
    project.stage({"models/stg_orders.sql": STAGING.replace("order_id, amount, note", "order_id, note")})
    assert said(project.check()) == [
        "error column-removed models/int_orders.sql::int_orders.amount",
        "  models/far.sql:1",
        "error column-removed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:1",
    ]


def test_a_column_that_only_a_query_inside_has_no_more(project: Place) -> None:
    inner = STAGING.replace("price as amount, note from", "price as amount, note, tax as duty from")
    project.commit({"models/stg_orders.sql": inner})
    project.stage({"models/stg_orders.sql": STAGING})
    assert said(project.check()) == []


def test_a_column_of_a_view(place: Place) -> None:
    view = "create view v as\nselect id, a + b as total\nfrom t;\n"
    place.commit({"views/v.sql": view, "load.sql": "select v.total from v;\n"})
    place.stage({"views/v.sql": view.replace(", a + b as total", "")})
    assert said(place.check()) == ["error column-removed views/v.sql::v.total", "  load.sql:1"]


def test_a_template_that_may_give_a_column(project: Place) -> None:
    text = STAGING.replace("select order_id, amount, note", "select order_id, {{ dbt_utils.star(ref('x')) }}, note")
    project.stage({"models/stg_orders.sql": text})
    assert [finding.fails for finding in project.check().findings] == [False, False]


def test_a_column_that_is_computed_of_another_type(project: Place) -> None:
    project.commit({"models/stg_orders.sql": STAGING.replace("price as amount", "cast(price as int) as amount")})
    project.stage({"models/stg_orders.sql": STAGING.replace("price as amount", "cast(price as double) as amount")})
    found = project.check().findings
    assert {finding.suspect.kind for finding in found} == {"column-type"}
    assert not any(finding.fails for finding in found)


def test_a_star_that_is_written_out_without_a_column(project: Place) -> None:
    project.stage({"models/int_orders.sql": "select s.order_id, 1 as one from {{ ref('stg_orders') }} as s\n"})
    assert said(project.check()) == [
        "error column-removed models/int_orders.sql::int_orders.amount",
        "  models/far.sql:1",
    ]
    text = "select s.order_id, s.amount, s.note, 1 as one from {{ ref('stg_orders') }} as s\n"
    project.stage({"models/int_orders.sql": text})
    assert said(project.check()) == []


def test_a_macro_that_gives_all_columns(project: Place) -> None:
    star = "select {{ dbt_utils.star(ref('stg_orders'), except=['note']) }}\nfrom {{ ref('stg_orders') }}\n"
    project.commit({"models/int_orders.sql": star, "models/mart.sql": "select 1 as one\n"})
    project.stage({"models/stg_orders.sql": STAGING.replace("order_id, amount, note", "order_id, note")})
    assert said(project.check()) == [
        "error column-removed models/int_orders.sql::int_orders.amount",
        "  models/far.sql:1",
    ]


def test_a_column_that_is_given_to_a_macro(project: Place) -> None:
    key = "select {{ dbt_utils.generate_surrogate_key(['amount']) }} as key from {{ ref('stg_orders') }}\n"
    project.commit(
        {"models/mart.sql": key, "models/int_orders.sql": "select 'amount' as a from {{ ref('stg_orders') }}\n"}
    )
    project.stage({"models/stg_orders.sql": STAGING.replace("order_id, amount, note", "order_id, note")})
    assert said(project.check()) == [
        "warning column-removed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:1",
    ]


def test_a_column_that_only_joins_by_another_name_of_a_part(project: Place) -> None:
    mart = """with staged as (
    select * from {{ ref('stg_orders') }}
)
select f.total
from {{ ref('far') }} as f
inner join staged as s
    on f.id = s.order_id and s.amount > 0
"""
    project.commit({"models/mart.sql": mart, "models/int_orders.sql": "select 1 as one\n"})
    project.stage({"models/stg_orders.sql": STAGING.replace("order_id, amount, note", "order_id, note")})
    assert said(project.check()) == [
        "error column-removed models/stg_orders.sql::stg_orders.amount",
        "  models/mart.sql:7 staged",
    ]


DJANGO_MODEL = """from django.db import models


class Order(models.Model):
    amount = models.IntegerField()
    note = models.TextField()
"""
DJANGO_FIRST = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("amount", models.IntegerField()),
                ("note", models.TextField()),
            ],
        ),
    ]
"""
DJANGO_SECOND = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RemoveField(model_name="order", name="amount")]
"""


def test_a_model_of_django_that_still_has_a_field(place: Place) -> None:
    query = 'TOTAL = "select amount from shop_order"\n'
    files = {
        "shop/__init__.py": "", "shop/models.py": DJANGO_MODEL, "shop/migrations/__init__.py": "",
        "shop/migrations/0001_initial.py": DJANGO_FIRST, "shop/report.py": query,
    }  # fmt: skip
    place.commit(dict(files))
    place.stage({"shop/migrations/0002_drop.py": DJANGO_SECOND})
    assert said(place.check()) == [
        "error column-removed shop/migrations/0001_initial.py::shop_order.amount",
        "  shop/models.py:5",
        "  shop/report.py:1 TOTAL",
    ]
    place.stage({"shop/models.py": DJANGO_MODEL.replace("    amount = models.IntegerField()\n", "")})
    assert [finding.fails for finding in place.check().findings] == [False]


def test_a_column_that_only_filters_in_a_part_that_reads_nothing_else(project: Place) -> None:
    mart = """with staged as (
    select order_id
    from {{ ref('stg_orders') }}
    where amount > 0 and order_id in (select id from other)
), far as (
    select f.id from {{ ref('far') }} as f
    join staged on amount = total
)
select * from far
"""
    project.commit({"models/mart.sql": mart, "models/int_orders.sql": "select 1 as one\n"})
    project.stage({"models/stg_orders.sql": STAGING.replace("order_id, amount, note", "order_id, note")})
    (finding,) = project.check().findings
    assert [(use.line, use.confidence) for use in finding.uses] == [(4, 0.93), (7, 0.5)]
