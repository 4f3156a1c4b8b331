"""Elixir: modules through aliases, functions by the number of their arguments, and what `use` brings in."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

FILES = {
    "lib/shop/order.ex": "defmodule Shop.Order do\n  @type t :: map\n  def price(o), do: price(o, 1)\n"
    '  def price(o, [a, "("] \\\\ []), do: o\n  def price(o, a, b), do: helper(o, a, b)\n'
    "  defp helper(a, b, c), do: a\n"
    "  defmodule Line do\n    def price(l), do: other(l)\n  end\nend\n",
    "lib/shop/help.ex": "defmodule Shop.Help do\n  def other(x), do: x\n  def unused(x), do: x\nend\n",
    "lib/web.ex": "defmodule Web do\n  def controller do\n    quote do\n      import Shop.Help\n"
    "      alias Shop.Order\n"
    "      unquote(more())\n    end\n  end\n  defp more do\n    quote do\n      import Shop.Extra\n    end\n  end\n"
    "  defmacro __using__(which) do\n    apply(__MODULE__, which, [])\n  end\nend\n",
    "lib/shop/extra.ex": "defmodule Shop.Extra do\n  defmacro extra(x), do: x\nend\n",
    "lib/base.ex": "defmodule Base do\n  defmacro __using__(_) do\n    quote do\n      import unquote(__MODULE__)\n"
    "      def injected(x), do: x\n    end\n  end\n  def based(x), do: x\nend\n",
}


def linked(files: dict[str, str]) -> Linked:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return link(Project(facts, lambda path: files.get(path, "")))


def targets(files: dict[str, str], path: str) -> list[tuple[str, str, int]]:
    """The name of each link, with the definition that it leads to and its line."""
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in files.items()}
    found = [
        (one.name, facts[one.target].definitions[one.symbol]) for one in linked(files).links[path] if one.symbol >= 0
    ]
    return [(name, definition.qualname, definition.line) for name, definition in found]


def of(code: str) -> list[tuple[str, str, int]]:
    return targets(FILES | {"lib/app.ex": f"defmodule App do\n{code}\nend\n"}, "lib/app.ex")


ORDER, PRICE = ("Order", "Shop.Order", 1), "Shop.Order.price"


def test_functions_by_the_number_of_arguments_pipes_and_blocks_included() -> None:
    assert of("alias Shop.Order\ndef a, do: Order.price(1)") == [ORDER, ("price", PRICE, 3)]
    assert of("def a, do: Shop.Order.price(1, 2)") == [ORDER, ("price", PRICE, 4)]
    assert of("alias Shop.Order, as: O\ndef a(x), do: x |> O.price(1, 2)") == [
        ("O", "Shop.Order", 1),
        ("price", PRICE, 5),
    ]
    assert of("def a, do: (Shop.Order.price(1, 2) do\n 1\nend)") == [ORDER, ("price", PRICE, 5)]
    assert of("def a, do: Shop.Order.price(1, 2, 3, 4)") == [ORDER]
    assert of("def a, do: (case Shop.Order.price(1) do\n 1 -> 2\nend)") == [ORDER, ("price", PRICE, 3)]
    assert of("def a, do: ok?(1)\ndef ok?(x) when x == ?(, do: x") == [("ok?", "App.ok?", 3)]


def test_what_is_private_external_or_another_modules_is_not_meant() -> None:
    assert of("def a, do: Shop.Order.helper(1, 2, 3)") == [ORDER]
    assert of("def a(price), do: price.price(1) + other(1) + Order.price(1) + Enum.map([], price)") == []
    assert targets(FILES, "lib/shop/order.ex") == [
        ("price", PRICE, 4),
        ("helper", "Shop.Order.helper", 6),
    ]


def test_modules_inside_modules_and_the_module_itself() -> None:
    assert of("def a, do: __MODULE__.b()\ndef b, do: %In{}\ndefmodule In do\nend") == [
        ("b", "App.b", 3),
        ("In", "App.In", 4),
    ]
    assert of("alias Shop.Order\nalias Order.Line\ndef a, do: Line.price(1)") == [
        ("Line", "Shop.Order.Line", 7),
        ("price", "Shop.Order.Line.price", 8),
    ]


def test_imports_bring_functions_in_all_or_some() -> None:
    assert of("import Shop.Help\ndef a, do: other(1) + unused(1, 2)") == [("other", "Shop.Help.other", 2)]
    assert of("import Shop.Help, only: [other: 1]\ndef a, do: other(1) + unused(1)") == [
        ("other", "Shop.Help.other", 2),
        ("other", "Shop.Help.other", 2),
    ]
    assert of("def b do\n import Shop.Help\nend\ndef a, do: other(1)") == []


def test_use_brings_in_what_the_module_imports_aliases_and_defines() -> None:
    used = of("use Web, :controller\ndef a, do: other(1) + extra(Order.price(1))")
    assert used == [
        ("controller", "Web.controller", 2),
        ("other", "Shop.Help.other", 2),
        ("extra", "Shop.Extra.extra", 2),
        ORDER,
        ("price", PRICE, 3),
    ]
    assert of("use Base\ndef a, do: based(injected(1))") == [
        ("based", "Base.based", 8),
        ("injected", "Base.__using__.injected", 5),
    ]


def test_types_attributes_and_delegates() -> None:
    code = "@limit 1\n@type order :: Shop.Order.t()\n@spec a(order) :: atom\ndef a(x), do: @limit + @gone\n"
    assert of(code) == [ORDER, ("t", "Shop.Order.t", 2), ("order", "App.order", 3), ("@limit", "App.@limit", 2)]
    assert of("defdelegate cost(o), to: Shop.Order, as: :price") == [("price", PRICE, 3), ORDER]
    assert of("defdelegate other(o), to: Shop.Help") == [("other", "Shop.Help.other", 2), ("Help", "Shop.Help", 1)]


def test_tests_are_functions_called_by_what_they_say_and_see_the_functions_beside_them() -> None:
    code = 'describe "a/1" do\n  test "gives 1.0" do\n    assert a(1)\n  end\n  defp a(x), do: x\nend'
    facts = parse(f"defmodule T do\n{code}\nend\n", "elixir").facts
    names = [one.qualname for one in facts.definitions]
    assert names == ["T", "T.describe a/1", "T.describe a/1.test gives 1 0", "T.describe a/1.a"]
    assert of(code) == [("a", "App.describe a/1.a", 6)]


def test_a_module_of_several_files_is_the_nearest_or_none() -> None:
    files = {
        "a/x.ex": "defmodule X do\nend\n",
        "b/x.ex": "defmodule X do\nend\n",
        "a/y.ex": "defmodule Y do\n  X\nend\n",
    }
    assert [one.target for one in linked(files).links["a/y.ex"]] == ["a/x.ex"]
    assert linked(files | {"z.ex": "defmodule Z do\n  X\nend\n"}).links["z.ex"] == ()


def test_modules_that_are_used_and_imported_make_edges() -> None:
    files = FILES | {"lib/app.ex": "defmodule App do\n  use Base\n  import Shop.Help\n  require Logger\nend\n"}
    found = {(one.target, one.kind) for one in linked(files).links["lib/app.ex"] if one.symbol < 0}
    assert found == {("lib/base.ex", "includes"), ("lib/shop/help.ex", "imports")}
