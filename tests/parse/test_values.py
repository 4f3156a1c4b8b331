from __future__ import annotations

import pytest

from ctxpack.model import FileFacts
from ctxpack.parse import parse
from ctxpack.parse.languages import ecmascript_types, notation, python_types


def facts(text: str, language: str = "python") -> FileFacts:
    return parse(text, language).facts


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("Order", None),
        ("None", "?"),
        ("str", "?"),
        ("'Order'", "Order()"),
        ("shop.Order | None", "shop.Order()"),
        ("Union[A, 'B', None]", "{A()|B()}"),
        ("Optional[List[A]]", "[A()]"),
        ("tuple[A, int]", "[A();?]"),
        ("tuple[A]", "[A();]"),
        ("tuple[A, ...]", "[A()]"),
        ("dict[str, list[A]]", "[?:[A()]]"),
        ("Callable[[A], Awaitable[B]]", "[->B()]"),
        ("AsyncIterator[A]", "[A()]"),
        ("Generator[A, B, C]", "[A()]"),
        ("Coroutine[Any, Any, A]", "A()"),
        ("type[A]", "A"),
        ("Annotated[A, 'B']", "A()"),
        ("Literal['A']", "?"),
        ("Store[A]", "Store()"),
        ("list[int]", "?"),
        ("A[", "?"),
        ("", "?"),
        ("list[" * 200 + "A" + "]" * 200, "?"),
    ],
)
def test_annotations_of_python(annotation: str, value: str | None) -> None:
    assert python_types.type_value(annotation) == value


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("Order", None),
        (": ns.Order", None),
        ("Order[] | undefined", "[Order()]"),
        ("readonly (A | B)[]", "[{A()|B()}]"),
        ("[first: A, second?: B]", "[A();B()]"),
        ("Map<string, A[]>", "[?:[A()]]"),
        ("Promise<A | null>", "A()"),
        ("(x: (y: A) => B) => C", "[->C()]"),
        ("A & B", "{A()|B()}"),
        ("'a' | 'b'", "?"),
        ("keyof A", "?"),
        ("Store<A>", "Store()"),
        ("(", "?"),
        ("A" + "[]" * 500, "?"),
    ],
)
def test_types_of_typescript(annotation: str, value: str | None) -> None:
    assert ecmascript_types.type_value(annotation) == value


def test_a_union_keeps_its_order_and_names_each_once() -> None:
    assert notation.either(["{A()|[{B()|C()}]}", "A()", "?", "D()"]) == "{A()|[{B()|C()}]|D()}"


def test_values_that_double_with_each_statement_stay_small() -> None:
    lines = ["def f(a0: Foo):", *(f"    a{n + 1} = (a{n}, a{n})" for n in range(60)), "    a60[0].go()"]
    found = facts("\n".join(lines)).references
    assert max(len(one.qualifier) for one in found) < 1000
    script = [
        "function f(a0: Foo) {",
        *(f"  const a{n + 1} = [a{n}, a{n}, g]" for n in range(60)),
        "  a60[0].go()",
        "}",
    ]
    found = facts("\n".join(script), "typescript").references
    assert max(len(one.qualifier) for one in found) < 1000


def test_many_tests_in_one_condition_are_read() -> None:
    for count, told in ((3, ["A2()"]), (600, ["?"])):
        tests = " and ".join(f"isinstance(x, A{n})" for n in range(count))
        found = facts(f"def f(x):\n    if {tests}:\n        x.go()\n").references
        assert [one.qualifier for one in found if one.name == "go"] == told
