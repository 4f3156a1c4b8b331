"""Budgets of steps: what ends an entry point, what its program has left, and parts with a budget of their own."""

import pytest

from ctxpack.datamodel.lineage import ReadSite
from ctxpack.lineage.spark.state.budget import MOST_STEPS, Budget, Exhausted
from ctxpack.lineage.spark.state.recorder import Recorder


@pytest.fixture
def budget() -> Budget:
    return Budget(Recorder())


def test_an_entry_point_that_records_nothing_ends_early(budget: Budget) -> None:
    with budget.entry("a.py"):
        budget.step(20_000)
        with pytest.raises(Exhausted):
            budget.step()


def test_one_that_records_something_goes_on_to_the_end_of_its_program(budget: Budget) -> None:
    with budget.entry("a.py"):
        budget.recorder.read(ReadSite("orders", "a.py", 1, 1.0, "read"))
        budget.step(MOST_STEPS)
        with pytest.raises(Exhausted):
            budget.step()
    assert budget.spent == {"a.py": MOST_STEPS + 1}


def test_entry_points_of_a_program_share_what_it_has(budget: Budget) -> None:
    budget.spent["a.py"] = MOST_STEPS - 1000
    with budget.entry("a.py"):
        budget.step(1000)
        with pytest.raises(Exhausted):
            budget.step()
    with budget.entry("b.py"):
        budget.step(20_000)
    assert budget.spent == {"a.py": MOST_STEPS + 1, "b.py": 20_000}


def test_a_part_on_its_own_takes_nothing_from_the_entry_point(budget: Budget) -> None:
    with budget.entry("a.py"):
        budget.step(19_000)
        with budget.apart(50_000):
            budget.step(50_000)
        budget.step(1_000)
        with pytest.raises(Exhausted):
            budget.step()


def test_a_part_that_takes_too_many_steps_ends_alone(budget: Budget) -> None:
    with budget.entry("a.py"):
        with pytest.raises(Exhausted), budget.apart(10):
            budget.step(11)
        budget.step(20_000)
