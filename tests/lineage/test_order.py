"""What is upstream comes first; what depends on itself stands together."""

from __future__ import annotations

import random

import networkx as nx

from ctxpack.lineage.flow.order import components


def test_upstream_first() -> None:
    assert components(["c", "a", "b"], {"c": ("b",), "b": ("a",)}) == [("a",), ("b",), ("c",)]


def test_a_cycle_is_one_component() -> None:
    assert components(["a", "b", "c"], {"a": ("b",), "b": ("a",), "c": ("a",)}) == [("a", "b"), ("c",)]


def test_as_networkx_says_of_random_graphs() -> None:
    chance = random.Random(7)
    for _ in range(50):
        names = [f"n{i}" for i in range(12)]
        upstream = {name: tuple(chance.sample(names, chance.randrange(4))) for name in names}
        found = components(names, upstream)
        graph = nx.DiGraph([(name, other) for name, others in upstream.items() for other in others])
        graph.add_nodes_from(names)
        assert {frozenset(one) for one in found} == {frozenset(one) for one in nx.strongly_connected_components(graph)}
        position = {name: number for number, one in enumerate(found) for name in one}
        assert all(position[other] <= position[name] for name, others in upstream.items() for other in others)


def test_a_long_chain_needs_no_recursion() -> None:
    upstream = {f"n{i}": (f"n{i - 1}",) for i in range(1, 5000)}
    assert len(components(["n4999"], upstream)) == 5000
