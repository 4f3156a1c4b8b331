import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxpack.model import ELISION, Edge, Item
from ctxpack.pack.compose import compose, merged
from ctxpack.pack.order import ZONES, used_first, zones
from ctxpack.pack.plan import Piece, Plan
from ctxpack.pack.select import select
from ctxpack.pack.showing import FileText

spans = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda s: (min(s), max(s))), max_size=8)


@given(spans)
def test_merged_spans_are_in_order_apart_and_inside_the_file(found: list[tuple[int, int]]) -> None:
    joined = merged(found, 30)
    assert all(first <= last <= 30 for first, last in joined)
    assert all(later[0] > earlier[1] + 2 for earlier, later in pairwise(joined))
    covered = {line for first, last in joined for line in range(first, last + 1)}
    assert {line for first, last in found for line in range(first, min(last, 30) + 1)} <= covered


@given(spans)
def test_composed_text_is_whole_lines_and_counted_gaps(found: list[tuple[int, int]]) -> None:
    lines = [f"line {number}" for number in range(1, 31)]
    joined = merged(found, 30)
    shown = compose(lines, joined).split("\n") if joined else []
    kept = [line for line in shown if not line.startswith(ELISION)]
    assert kept == [lines[number - 1] for first, last in joined for number in range(first, last + 1)]
    missing = [tuple(map(int, line.split()[1].split("-"))) for line in shown if line.startswith(ELISION)]
    left_out = {number for first, last in missing for number in range(first, last + 1)}
    assert left_out == (set(range(1, 31)) - {n for a, b in joined for n in range(a, b + 1)} if joined else set())
    assert all(first < last for first, last in missing)


def count(items: Sequence[Item]) -> list[int]:
    """A stand-in for a tokenizer: four characters a token, a frame of ten."""
    return [10 + len(item.text) // 4 for item in items]


def texts(rng: random.Random, files: int) -> dict[str, FileText]:
    made = {}
    for number in range(files):
        text = "\n".join("x" * rng.randint(0, 90) for _ in range(rng.randint(1, 200))) + "\n"
        made[f"f{number}.py"] = FileText.of(text, max(1, len(text) // rng.choice((2, 4, 6))))
    return made


def plans(rng: random.Random, sources: dict[str, FileText]) -> list[Plan]:
    made = []
    for path, text in sources.items():
        last = max(1, len(text.lines))
        pieces = [
            Piece(((first, min(last, first + rng.randint(0, 30))),), rng.random(), body=bool(rng.randint(0, 1)))
            for first in (rng.randint(1, last) for _ in range(rng.randint(1, 8)))
        ]
        made.append(Plan(path, rng.choice(("target", "dependency", "test")), rng.random(), (), pieces))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("seed", range(60))
def test_the_choice_never_exceeds_the_room_and_uses_it(seed: int) -> None:
    rng = random.Random(seed)
    sources = texts(rng, rng.randint(1, 30))
    wishes = plans(rng, sources)
    room = rng.choice((60, 400, 2000, 20_000, 10**6))
    chosen = select(wishes, sources.__getitem__, count, room, until="window", languages={})
    assert chosen.tokens == sum(count(chosen.items)) <= room
    assert {item.path for item in chosen.items} | {one.path for one in chosen.omitted} == set(sources)
    everything = sum(count(select(wishes, sources.__getitem__, count, 10**9, until="window", languages={}).items))
    if everything > room:
        assert chosen.tokens > room * 0.5 or room < 500


def test_the_dearest_use_for_the_tokens_goes_first() -> None:
    text = FileText.of("a" * 40 + "\n" + "b" * 40 + "\n", 20)
    cheap = Plan("cheap.py", "target", 1.0, (), [Piece(((1, 1),), 0.9, body=True)])
    dear = Plan("dear.py", "target", 1.0, (), [Piece(((1, 2),), 0.1, body=True)])
    chosen = select([dear, cheap], lambda _: text, count, 80, until="relevance", languages={})
    assert [item.path for item in chosen.items] == ["cheap.py"]
    assert [(one.path, one.reason) for one in chosen.omitted] == [("dear.py", "the budget is spent")]


def test_what_is_not_worth_its_tokens_is_left_out_even_with_room() -> None:
    text = FileText.of("a" * 4000 + "\n", 1000)
    plan = Plan("dust.py", "dependency", 1e-9, (), [Piece(((1, 1),), 1e-9)])
    relevant = select([plan], lambda _: text, count, 10**6, until="relevance", languages={})
    filled = select([plan], lambda _: text, count, 10**6, until="window", languages={})
    assert relevant.items == () and relevant.omitted[0].reason == "not worth its tokens"
    assert len(filled.items) == 1


def item(path: str, role: str = "dependency") -> Item:
    return Item(path, role, "full", ((1, 1),), path, 1, 1.0, ())  # type: ignore[arg-type]


def edge(source: str, target: str) -> Edge:
    return Edge(source, target, "references", 1, "import", 1.0)


def test_what_is_used_stands_before_what_uses_it_even_round_a_cycle() -> None:
    items = [item("a"), item("b"), item("c"), item("d")]
    edges = [edge("a", "b"), edge("b", "c"), edge("c", "b"), edge("d", "a")]
    ordered = [one.path for one in used_first(items, edges)]
    assert sorted(ordered) == ["a", "b", "c", "d"]
    assert ordered.index("b") < ordered.index("a") < ordered.index("d")


def test_zones_stand_in_the_order_of_the_table() -> None:
    items = [item(role, role) for _, role in reversed(ZONES)]
    assert [zone.name for zone in zones(items, [])] == [name for name, _ in ZONES]
