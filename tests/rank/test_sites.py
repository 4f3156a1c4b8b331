"""Where the name stands that a task takes away."""

from collections.abc import Mapping, Sequence

import pytest

from ctxpack.model import Definition, FileFacts, Link, SourceFile
from ctxpack.rank.context import Seed, Surroundings
from ctxpack.rank.sites import Site, replaced, sites


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("remove `ping` and Writer.pong()", {"ping", "pong", "and"}),
        ("server: drop the AddrStream struct (#12)", {"the", "AddrStream", "struct", "12"}),
        ("Rename keep_alive to pool_idle\n\nDeprecates Client::max_idle.", {"keep_alive", "max_idle"}),
        ("use render instead of stringify in the client", {"stringify"}),
        ("remove an unused argument from week_end", {"an", "unused", "argument"}),
        ("fix removal of items", set()),
        ("make the cache faster", set()),
    ],
)
def test_what_a_task_takes_away_stands_after_its_verb_up_to_the_next_turn(task: str, names: set[str]) -> None:
    assert replaced(task) == names


def _around(links: Mapping[str, Sequence[Link]], tests: Sequence[str] = ()) -> Surroundings:
    def definition(name: str, line: int) -> Definition:
        return Definition(name, name, "function", (line, line + 3), (line, line), line, 1, "", "")

    facts = {
        path: FileFacts("python", (definition(f"{path}_first", 1), definition(f"{path}_second", 5)), lines=9)
        for path in ("a", *links)
    }
    files = {
        path: SourceFile(path, "python", "test" if path in tests else "source", path, 100) for path in sorted(facts)
    }
    written = {path: frozenset(link.name for link in found) for path, found in links.items()}
    return Surroundings(
        files,
        lambda names: {path: found & names for path, found in written.items() if found & names},
        lambda wanted: {path: facts[path] for path in wanted if path in facts},
        lambda wanted: {path: tuple(links.get(path, ())) for path in wanted},
    )


def _use(line: int, scope: int, symbol: int = 0) -> Link:
    return Link(f"a_{('first', 'second')[symbol]}", line, 1, scope, "a", symbol, "references", "import", 1.0)


SEED = Seed("a", 0.8, {0: 0.5, 1: 0.1})


def found(task: str, seed: Seed, around: Surroundings) -> dict[tuple[str, int], Site]:
    return {(site.path, site.symbol): site for site in sites(task, [seed], around)}


def test_every_use_of_what_goes_is_told_by_its_lines_but_not_those_in_tests() -> None:
    around = _around({"b": [_use(2, 0), _use(3, 0), _use(7, 1)], "t": [_use(2, 0)]}, tests=["t"])
    told = found("remove a_first", SEED, around)
    assert {key: site.lines for key, site in told.items()} == {("b", 0): (2, 3), ("b", 1): (7,)}
    assert all(0.3 < site.score < 0.5 for site in told.values())
    assert "a_first of a" in told["b", 0].reasons[0].because


def test_uses_in_its_own_file_count_but_not_in_itself() -> None:
    around = _around({"a": [_use(3, 0), _use(7, 1)]})
    assert set(found("remove a_first", SEED, around)) == {("a", 1)}


@pytest.mark.parametrize("task", ["speed up a_first", "remove a_second", "remove a_firs"])
def test_of_a_task_that_takes_nothing_away_that_is_probably_meant_there_are_none(task: str) -> None:
    around = _around({"b": [_use(2, 0), _use(3, 0, symbol=1)]})
    assert sites(task, [SEED], around) == ()
