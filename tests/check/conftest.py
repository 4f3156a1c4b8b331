"""A scratch repository of three files, one of which others use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from check_helpers import CLEAN, MONEY, ORDERS, TESTS, Place


@pytest.fixture(autouse=True)
def _clean_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in CLEAN.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "repository")


@pytest.fixture
def shop(place: Place) -> Place:
    """The package `shop`: money, orders that use it, and a test."""
    files = {"shop/__init__.py": "", "shop/money.py": MONEY, "shop/orders.py": ORDERS, "tests/test_money.py": TESTS}
    return place.commit(files)
