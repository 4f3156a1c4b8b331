"""What names mean in Julia: files that make up modules, exports, packages, functions with methods in many files."""

from __future__ import annotations

from link_helpers import linked, meaning

SHOP = {
    "src/Shop.jl": (
        'module Shop\nusing Dates: Date\nexport Order, pay\ninclude("order.jl")\ninclude("sub/tax.jl")\n'
        "using .Taxes: rate\nstart() = pay(Order(1))\nend\n"
    ),
    "src/order.jl": (
        "struct Order\n  price::Price\nend\nstruct Price\n  cents::Int\nend\npay(o::Order) = o.price.cents * rate()\n"
    ),
    "src/sub/tax.jl": "module Taxes\nusing ..Shop: Order\nrate() = helper(1)\nhelper(x::Order) = x.price\nend\n",
    "test/runtests.jl": (
        'using Shop\nusing Shop: Price\ninclude("more.jl")\nx = Order(1)\npay(x)\nShop.start()\nstart()\n'
        "Shop.Taxes.rate()\nPrice(2)\n"
    ),
    "test/more.jl": "pay(Order(2))\n",
}


def test_the_files_of_a_module_share_its_names_and_imports() -> None:
    assert meaning(SHOP, "src/Shop.jl", 7, "pay") == {"src/order.jl::pay"}
    assert meaning(SHOP, "src/Shop.jl", 7, "Order") == {"src/order.jl::Order"}
    assert meaning(SHOP, "src/order.jl", 7, "cents") == {"src/order.jl::Price.cents"}
    assert meaning(SHOP, "src/order.jl", 7, "rate") == {"src/sub/tax.jl::Taxes.rate"}
    assert meaning(SHOP, "src/sub/tax.jl", 3, "helper") == {"src/sub/tax.jl::Taxes.helper"}
    assert meaning(SHOP, "src/sub/tax.jl", 4, "price") == {"src/order.jl::Order.price"}


def test_packages_show_what_they_export_and_hold_the_rest() -> None:
    path = "test/runtests.jl"
    assert meaning(SHOP, path, 5, "pay") == {"src/order.jl::pay"}
    assert meaning(SHOP, path, 6, "start") == {"src/Shop.jl::Shop.start"}
    assert meaning(SHOP, path, 7, "start") == set()
    assert meaning(SHOP, path, 8, "rate") == {"src/sub/tax.jl::Taxes.rate"}
    assert meaning(SHOP, path, 9, "Price") == {"src/order.jl::Price"}
    assert meaning(SHOP, "test/more.jl", 1, "Order") == {"src/order.jl::Order"}
    used = {one.target for one in linked(SHOP)[0].links[path] if one.symbol < 0}
    assert used == {"src/Shop.jl", "test/more.jl"}


def test_functions_in_several_files_are_told_by_their_documentation_or_not_at_all() -> None:
    files = {
        "src/A.jl": 'module A\ninclude("b.jl")\ninclude("c.jl")\ninclude("d.jl")\nend\n',
        "src/b.jl": "go(x::Int) = 1\nstop(x::Int) = 1\n",
        "src/c.jl": '"Goes."\ngo(x) = 2\nstop(x) = 2\n',
        "src/d.jl": "use() = go(1) + stop(1)\n",
    }
    assert meaning(files, "src/d.jl", 1, "go") == {"src/c.jl::go"}
    assert meaning(files, "src/d.jl", 1, "stop") == set()


def test_what_is_external_or_local_is_not_linked() -> None:
    files = {
        "src/A.jl": 'module A\nusing Other\ninclude("b.jl")\nprice = 1\nBase.show(x) = 1\nend\n',
        "src/b.jl": (
            "function f(price)\n  total = price\n  show(total)\n  map(price -> price, price)\nend\nother() = far(1)\n"
        ),
    }
    for line, name in ((2, "price"), (3, "total"), (3, "show"), (4, "price"), (6, "far")):
        assert meaning(files, "src/b.jl", line, name) == set()


def test_macros_are_not_the_functions_of_their_name() -> None:
    files = {
        "src/A.jl": 'module A\ninclude("b.jl")\nmacro go(x) end\nstop(x) = 1\nend\n',
        "src/b.jl": "f() = @go 1\ng() = @stop 1\n",
    }
    assert meaning(files, "src/b.jl", 1, "@go") == {"src/A.jl::A.@go"}
    assert meaning(files, "src/b.jl", 2, "@stop") == set()


def test_constants_of_enums_stand_beside_them() -> None:
    files = {"src/A.jl": 'module A\ninclude("b.jl")\n@enum State open closed\nend\n', "src/b.jl": "f() = open\n"}
    assert meaning(files, "src/b.jl", 1, "open") == {"src/A.jl::A.State.open"}


def test_an_included_file_that_is_missing_is_told() -> None:
    files = {"src/A.jl": 'module A\ninclude("gone.jl")\nif true\n include("made.jl")\nend\nend\n'}
    assert [one.expression for one in linked(files)[0].unresolved] == ["gone.jl"]
