"""Which binding of a name holds where, and what is near a place without looking at it twice."""

from __future__ import annotations

import random
import time

import pytest

from ctxpack.parse import parse
from ctxpack.parse.places import way
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.text import joined, joined_spaced, spaced


def scopes(*bindings, ordered=False, blocks=()):
    made = Scopes([(0, 100), (20, 60)], blocks, ordered=ordered)
    for name, offset, value, since in bindings:
        made.bind(name, made.home(name, offset), value, since)
    return made


def test_the_last_binding_before_the_use_counts_and_the_first_before_all():
    found = scopes(("x", 1, "a", 1), ("x", 70, "b", 70), ("x", 80, "c", 80))
    assert [found.lookup("x", offset) for offset in (0, 1, 69, 70, 79, 80, 99)] == ["a", "a", "a", "b", "b", "c", "c"]
    assert found.lookup("x", 100) is None
    assert found.lookup("y", 50) is None


def test_a_binding_holds_no_sooner_than_the_one_before_it():
    found = scopes(("x", 1, "outer", 10), ("x", 4, "inner", 8))
    assert [found.lookup("x", offset) for offset in (0, 8, 9, 10, 11)] == ["outer", "outer", "outer", "inner", "inner"]


def test_inner_scopes_hide_outer_ones_and_order_may_matter():
    bindings = (("x", 1, "outer", 1), ("x", 30, "inner", 30))
    assert [scopes(*bindings).lookup("x", offset) for offset in (25, 30, 60)] == ["inner", "inner", "outer"]
    found = scopes(*bindings, ordered=True)
    assert [found.lookup("x", offset) for offset in (0, 25, 30, 60)] == [None, "outer", "inner", "outer"]


def test_a_name_is_released_hoisted_or_bound_outside_its_own_scope():
    made = Scopes([(0, 100)], [(20, 60)])
    assert [made.home("x", 30), made.home("x", 30, hoisted=True), made.home("x", 30, own=True)] == [1, 0, 0]
    made.release("x", 5)
    assert [made.home("x", 5), made.home("y", 5), made.home("x", 30), made.home("x", 200)] == [-1, 0, 1, -1]


def test_a_sweep_tells_what_a_lookup_tells():
    found = scopes(("x", 1, "a", 1), ("y", 30, "b", 30), ordered=True)
    offsets = list(range(110))
    for name in ("x", "y", "z"):
        swept = [found.binds(name, scope, at) for scope, at in zip(found.around(offsets), offsets, strict=True)]
        assert swept == [found.lookup(name, offset) is not None for offset in offsets]


def cost_of_bindings(count):
    begun = time.process_time()
    facts = parse("def f():\n" + "    x = g(x)\n" * count, "python").facts
    assert {(one.name, one.qualifier) for one in facts.references} == {("g", "")}
    return time.process_time() - begun


def test_many_bindings_of_one_name_cost_in_proportion():
    cost_of_bindings(100)
    assert cost_of_bindings(32_000) / cost_of_bindings(4_000) < 30, (
        "eight times as many; 64 if each looked at all others"
    )


@pytest.mark.parametrize("text", ["", "\n", "one", "one\n", "a\n\nb é c\n", "ü\nüü ü\r\nx"])
def test_positions_swept_are_positions_counted(text):
    source = Source(text)
    offsets = range(len(source.data) + 1)
    assert source.positions(offsets) == [_position(source, offset) for offset in offsets]


def _position(source, offset):
    before = source.data[:offset].split(b"\n")
    return len(before), len(before[-1].decode("utf-8", "replace"))


def test_words_of_bytes_are_words_of_text():
    letters = "aB1_é -.(\n\"'ß\u0301\u2028中\udc80x"
    chosen = random.Random(3)
    for _ in range(300):
        text = "".join(chosen.choices(letters, k=30))
        pieces = [text[:11], text[11:]]
        data = [spaced(piece.encode("utf-8", "surrogatepass")) for piece in pieces]
        assert joined_spaced(data) == joined(pieces)


class Tree:
    """A node with named children and fields, as far as ways go."""

    def __init__(self, name, *children, **fields):
        self.name, self.named_children, self.fields, self.parent = name, children, fields, None
        self.named_child_count = len(children)
        for child in (*children, *fields.values()):
            child.parent = self

    def named_child(self, index):
        return self.named_children[index]

    def child_by_field_name(self, name):
        return self.fields.get(name)


def test_ways_lead_by_fields_positions_and_parents():
    inner = Tree("inner", Tree("a"), Tree("b"))
    tree = Tree("top", inner, Tree("last"), object=Tree("object", Tree("deep")))

    def reached(place, node=tree):
        found = way(place)(node)
        return found.name if found is not None else None

    assert [reached(place) for place in ("0", "-1", "0/1", "object", "object/0", ".", "0/-2")] == [
        "inner", "last", "b", "object", "deep", "top", "a",
    ]  # fmt: skip
    assert [reached(place) for place in ("2", "-3", "..", "../0", "field", "object/x|1", "x|y")] == [
        None, None, None, None, None, "last", None,
    ]  # fmt: skip
    assert reached("../1", inner) == "last"


@pytest.mark.parametrize("asked", [("x", "y"), ("y", "x"), ("x",)])
def test_values_are_the_same_in_whatever_order_they_are_asked_for(asked):
    chain = ["a0 = Order()", *(f"a{n} = a{n - 1}" for n in range(1, 3000)), "a5 = Item()", "x = a2999", "y = a5"]
    body = "".join(f"    {line}\n" for line in (*chain, *(f"self.{name} = {name}" for name in asked)))
    definitions = parse(f"def f(self):\n{body}", "python").facts.definitions
    found = {one.name: one.type for one in definitions if one.kind == "field"}
    assert found == {name: {"x": "Order()", "y": "Item()"}[name] for name in asked}


def test_a_value_knows_nothing_of_what_is_bound_later():
    text = "def f():\n    for _ in z:\n        x = y.a\n        y = Order()\n        x.b()\n        y.c()\n"
    assert {(one.name, one.qualifier) for one in parse(text, "python").facts.references} >= {
        ("b", "y.a"), ("c", "Order()")
    }  # fmt: skip
