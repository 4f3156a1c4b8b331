"""Weights are found that the tasks ask for, and only those."""

import random

import pytest

from ctxpack.evaluate.fit import Candidate, Sample, fitted, sample
from ctxpack.model import Ranked, Ranking, Reason

WEIGHTS = {"files.words": 1.0, "files.history": 0.3, "files.unseen": 0.5, "roles.test": 0.5}


def tasks(count: int, telling: str, seed: int = 1) -> list[Sample]:
    """Tasks in which one signal is high for the edited file, and the others are noise."""
    generator = random.Random(seed)
    made = []
    for _ in range(count):
        files = []
        for place in range(30):
            parts = {name: WEIGHTS[name] * generator.random() for name in ("files.words", "files.history")}
            if place == 7:
                parts[telling] = WEIGHTS[telling] * (0.7 + 0.3 * generator.random())
            files.append(Candidate(f"f{place:02}", parts, "", 0.0))
        made.append(Sample(tuple(files), (7,)))
    return made


def test_the_signal_that_tells_is_worth_more() -> None:
    found = fitted(tasks(60, "files.history"), WEIGHTS)
    assert found["files.history"] > 0.4
    assert found.get("files.words", 1.0) < 0.8
    assert "files.unseen" not in found


def test_few_tasks_move_little_and_none_nothing() -> None:
    few = fitted(tasks(3, "files.history"), WEIGHTS).get("files.history", 0.3)
    many = fitted(tasks(60, "files.history"), WEIGHTS)["files.history"]
    assert 0.3 <= few < many
    assert fitted([], WEIGHTS) == {}


def test_the_same_tasks_give_the_same_weights() -> None:
    assert fitted(tasks(20, "files.words"), WEIGHTS) == fitted(tasks(20, "files.words"), WEIGHTS)


def test_a_role_takes_away_at_most_nothing() -> None:
    test = Candidate("test", {"files.words": 0.5}, "roles.test", 0.0)
    others = tuple(Candidate(f"f{place}", {"files.words": 0.9}, "", 0.0) for place in range(9))
    found = fitted([Sample((*others, test), (9,))] * 80, WEIGHTS)
    assert 0.8 <= found["roles.test"] <= 1.0


def test_a_ranking_is_taken_apart_as_it_was_put_together() -> None:
    reasons = (
        Reason("words", 0.8, "w"), Reason("history", 0.2, "h"), Reason("role", -0.5, "test file"),
        Reason("mentioned", 0.4, "m"),
    )  # fmt: skip
    plain = Ranked("b.py", "", 0, 0.6, (Reason("words", 0.6, "w"),))
    ranking = Ranking((Ranked("a.py", "", 0, 0.9, reasons), plain), ())
    found = sample(ranking, {"b.py", "gone.py"}, {"a.py": "test", "b.py": "source"})
    assert found is not None
    first, second = found.candidates
    assert first.parts == pytest.approx({"files.words": 0.4, "files.history": 0.1})
    assert (first.role, second.role) == ("roles.test", "")
    assert first.fixed == pytest.approx(0.4)
    assert found.edited == (1,)
    assert sample(ranking, {"gone.py"}, {"a.py": "test", "b.py": "source"}) is None
