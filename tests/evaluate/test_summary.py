"""Means, intervals, the worst tasks, and the figure."""

import random
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ctxpack.evaluate import figure
from ctxpack.evaluate.outcome import Gold, Missing, Outcome, PackOutcome, Run
from ctxpack.evaluate.report import Report, heading, table_rows, worst_lines
from ctxpack.evaluate.summary import estimated, rows, worst


def run(places: tuple[int, ...], *shares: float, missing: tuple[Missing, ...] = ()) -> Run:
    packs = [PackOutcome(8000 * 4**at, 7000 * 4**at, share, share, missing) for at, share in enumerate(shares)]
    return Run(places, tuple(packs))


def outcome(commit: str, ours: Run, plain: Run | None = None, **more: object) -> Outcome:
    gold = Gold("code", tuple(f"f{at}.py" for at in range(len(ours.places))), ())
    return Outcome(commit * 40, "2024-01-02", f"task {commit}", gold, ours, plain, **more)  # type: ignore[arg-type]


def test_places() -> None:
    found = run((3, 1, 0))
    assert (found.within(1), found.within(10), found.reciprocal) == (0.0, 0.0, 1.0)
    assert run((3, 5)).within(5) == 1.0
    assert run((0,)).reciprocal == 0.0


def test_intervals_are_those_of_the_theory_and_the_same_each_time() -> None:
    generator = random.Random(1)
    values = [float(generator.random() < 0.3) for _ in range(400)]
    found = estimated(values)
    mean = sum(values) / 400
    spread = 1.96 * (mean * (1 - mean) / 400) ** 0.5
    assert found.mean == pytest.approx(mean)
    assert found.low == pytest.approx(mean - spread, abs=0.012)
    assert found.high == pytest.approx(mean + spread, abs=0.012)
    assert estimated(values) == found


def test_differences_are_taken_task_by_task() -> None:
    hard = [outcome(letter, run((1,), at % 2, 1.0), run((2,), at % 2, 0.5)) for at, letter in enumerate("abcdef")]
    found = {(row.measure, row.budget): row for row in rows(hard)}
    assert found["files", 8000].difference is not None
    assert (found["files", 8000].difference.low, found["files", 8000].difference.high) == (0.0, 0.0)
    assert found["files", 32000].difference is not None
    assert found["files", 32000].difference.mean == 0.5
    assert found["mrr", 0].difference is not None
    assert found["mrr", 0].difference.mean == 0.5
    assert found["acc@1", 0].ours.mean == 1.0
    assert found["acc@5", 0].tasks == 6


def test_tasks_without_definitions_are_not_counted_for_them() -> None:
    bare = outcome("a", Run((1,), (PackOutcome(8000, 10, 1.0, None),)))
    whole = outcome("b", Run((1,), (PackOutcome(8000, 10, 1.0, 0.5),)))
    found = {row.measure: row for row in rows([bare, whole])}
    assert (found["definitions"].tasks, found["definitions"].ours.mean) == (1, 0.5)
    assert found["files"].tasks == 2
    assert "definitions" not in {row.measure for row in rows([bare])}
    assert rows([]) == ()


def test_the_worst_come_first_and_say_what_is_missing() -> None:
    lost = (Missing("f0.py", "", "place 7 of 9; the budget is spent"),)
    found = [
        outcome("a", run((1,), 1.0, 1.0)),
        outcome("b", run((7,), 0.0, 1.0, missing=lost)),
        outcome("c", run((0,), 0.0, 0.0, missing=lost)),
    ]
    assert [one.commit[0] for one in worst(found, 5)] == ["c", "b"]
    lines = list(worst_lines(found, 1))
    assert lines == [f"{'c' * 12}  task c", "    32k: f0.py (place 7 of 9; the budget is spent)"]


def test_the_table_has_a_row_a_measure_and_no_baseline_where_there_is_none() -> None:
    alone = rows([outcome("a", run((1,), 0.5))])
    cells = list(table_rows(alone))
    assert cells[0] == ("", "ctxpack", "95 %")
    assert ("edited files shown at 8k", "50.0 %", "50.0 % to 50.0 %") in cells
    both = list(table_rows(rows([outcome("a", run((1,), 0.5), run((2,), 0.25))])))
    assert ("edited files shown at 8k", "50.0 %", "50.0 % to 50.0 %", "25.0 %", "+25.0 %", "+25.0 % to +25.0 %") in both


def test_an_interruption_is_told() -> None:
    report = Report("scout", 50, 3, {"touches no file": 2}, (outcome("a", run((1,), 1.0)),), interrupted=True)
    text = "\n".join(heading(report))
    assert "1 task from 3 commits: 1 edit code" in text
    assert "interrupted: 1 of 50 tasks" in text
    assert "touches no file (2)" in text


def test_the_figure_is_well_formed_and_holds_every_line() -> None:
    found = rows([outcome("a", run((1,), 0.5, 0.75), run((2,), 0.25, 0.5))])
    text = figure.svg(found, "recall <&> budget")
    root = ET.fromstring(text)
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}polyline")) == 4
    heights = [float(circle.get("cy", "0")) for circle in root.findall(f"{name}circle")]
    assert heights[0] > heights[1]
    assert all(0 < height < 380 for height in heights)
    assert figure.svg(found, "recall <&> budget") == text
    assert figure.svg(rows([outcome("a", run((1,)))]), "nothing") == ""


def test_a_picture_needs_matplotlib(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = rows([outcome("a", run((1,), 0.5, 0.75))])
    figure.png(found, "recall", tmp_path / "f.png")
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
