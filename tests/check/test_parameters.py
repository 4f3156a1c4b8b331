"""Calls that fitted and do not fit any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_helpers import MONEY, Place, said

from ctxpack.check.calls import Call, call_at, counted_parameters, misfit, python_parameters, shown, swapped


def why(place: Place) -> dict[str, str]:
    return {f"{use.path}:{use.line}": use.why for finding in place.check().findings for use in finding.uses}


def test_a_parameter_that_is_gone_breaks_those_who_give_it(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace(', *, symbol="€"', "").replace("strip(symbol)", "strip()")})
    assert why(shop) == {"shop/orders.py:13": "gives symbol, which it does not take"}


def test_fewer_parameters_break_calls_by_position(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("text, strict=False, *,", "text, *,")})
    assert why(shop) == {"shop/orders.py:8": "gives 2 arguments by position, but it takes 1 at most"}


def test_a_new_parameter_that_is_needed_breaks_every_call(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("*, symbol", "*, locale, symbol")})
    assert set(why(shop)) == {"shop/orders.py:8", "shop/orders.py:13", "tests/test_money.py:5"}
    assert set(why(shop).values()) == {"does not give locale, which it needs"}


def test_a_new_parameter_with_a_default_breaks_none(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("*, symbol", '*, locale="de", symbol')})
    assert said(shop.check()) == []


def test_parameters_in_another_order(shop: Place) -> None:
    shop.stage({"shop/money.py": MONEY.replace("parse(text, strict=False,", "parse(strict, text,")})
    assert why(shop)["shop/orders.py:8"] == "gives text, strict by position where it takes strict, text now"


def test_a_constructor_is_called_by_its_class(shop: Place) -> None:
    shop.stage(
        {"shop/money.py": MONEY.replace('cents, currency="EUR"', "cents, currency").replace("(int(whole))", "(1, 2)")}
    )
    assert "shop/orders.py:6" in why(shop)


def test_what_an_unknown_decorator_makes_of_a_function_is_not_sure(shop: Place) -> None:
    shop.commit({"shop/money.py": MONEY.replace("def parse", "@wrapped\ndef parse")})
    shop.stage({"shop/money.py": MONEY.replace("def parse", "@wrapped\ndef parse").replace(', *, symbol="€"', "")})
    assert [finding.fails for finding in shop.check().findings] == [False]


def test_a_decorator_that_comes_or_goes_with_the_parameters_makes_it_unsure(place: Place) -> None:
    plain, filled = "def total(x):\n    return x\n", "@pass_context\ndef total(ctx, x):\n    return x\n"
    user = {"shop/use.py": "from shop.sums import total\n\nprint(total(1))\n"}
    for before, after in ((plain, filled), (filled.replace("ctx, x", "ctx"), plain.replace("(x)", "(x, y)"))):
        place.commit({"shop/sums.py": before, **user})
        place.stage({"shop/sums.py": after})
        assert [(finding.fails, finding.uses[0].confidence) for finding in place.check().findings] == [(False, 0.693)]
    place.commit({"shop/sums.py": plain})
    place.stage({"shop/sums.py": filled.replace("pass_context", "staticmethod")})
    assert [finding.fails for finding in place.check().findings] == [True]


def test_a_function_that_is_only_named_is_not_called(shop: Place) -> None:
    shop.commit({"shop/other.py": "from shop.money import parse\n\nreaders = [parse]\n"})
    shop.stage({"shop/money.py": MONEY.replace("*, symbol", "*, locale, symbol")})
    assert not any(place.startswith("shop/other.py") for place in why(shop))


@pytest.mark.parametrize(
    ("before", "after", "use", "fails"),
    [
        (
            "defmodule A do\n  def f(a), do: a\nend\n",
            "defmodule A do\n  def f(a, b), do: a + b\nend\n",
            ("b.ex", "defmodule B do\n  def g(x), do: x |> A.f()\nend\n"),
            [],
        ),
        (
            "local M = {}\nfunction M.f(a) end\nreturn M\n",
            "local M = {}\nfunction M.f() end\nreturn M\n",
            ("b.lua", 'local a = require("a")\na.f(1)\n'),
            [False],
        ),
    ],
    ids=["pipes of Elixir give one more", "Lua does not count"],
)
def test_languages_whose_calls_do_not_tell(
    tmp_path: Path, before: str, after: str, use: tuple[str, str], fails: list[bool]
) -> None:
    name = f"a.{use[0].partition('.')[2]}"
    place = Place(tmp_path / "x").commit({name: before, use[0]: use[1]})
    assert [finding.fails for finding in place.stage({name: after}).check().findings] == fails


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f()", Call(0, (), False)),
        ("f(a, (b, c), [d, e])", Call(3, (), False)),
        ("f(a, b=c == d, e=f(g, h))", Call(1, ("b", "e"), False)),
        ("f(a == b)", Call(1, (), False)),
        ("f(*a, **b)", Call(0, (), True)),
        ("f(x for x in y)", Call(0, (), True)),
        ("f('),', \"(\", '''(\n''')", Call(3, (), False)),
        ("f(\n    a,  # not, this)\n    b,\n)", Call(2, (), False)),
        ("f (a)", Call(1, (), False)),
        ("f<T>(a)", Call(1, (), False)),
        ("f", None),
        ("f(a, b", None),
        ("f[a]", None),
    ],
)
def test_reading_calls(text: str, found: Call | None) -> None:
    assert call_at(text, 1, 0, "f") == found


@pytest.mark.parametrize(
    ("head", "call", "word"),
    [
        ("def f(a, b): ...", Call(2, (), False), ""),
        ("def f(a, b): ...", Call(1, (), False), "does not give b"),
        ("def f(a, b): ...", Call(1, (), True), ""),
        ("def f(a, b=1): ...", Call(1, (), False), ""),
        ("def f(a, /): ...", Call(0, ("a",), False), "gives a, which"),
        ("def f(*a): ...", Call(9, (), False), ""),
        ("def f(**a): ...", Call(0, ("x",), False), ""),
        ("def f(*, a): ...", Call(1, (), False), "takes none"),
        ("async def f(a: dict[str, int] = {}) -> None: ...", Call(1, (), False), ""),
    ],
)
def test_fitting(head: str, call: Call, word: str) -> None:
    takes = python_parameters(head, method=False)
    assert takes is not None
    found = misfit(call, takes)
    assert (word in found) if word else found == ""


def test_what_cannot_be_read_has_no_parameters() -> None:
    assert python_parameters("def f(a,", method=False) is None
    assert counted_parameters("int f", "f") is None


def test_parameters_of_other_languages() -> None:
    typed = counted_parameters("function f(a: Map<string, number>, b?: string, ...c: any[]): void", "f")
    assert typed is not None
    assert ([one.optional for one in typed.positional], typed.any_positional) == ([False, True], True)
    bound = counted_parameters("fn f(&mut self, a: u8) -> u8", "f")
    assert bound is not None
    assert len(bound.positional) == 1


def test_showing_and_swapping() -> None:
    old, new = (python_parameters(f"def f({text}): ...", method=False) for text in ("a, b", "b, a, *, c=1"))
    assert old is not None
    assert new is not None
    assert shown(new) == "(b, a, *, c=…)"
    assert swapped(Call(1, (), False), old, new) == "gives a by position where it takes b now"
    assert swapped(Call(0, ("a", "b"), False), old, new) == ""
