"""What is still there in another form is no error, and what only looks so is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from check_helpers import Place, said

from ctxpack.check import Report

CARGO = {"Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\n', "src/lib.rs": "pub mod a;\npub mod b;\n"}


class Change(NamedTuple):
    verb: str
    title: str
    files: dict[str, str]
    changed: str
    after: str


def changes() -> Iterator[Change]:
    text = Path(__file__).with_name("provided_cases.txt").read_text("utf-8")
    for group in re.split(r"^#### .*\n", text, flags=re.MULTILINE)[1:]:
        before, *states = re.split(r"^== ", group, flags=re.MULTILINE)
        parts = re.split(r"^--- (.*)\n", before, flags=re.MULTILINE)[1:]
        files = dict(zip(parts[::2], parts[1::2], strict=True))
        for state in states:
            title, _, after = state.partition("\n")
            verb, _, name = title.partition(": ")
            yield Change(verb, name, files, next(iter(files)), after)


CHANGES = list(changes())
KEPT = [one for one in CHANGES if one.verb == "kept"]
LOST = [one for one in CHANGES if one.verb == "lost"]


def replayed(place: Place, change: Change) -> Report:
    place.commit({**change.files, **CARGO})
    return place.stage({change.changed: change.after}).check()


@pytest.mark.parametrize("change", KEPT, ids=[one.title for one in KEPT])
def test_what_is_provided_in_another_form_does_not_fail(place: Place, change: Change) -> None:
    assert not replayed(place, change).failing


@pytest.mark.parametrize("change", LOST, ids=[one.title for one in LOST])
def test_what_only_looks_provided_fails(place: Place, change: Change) -> None:
    assert replayed(place, change).failing


def test_an_extension_may_stand_in_another_changed_file(place: Place) -> None:
    before = "package shop\n\nclass Order {\n    fun total(): Int = 1\n}\n"
    use = "package shop.use\n\nimport shop.Order\n\nfun f(order: Order): Int = order.total()\n"
    place.commit({"shop/Order.kt": before, "shop/use/Use.kt": use})
    extension = "package shop.sums\n\nimport shop.Order\n\nfun Order.total(): Int = 2\n"
    place.stage({"shop/Order.kt": "package shop\n\nclass Order\n", "shop/sums/Sums.kt": extension})
    report = place.check()
    assert said(report)[0].startswith("warning")
    assert not report.failing


def test_a_class_of_ruby_may_be_opened_again_in_another_file(place: Place) -> None:
    order = "class Order\n  def total\n    1\n  end\nend\n"
    use = "require_relative 'order'\n\nclass Use\n  def f\n    order = Order.new\n    order.total\n  end\nend\n"
    place.commit({"order.rb": order, "use.rb": use})
    empty = "require_relative 'sums'\n\nclass Order\nend\n"
    place.stage({"order.rb": empty, "sums.rb": order})
    assert not place.check().failing
    place.stage({"sums.rb": order.replace("Order", "Bill")})
    assert place.check().failing
