"""In a small pack: the test of what is edited, what it uses of its own file, and every use of what is removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.model import Item

FILLER = "".join(
    f"def {verb}_{number}(rows):\n    for row in rows:\n        emit(row, {number})\n    return rows\n\n\n"
    for verb in ("parse", "store", "print")
    for number in range(60)
)
FILES = {
    "shop/refunds.py": f"LIMIT = 100\n\n\n{FILLER}def refund_line(order, line):\n"
    '    """Refund a single line of an order."""\n    return cap(order.lines[line].total)\n\n\n'
    f"{FILLER}def cap(total):\n    return min(total, LIMIT)\n",
    "shop/desk.py": f"from shop.refunds import refund_line\n\n\n{FILLER}def at_the_desk(order):\n"
    + "".join(f"    step({number})\n" for number in range(60))
    + "    refund_line(order, 0)\n"
    + "".join(f"    done({number})\n" for number in range(60)),
    "tests/test_refunds.py": "from shop.refunds import refund_line\n\n\ndef test_a_line_of_an_order(order):\n"
    "    assert refund_line(order, 1) == 30\n",
    "tests/data/orders.txt": "refund line order\n" * 20,
    "shop/stock.py": FILLER,
    "tests/test_stock.py": f"from shop.stock import parse_1\n\n\n{FILLER.replace('def ', 'def test_')}",
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Index]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with Index.open(tmp_path, workers=0) as index:
        yield index


def shown(index: Index, task: str) -> dict[str, Item]:
    pack = index.pack(index.target(task=task), budget=2500)
    return {item.path: item for zone in pack.zones for item in zone.items}


def test_the_test_of_what_is_edited_is_there_as_one_and_what_is_no_test_is_not(shop: Index) -> None:
    found = shown(shop, "round what refund_line gives back for a line of an order")
    assert found["tests/test_refunds.py"].role == "test"
    assert found["tests/test_refunds.py"].level == "full"
    assert "tests/data/orders.txt" not in found or found["tests/data/orders.txt"].role != "test"


def test_what_an_edit_uses_of_its_own_file_is_there(shop: Index) -> None:
    text = shown(shop, "round what refund_line gives back for a line of an order")["shop/refunds.py"].text
    assert "def refund_line" in text and "    return min(total, LIMIT)" in text


def test_where_a_definition_is_removed_every_use_of_it_is_there(shop: Index) -> None:
    desk = shown(shop, "remove refund_line, nobody refunds a line of an order")["shop/desk.py"]
    assert "    refund_line(order, 0)" in desk.text and "def at_the_desk" in desk.text
