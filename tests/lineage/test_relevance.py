"""Which datasets a change needs to know, and which of them lie below it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ctxpack.datamodel.lineage import DataEdge, DataMap, Dataset, Use
from ctxpack.lineage.answers.relevance import LikelyFile, relevant, with_needed
from ctxpack.lineage.flow.network import Network
from ctxpack.lineage.flow.order import components


def network(*edges: str) -> Network:
    pairs = [edge.split(" > ") for edge in edges]
    names = sorted({name for pair in pairs for name in pair})
    upstream: dict[str, list[str]] = {}
    for source, target in pairs:
        upstream.setdefault(target, []).append(source)
    place = {name: at for at, members in enumerate(components(names, upstream)) for name in members}
    return Network(
        DataMap(
            tuple(Dataset(name, "table", "", f"{name}.sql", 1) for name in names),
            tuple(place[name] for name in names),
            tuple(DataEdge(source, target, f"{target}.sql", 1, 1.0, "sql") for source, target in pairs),
            {name: (Use(f"{name}.sql", 1, "sql", 1.0),) for name in names},
            {},
            {},
        )
    )


def roles(found: Network, task: str, files: dict[str, float]) -> dict[str, str]:
    likely = [LikelyFile(path, chance, {}) for path, chance in files.items()]
    return {one.name: one.side for one in relevant(found, task, [], likely)}


FOUND = network("raw > staged", "staged > wanted_table", "wanted_table > report", "staged > other", "report > export")


def test_what_is_made_from_the_target_depends_on_it_and_what_it_reads_does_not() -> None:
    assert roles(FOUND, "fix the wanted_table", {}) == {
        "raw": "upstream",
        "staged": "upstream",
        "wanted_table": "upstream",
        "report": "dependent",
    }


def test_a_dataset_of_a_probable_file_is_below_the_target_too() -> None:
    assert roles(FOUND, "", {"wanted_table.sql": 0.9, "export.sql": 0.4, "other.sql": 0.4}) == {
        "raw": "upstream",
        "staged": "upstream",
        "wanted_table": "upstream",
        "report": "dependent",
        "export": "dependent",
        "other": "upstream",
    }


def test_what_is_upstream_of_one_target_and_below_another_is_upstream() -> None:
    assert roles(FOUND, "", {"wanted_table.sql": 0.9, "export.sql": 0.9})["report"] == "upstream"


def test_what_leads_neither_to_a_named_dataset_nor_from_it_is_only_related() -> None:
    found = relevant(FOUND, "", ["wanted_table"], [LikelyFile("export.sql", 0.4, {}), LikelyFile("other.sql", 0.4, {})])
    assert {one.name: one.side for one in found} == {
        "raw": "upstream",
        "staged": "upstream",
        "wanted_table": "upstream",
        "report": "dependent",
        "export": "dependent",
        "other": "related",
    }


def worth(file: LikelyFile) -> float:
    """What a file's only use of `raw`, at its line 1, makes that dataset worth."""
    found = {one.name: one.worth for one in relevant(network("raw > staged"), "", [], [file])}
    return found.get("raw", 0.0)


def test_a_line_counts_as_its_definition_does_and_others_of_the_file_for_less() -> None:
    whole = worth(LikelyFile("raw.sql", 0.8, {}))
    assert whole > 0
    assert worth(LikelyFile("raw.sql", 0.8, {(5, 9): 0.9})) == pytest.approx(0.6 * whole)
    assert worth(LikelyFile("raw.sql", 0.8, {(1, 9): 0.8})) == pytest.approx(whole)
    assert worth(LikelyFile("raw.sql", 0.8, {(1, 9): 0.01})) == pytest.approx(0.5 * whole)
    assert worth(LikelyFile("raw.sql", 0.8, {(2, 9): 1.0})) < 0.5 * whole


def of_a_dump(tables: int, spans: dict[tuple[int, int], float], named: Sequence[str] = ()) -> list[float]:
    """What a likely file that writes so many tables, the first at its line 1, makes them worth, in their order."""
    names = [f"t{at:02}" for at in range(tables)]
    written = {name: (Use("dump.sql", 1 + at * 10, "sql", 1.0),) for at, name in enumerate(names)}
    datasets = tuple(Dataset(name, "table", "", "dump.sql", written[name][0].line) for name in names)
    dump = Network(DataMap(datasets, tuple(range(tables)), (), written, {}, {}))
    found = {one.name: one.worth for one in relevant(dump, "", named, [LikelyFile("dump.sql", 0.8, spans)])}
    return [found.get(name, 0.0) for name in names]


def test_a_file_with_many_datasets_tells_less_of_each_but_its_likely_definitions_as_much_as_ever() -> None:
    (alone,) = of_a_dump(1, {})
    assert of_a_dump(4, {}) == [alone] * 4
    many = of_a_dump(20, {})
    assert 0 < max(many) == pytest.approx(alone / 4)
    first, *others = of_a_dump(20, {(1, 5): 0.8})
    assert first == pytest.approx(alone)
    assert max(others) < alone / 4
    assert of_a_dump(20, {(1, 500): 0.8}) == pytest.approx([alone / 4] * 20)


def test_of_a_file_that_makes_a_named_dataset_the_others_count_little() -> None:
    assert sorted(of_a_dump(3, {(1, 500): 1.0}, ["t01"])) == pytest.approx([0.05, 0.05, 1.0])
    assert sorted(of_a_dump(20, {(1, 500): 1.0}, ["t01"])) == [0.0] * 19 + [1.0]


@pytest.mark.parametrize(
    ("task", "because"),
    [
        ("add a label to github.issue", "named in the task"),
        ("add a label to every issue", "the task says issue"),
        ("read silver.open_pulls anew", "named in the task"),
        ("read open_pulls anew", "the task says open_pulls"),
        ("rename fct_pulls", "named in the task"),
        ("show the reviewers", "the task says reviewers"),
    ],
)
def test_a_dataset_is_said_to_be_named_only_where_its_whole_name_is_in_the_task(task: str, because: str) -> None:
    found = network("github.issue > fct_pulls", "silver.open_pulls > fct_pulls", "reviewers > fct_pulls")
    reasons = [one.because for one in relevant(found, task, [], []) if not one.because.startswith(("upstr", "made"))]
    assert reasons == [because]


def test_a_dataset_that_the_code_around_a_change_uses_is_given_with_that_reason() -> None:
    before = relevant(FOUND, "fix the wanted_table", [], [])
    needed = [
        ("export", 0.4, "used by a.sql:3"),
        ("wanted_table", 0.4, "used by b.sql:3"),
        ("raw", 0.5, "used by c.sql:3"),
    ]
    after = {one.name: one for one in with_needed(before, needed, FOUND)}
    assert set(after) == {*(one.name for one in before), "export"}
    assert (after["export"].worth, after["export"].because) == (0.4, "used by a.sql:3")
    assert (after["wanted_table"].worth, after["wanted_table"].because) == (0.6, "named in the task")
    assert (after["raw"].worth, after["raw"].side) == (0.5, "upstream")
