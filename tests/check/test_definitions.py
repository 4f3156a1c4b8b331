"""Definitions, files and exported names that are gone, and who is left behind."""

from __future__ import annotations

from check_helpers import MONEY, ORDERS, Place, said, settings


def test_a_renamed_function_fails_with_its_users(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("def parse", "def read")})
    report = shop.check()
    assert said(report) == [
        "error renamed shop/money.py::parse",
        "  shop/orders.py:1",
        "  shop/orders.py:8 Order.total",
        "  shop/orders.py:13 fee",
        "  tests/test_money.py:1 test",
        "  tests/test_money.py:5 test_parse test",
    ]
    assert report.findings[0].suspect.successor == "read"
    assert all(use.confidence >= 0.9 and use.origin == "import" for use in report.findings[0].uses)


def test_users_that_the_commit_changes_too_are_not_left_behind(shop: Place) -> None:
    shop.stage(
        {
            "shop/money.py": MONEY.replace("def parse", "def read"),
            "shop/orders.py": ORDERS.replace("parse", "read"),
            "tests/test_money.py": None,
        }
    )
    assert said(shop.check()) == []


def test_a_line_that_a_changed_file_keeps_counts(shop: Place) -> None:
    half = ORDERS.replace("import Money, parse", "import Money, read as parse").replace(
        "parse(line, True)", "read(line)"
    )
    shop.stage({"shop/money.py": MONEY.replace("def parse", "def read"), "shop/orders.py": half})
    assert "  shop/orders.py:13 fee" not in said(shop.check())
    shop.stage({"shop/orders.py": ORDERS.replace("parse(line, True)", "read(line)")})
    assert "  shop/orders.py:13 fee" in said(shop.check())


def test_a_removed_class_stands_for_its_members(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY[MONEY.index("def parse") :].replace("return Money(int(whole))", "return whole")})
    found = said(shop.check())
    assert found[0] == "error removed shop/money.py::Money"
    assert [line for line in found if line.startswith(("error", "warning"))] == found[:1]
    assert "  shop/orders.py:6 Order.total" in found


def test_a_removed_method_is_found_through_the_type_of_its_receiver(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("def plus", "def add")})
    assert said(shop.check()) == ["error renamed shop/money.py::Money.plus", "  shop/orders.py:8 Order.total"]


def test_what_moves_and_is_passed_on_breaks_nothing(shop: Place) -> None:
    start = MONEY.index("def parse")
    end = MONEY.index("def _helper")
    body = MONEY[start:end]
    shop.stage(
        {
            "shop/money.py": "from shop.reading import parse\n" + MONEY[:start] + MONEY[end:],
            "shop/reading.py": body.replace("return Money(int(whole))", "return int(whole)"),
        }
    )
    assert said(shop.check()) == []


def test_what_moves_and_is_not_passed_on_says_where_to(shop: Place) -> None:
    start = MONEY.index("def parse")
    end = MONEY.index("def _helper")
    shop.stage({"shop/money.py": MONEY[:start] + MONEY[end:], "shop/reading.py": MONEY[start:end]})
    finding = shop.check().findings[0]
    assert (finding.suspect.kind, finding.suspect.successor) == ("moved", "shop/reading.py")
    assert finding.fails


def test_private_names_of_one_file_break_nothing(place: Place) -> None:
    place.commit({"a.py": "def _inner():\n    return 1\n\n\ndef outer():\n    return _inner()\n"})
    place.stage({"a.py": "def outer():\n    return _inner()\n"})
    assert said(place.check()) == []


def test_a_private_name_that_another_file_takes_breaks(shop: Place) -> None:
    shop.commit({"shop/other.py": "from shop.money import _helper\n\nprint(_helper(1))\n"})
    shop.stage({"shop/money.py": MONEY.replace("_helper", "_aide")})
    assert said(shop.check()) == ["error renamed shop/money.py::_helper", "  shop/other.py:1", "  shop/other.py:3"]


def test_a_name_that_comes_from_outside_now_is_still_there(shop: Place) -> None:
    end = MONEY.index("def parse")
    shop.stage({"shop/money.py": "from money_parser import parse\n" + MONEY[:end]})
    assert said(shop.check()) == []


def test_a_package_that_passes_a_name_on_no_more(shop: Place) -> None:
    shop.commit(
        {
            "shop/__init__.py": "from json import dumps\nfrom .money import Money, parse\n",
            "main.py": "import shop\nfrom shop import Money, dumps\n\nprint(dumps(Money(1)), shop.parse('1'))\n",
        }
    )
    shop.stage({"shop/__init__.py": "from .money import parse\n"})
    assert said(shop.check()) == [
        "error unexported shop/__init__.py::dumps",
        "  main.py:2",
        "error unexported shop/__init__.py::Money",
        "  main.py:2",
    ]
    shop.stage({"shop/__init__.py": "from json import dumps\nfrom .money import Money\n"})
    assert said(shop.check()) == ["error unexported shop/__init__.py::parse", "  main.py:4"]


def test_a_wildcard_that_still_gives_the_name_breaks_nothing(shop: Place) -> None:
    shop.commit(
        {"shop/__init__.py": "from .money import Money, parse\n", "main.py": "from shop import parse\nparse('1')\n"}
    )
    shop.stage({"shop/__init__.py": "from .money import *\n"})
    assert said(shop.check()) == []


def test_a_removed_file_and_a_moved_one(shop: Place) -> None:
    shop.git("rm", "-q", "shop/money.py")
    found = shop.check().findings
    assert [(one.suspect.kind, one.suspect.symbol, one.fails) for one in found] == [("file-removed", "", True)]
    shop.git("reset", "-q", "--hard")
    shop.git("mv", "shop/money.py", "shop/cash.py")
    (finding,) = shop.check().findings
    assert (finding.suspect.kind, finding.suspect.successor) == ("file-moved", "shop/cash.py")
    assert {use.path for use in finding.uses} == {"shop/orders.py", "tests/test_money.py"}


def test_a_use_in_a_try_is_a_warning(shop: Place) -> None:
    text = "try:\n    from shop.money import parse\nexcept ImportError:\n    parse = None\n"
    shop.write({"shop/orders.py": None, "tests/test_money.py": None})
    shop.commit({"shop/other.py": text})
    shop.stage({"shop/money.py": MONEY.replace("def parse", "def read")})
    report = shop.check()
    assert said(report) == ["warning renamed shop/money.py::parse", "  shop/other.py:2"]
    assert not report.failing


def test_a_module_that_makes_names_up_is_not_sure(shop: Place) -> None:
    hook = "\n\ndef __getattr__(name):\n    return getattr(elsewhere, name)\n"
    shop.stage({"shop/money.py": MONEY.replace("def parse", "def read") + hook})
    assert [finding.fails for finding in shop.check().findings] == [False]


def test_a_member_that_a_foreign_base_may_have_is_not_sure(place: Place) -> None:
    text = "from logging import Handler\n\n\nclass Mine(Handler):\n    def emit(self, record):\n        return record\n"
    user = "from mine import Mine\n\nMine().emit(1)\n"
    place.commit({"mine.py": text, "user.py": user})
    place.stage({"mine.py": "from logging import Handler\n\n\nclass Mine(Handler):\n    pass\n"})
    assert said(place.check()) == ["warning removed mine.py::Mine.emit", "  user.py:3"]


def test_a_member_that_a_base_in_the_repository_has_breaks_nothing(place: Place) -> None:
    base = "class Base:\n    def emit(self, record):\n        return record\n"
    text = "from base import Base\n\n\nclass Mine(Base):\n    def emit(self, record):\n        return record\n"
    place.commit({"base.py": base, "mine.py": text, "user.py": "from mine import Mine\n\nMine().emit(1)\n"})
    place.stage({"mine.py": "from base import Base\n\n\nclass Mine(Base):\n    pass\n"})
    assert said(place.check()) == []


MAIN_GO = """package main

import "example.org/shop/money"

func main() {
\tprintln(money.Parse("1"))
}
"""


def test_other_languages(place: Place) -> None:
    place.commit(
        {
            "package.json": "{}",
            "src/money.ts": "export function parse(text: string): number {\n  return Number(text)\n}\n",
            "src/index.ts": "import { parse } from './money'\n\nexport const one = parse('1')\n",
            "go.mod": "module example.org/shop\n",
            "money/money.go": "package money\n\nfunc Parse(text string) int {\n\treturn len(text)\n}\n",
            "main.go": MAIN_GO,
        }
    )
    place.stage(
        {
            "src/money.ts": "export function read(text: string): number {\n  return Number(text)\n}\n",
            "money/money.go": "package money\n\nfunc Read(text string) int {\n\treturn len(text)\n}\n",
        }
    )
    assert said(place.check()) == [
        "error renamed money/money.go::Parse",
        "  main.go:6 main",
        "error renamed src/money.ts::parse",
        "  src/index.ts:1",
        "  src/index.ts:3",
    ]
    place.stage(
        {
            "money/money.go": "package money\n",
            "money/read.go": "package money\n\nfunc Parse(text string) int {\n\treturn len(text)\n}\n",
        }
    )
    assert [line for line in said(place.check()) if "go" in line] == []


def test_the_threshold_is_a_setting(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("def plus", "def add")})
    assert shop.check(config=settings(check_fail_confidence=0.9)).failing
    assert not shop.check(config=settings(check_fail_confidence=1)).failing


def test_comparing_with_an_older_revision(shop: Place) -> None:
    shop.commit({"shop/money.py": MONEY.replace("def plus", "def add")})
    assert said(shop.check()) == []
    assert said(shop.check(since="HEAD~1")) == [
        "error renamed shop/money.py::Money.plus",
        "  shop/orders.py:8 Order.total",
    ]


def test_an_argument_is_no_use_beside_its_call(place: Place) -> None:
    call = "from a import f\n\nf(\n    x=1,\n)\n"
    place.commit({"a.py": "def f(x):\n    return x\n", "b.py": call})
    place.stage({"a.py": "def g(x):\n    return x\n"})
    assert said(place.check()) == ["error renamed a.py::f", "  b.py:1", "  b.py:3"]


def test_a_field_that_a_constructor_takes_by_name(place: Place) -> None:
    text = "from dataclasses import dataclass\n\n\n@dataclass\nclass P:\n    x: int\n    y: int = 0\n"
    place.commit({"a.py": text, "b.py": "from a import P\n\nP(\n    1,\n    y=2,\n)\n"})
    place.stage({"a.py": text.replace("y: int", "z: int")})
    assert said(place.check()) == ["error renamed a.py::P.y", "  b.py:5"]


def test_a_value_that_is_of_another_type_now_is_not_sure(place: Place) -> None:
    text = "class Server:\n    def ask(self):\n        return 1\n\n\ndef server() -> Server:\n    return Server()\n"
    place.commit({"a.py": text, "b.py": "from a import server\n\nserver().ask()\n"})
    place.stage({"a.py": "from elsewhere import Better\n\n\ndef server() -> Better:\n    return Better()\n"})
    assert [line for line in said(place.check()) if line.startswith("error")] == []


def test_an_assignment_in_ruby_calls_no_method_of_the_name(place: Place) -> None:
    comment = """class Comment
  def self.order(a)
    a
  end

  def self.other
    Comment.order(1)
  end

  def start
    self.order = 1
    self.order ||= 2
  end
end
"""
    place.commit({"comment.rb": comment})
    place.stage({"comment.rb": comment.replace("  def self.order(a)\n    a\n  end\n\n", "")})
    assert said(place.check()) == ["error removed comment.rb::Comment.order", "  comment.rb:3 Comment.other"]
