"""A scratch repository of three files, one of which others use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from check_helpers import CLEAN, Place


@pytest.fixture(autouse=True)
def _clean_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in CLEAN.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "repository")


MONEY = """class Money:
    def __init__(self, cents, currency="EUR"):
        self.cents = cents
        self.currency = currency

    def plus(self, other):
        return Money(self.cents + other.cents)


def parse(text, strict=False, *, symbol="€"):
    amount = text.strip(symbol)
    whole = amount.replace(".", "")
    return Money(int(whole))


def _helper(x):
    return x
"""

ORDERS = """from shop.money import Money, parse


class Order:
    def total(self, lines):
        found = Money(0)
        for line in lines:
            found = found.plus(parse(line, True))
        return found


def fee(text):
    return parse(text, symbol="$")
"""

TESTS = """from shop.money import parse


def test_parse():
    assert parse("1.00€").cents == 100
"""


@pytest.fixture
def shop(place: Place) -> Place:
    """The package `shop`: money, orders that use it, and a test."""
    files = {"shop/__init__.py": "", "shop/money.py": MONEY, "shop/orders.py": ORDERS, "tests/test_money.py": TESTS}
    return place.commit(files)
