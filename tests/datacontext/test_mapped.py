"""What tables are mapped to in code: their change reaches the class or attribute, and whoever uses it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ctxpack import Index
from ctxpack.errors import TargetError

ALCHEMY = (
    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
    "\n\n"
    "class Base(DeclarativeBase):\n"
    "    pass\n"
    "\n\n"
    "class Stamped:\n"
    "    made_at: Mapped[int] = mapped_column()\n"
    "\n\n"
    "class Order(Stamped, Base):\n"
    '    __tablename__ = "orders"\n'
    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    '    amount: Mapped[int] = mapped_column("amount_v2")\n'
    "    note: Mapped[str] = mapped_column()\n"
)
USES = (
    "from models import Order\n"
    "\n\n"
    "def paid(order: Order) -> int:\n"
    "    return order.amount\n"
    "\n\n"
    "def said(order: Order) -> str:\n"
    "    return order.note\n"
)
TABLE = "create table orders (id int primary key, amount_v2 int not null, made_at int, note text, old text);\n"

DJANGO = {
    "shop/models.py": (
        "from django.db import models\n"
        "\n\n"
        "class Customer(models.Model):\n"
        "    name = models.CharField(max_length=9)\n"
        "\n\n"
        "class Order(models.Model):\n"
        "    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)\n"
        '    total = models.IntegerField(db_column="tot")\n'
        "    tags = models.ManyToManyField(Customer)\n"
    ),
    "shop/pay.py": "from shop.models import Order\n\n\ndef pay(order: Order):\n    return order.total\n",
}
RAILS = {
    "db/schema.rb": (
        "ActiveRecord::Schema[7.0].define(version: 2023_01_01) do\n"
        '  create_table "order_items" do |t|\n'
        '    t.integer "price"\n'
        "  end\n"
        '  create_table "old_things" do |t|\n'
        '    t.integer "price"\n'
        "  end\n"
        "end\n"
    ),
    "app/models/order_item.rb": "class OrderItem < ApplicationRecord\nend\n",
    "app/models/thing.rb": 'class Thing < ApplicationRecord\n  self.table_name = "old_things"\nend\n',
    "app/services/cart.rb": "class Cart\n  def run\n    OrderItem.all\n    Thing.all\n  end\nend\n",
}
PRISMA = {"prisma/schema.prisma": 'model Order {\n  id Int @id\n  total Int @map("tot")\n  @@map("orders")\n}\n'}


def opened(root: Path, files: Mapping[str, str]) -> Index:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Index.open(root, workers=1)


def reached(root: Path, files: Mapping[str, str], *named: str, **how: object) -> list[tuple[str, int, str, int]]:
    """The id, the distance, and the kind and line of the last edge of all that is reached."""
    with opened(root, files) as index:
        found = index.impact(*named, **how).reached  # type: ignore[arg-type]
    return [(one.id, one.distance, one.via[-1].kind, one.via[-1].line) for one in found]


@pytest.mark.parametrize("beside", [{}, {"db/001.sql": TABLE}])
def test_a_table_reaches_its_class_and_who_uses_it(beside: dict[str, str], tmp_path: Path) -> None:
    files = {"models.py": ALCHEMY, "uses.py": USES, **beside}
    assert reached(tmp_path, files, "table:orders") == [
        ("models.py::Order", 1, "maps", 12),
        ("uses.py::paid", 2, "references", 4),
        ("uses.py::said", 2, "references", 8),
    ]


@pytest.mark.parametrize("beside", [{}, {"db/001.sql": TABLE}])
def test_a_column_reaches_its_attribute_and_who_uses_that(beside: dict[str, str], tmp_path: Path) -> None:
    files = {"models.py": ALCHEMY, "uses.py": USES, **beside}
    found = reached(tmp_path, files, "table:orders.amount_v2")
    assert found[0] == ("models.py::Order.amount", 1, "maps", 15)
    assert ("uses.py::paid", 2, "references", 5) in found
    assert not any(one[0] == "uses.py::said" and one[1] <= 2 for one in found)


def test_who_uses_an_attribute_without_naming_the_class_is_reached_by_the_whole_table(tmp_path: Path) -> None:
    uses = USES + "\n\ndef made() -> Order: ...\n\n\ndef later():\n    return made().note\n"
    found = reached(tmp_path, {"models.py": ALCHEMY, "uses.py": uses}, "table:orders")
    assert ("uses.py::later", 2, "references", 16) in found
    assert not any(one[0].startswith("models.py::Order.") for one in found)


def test_a_column_of_a_base_reaches_the_attribute_of_the_base(tmp_path: Path) -> None:
    found = reached(tmp_path, {"models.py": ALCHEMY}, "table:orders.made_at")
    assert ("models.py::Stamped.made_at", 1, "maps", 9) in found


def test_a_column_that_no_class_has_reaches_no_class(tmp_path: Path) -> None:
    files = {"models.py": ALCHEMY, "uses.py": USES, "db/001.sql": TABLE}
    assert not reached(tmp_path, files, "table:orders.old")


def test_the_definition_of_a_table_reaches_its_class_too(tmp_path: Path) -> None:
    files = {"models.py": ALCHEMY, "db/001.sql": TABLE, "uses.py": USES}
    assert [one[0] for one in reached(tmp_path, files, "db/001.sql")] == [
        "models.py::Order", "uses.py::paid", "uses.py::said"
    ]  # fmt: skip


def test_depth_and_confidence_bound_what_is_mapped(tmp_path: Path) -> None:
    files = {"models.py": ALCHEMY, "uses.py": USES}
    assert [one[0] for one in reached(tmp_path, files, "table:orders", depth=1)] == ["models.py::Order"]
    assert not reached(tmp_path, files, "table:orders", depth=0)
    assert not reached(tmp_path, files, "table:orders", min_confidence=0.995)


@pytest.mark.parametrize(
    ("named", "first"),
    [
        ("table:shop_order", "shop/models.py::Order"),
        ("table:shop_order.tot", "shop/models.py::Order.total"),
        ("table:shop_order.customer_id", "shop/models.py::Order.customer"),
        ("table:shop_order_tags", "shop/models.py::Order.tags"),
    ],
)
def test_models_of_django(named: str, first: str, tmp_path: Path) -> None:
    found = reached(tmp_path, DJANGO, named)
    assert found[0][:3] == (first, 1, "maps")
    assert "shop/pay.py::pay" in [one[0] for one in found]


@pytest.mark.parametrize(
    ("named", "first"),
    [
        ("table:order_items", "app/models/order_item.rb::OrderItem"),
        ("table:old_things", "app/models/thing.rb::Thing"),
        ("table:old_things.price", "app/models/thing.rb::Thing"),
    ],
)
def test_models_of_rails_by_convention_or_by_the_name_that_they_state(named: str, first: str, tmp_path: Path) -> None:
    found = reached(tmp_path, RAILS, named)
    assert [one[0] for one in found] == [first, "app/services/cart.rb::Cart.run"]
    assert found[0][2] == "maps"


def test_models_of_django_that_only_migrations_show_to_be_some(tmp_path: Path) -> None:
    files = {
        "shop/migrations/0001_initial.py": (
            "from django.db import migrations, models\n"
            "\n\n"
            "class Migration(migrations.Migration):\n"
            "    operations = [\n"
            '        migrations.CreateModel("ExportJob", fields=[("id", models.AutoField(primary_key=True)),'
            ' ("note", models.CharField(max_length=9))]),\n'
            '        migrations.CreateModel("ExportJob_parts", fields=[("id", models.AutoField(primary_key=True))]),\n'
            "    ]\n"
        ),
        "shop/models/jobs.py": "class ExportJob(Job):\n    note = short()\n    parts = many(Part)\n",
        "shop/run.py": "from shop.models.jobs import ExportJob\n\n\ndef run():\n    return ExportJob()\n",
    }
    found = reached(tmp_path, files, "table:shop_exportjob")
    assert [one[:3] for one in found] == [
        ("shop/models/jobs.py::ExportJob", 1, "maps"), ("shop/run.py::run", 2, "references")
    ]  # fmt: skip
    assert reached(tmp_path, files, "table:shop_exportjob.note")[0][0] == "shop/models/jobs.py::ExportJob.note"
    assert reached(tmp_path, files, "table:shop_exportjob_parts")[0][0] == "shop/models/jobs.py::ExportJob.parts"


def test_a_column_that_is_called_like_another_table_is_the_column(tmp_path: Path) -> None:
    other = '\n\nclass Note(Base):\n    __tablename__ = "note"\n    id: Mapped[int] = mapped_column(primary_key=True)\n'
    found = reached(tmp_path, {"models.py": ALCHEMY + other, "uses.py": USES}, "table:orders.note")
    assert found[0][0] == "models.py::Order.note"


def test_models_of_prisma(tmp_path: Path) -> None:
    assert reached(tmp_path, PRISMA, "table:orders")[0] == ("prisma/schema.prisma::Order", 1, "maps", 1)
    found = reached(tmp_path, PRISMA, "table:orders.tot")
    assert found[0] == ("prisma/schema.prisma::Order.total", 1, "maps", 3)


def test_a_target_of_a_table_names_its_class(tmp_path: Path) -> None:
    files = {"models.py": ALCHEMY, "uses.py": USES}
    with opened(tmp_path, files) as index:
        for named in ("table:orders", "table:orders.note"):
            assert index.target(named).symbols == (("models.py", "Order"),)
        assert index.mapped("orders") == ("models.py::Order",)
        with pytest.raises(TargetError, match="table orders has no column 'not'; did you mean note"):
            index.target("table:orders.not")


def test_a_class_of_tests_is_named_only_where_there_is_no_other(tmp_path: Path) -> None:
    with opened(tmp_path, {"models.py": ALCHEMY, "tests/test_models.py": ALCHEMY}) as index:
        assert index.target("table:orders").symbols == (("models.py", "Order"),)
    with opened(tmp_path / "other", {"tests/test_models.py": ALCHEMY}) as index:
        assert index.target("table:orders").symbols == (("tests/test_models.py", "Order"),)


def test_every_table_that_is_known_can_be_named(tmp_path: Path) -> None:
    files = {"a/models.py": ALCHEMY, **{f"b/{name}": text for name, text in {**DJANGO, **RAILS, **PRISMA}.items()}}
    with opened(tmp_path, files) as index:
        tables = index.schema()
        assert len(tables) > 4
        for one in tables:
            assert index.target(f"table:{one.name}").tables == (one.name,)
