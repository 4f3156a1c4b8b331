"""The report of an evaluation: as a JSON document for programs and as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ctxpack.evaluate.figure import thousands
from ctxpack.evaluate.outcome import Missing, Outcome, PackOutcome, Run
from ctxpack.evaluate.summary import Estimate, Row, rows, worst
from ctxpack.model import Value

SCHEMA = "ctxpack.eval/1"
_TITLES = {
    "place": "how early (1 is first)",
    "mrr": "mean reciprocal rank",
    "files": "edited files shown",
    "whole": "all edited files shown",
    "definitions": "edited definitions shown",
    "tokens": "tokens",
}
_KINDS = {"code": "code or schemas", "settings": "settings", "tests": "tests"}
_SHOWN_MISSING = 4


class Report(Value, frozen=True, array_like=True, gc=False):
    """An evaluation: the outcomes of the tasks, and the numbers of commits that were no tasks, by reason (`passed`).

    `wanted` is the number of tasks asked for; `interrupted` says that the user stopped it before that.
    """

    model: str
    wanted: int
    looked_at: int
    passed: Mapping[str, int]
    outcomes: tuple[Outcome, ...]
    interrupted: bool = False


# --- JSON -------------------------------------------------------------------------------------------------------------


def document(report: Report) -> dict[str, Any]:
    """The report as `ctxpack.eval/1`, see `data/schemas/eval.json`."""
    return {
        "schema": SCHEMA,
        "model": report.model,
        "wanted": report.wanted,
        "interrupted": report.interrupted,
        "commits": {
            "looked_at": report.looked_at,
            "passed": [{"reason": reason, "count": count} for reason, count in _by_count(report.passed)],
        },
        "measures": [_row(row) for row in rows(report.outcomes)],
        "tasks": [_outcome(one) for one in report.outcomes],
    }


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _row(row: Row) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "budget": row.budget or None,
        "tasks": row.tasks,
        "ctxpack": _estimate(row.ours),
        "plain": _estimate(row.plain) if row.plain else None,
        "difference": _estimate(row.difference) if row.difference else None,
    }


def _estimate(found: Estimate) -> dict[str, float]:
    return {"mean": found.mean, "low": found.low, "high": found.high}


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "commit": one.commit,
        "date": one.date,
        "title": one.title,
        "kind": one.gold.kind,
        "withheld": list(one.withheld),
        "files": list(one.gold.files),
        "definitions": [f"{path}::{name}" for path, name, _ in one.gold.definitions],
        "ctxpack": _run(one.ours),
        "plain": _run(one.plain) if one.plain else None,
    }


def _run(run: Run) -> dict[str, Any]:
    return {"places": [place or None for place in run.places], "packs": [_pack(pack) for pack in run.packs]}


def _pack(pack: PackOutcome) -> dict[str, Any]:
    missing = [{"path": one.path, "symbol": one.symbol or None, "why": one.why} for one in pack.missing]
    return {
        "budget": pack.budget,
        "tokens": pack.tokens,
        "files": round(pack.files, 6),
        "definitions": None if pack.definitions is None else round(pack.definitions, 6),
        "missing": missing,
    }


# --- text -------------------------------------------------------------------------------------------------------------


def heading(report: Report) -> list[str]:
    """A few lines on how many commits became tasks, of what kinds, and why the others did not."""
    kinds = Counter[str](one.gold.kind for one in report.outcomes)
    edits = ", ".join(f"{kinds[kind]:,} edit {words}" for kind, words in _KINDS.items() if kinds[kind])
    count = len(report.outcomes)
    found = [f"{_many(count, 'task')} from {_many(report.looked_at, 'commit')}{f': {edits}' if edits else ''}"]
    if report.passed:
        reasons = "; ".join(f"{reason} ({number:,})" for reason, number in _by_count(report.passed))
        found.append(f"passed over: {reasons}")
    if held := sum(bool(one.withheld) for one in report.outcomes):
        found.append(f"paths of edited files were taken out of {_many(held, 'message')}")
    if report.interrupted:
        found.append(f"interrupted: {count:,} of {report.wanted:,} tasks were replayed, and the figures are of those")
    return found


def table_rows(found: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """The cells of the table: measure, ctxpack, its interval, the baseline, the difference, and its interval."""
    compared = any(row.plain is not None for row in found)
    yield ("", "ctxpack", "95 %", *(("BM25", "difference", "95 %") if compared else ()))
    for row in found:
        mean, interval = _cells(row.ours, row)
        sized = row.measure == "tokens"
        cells = [title(row), mean, "" if sized else interval]
        if compared and row.plain is not None and row.difference is not None:
            cells += [_cells(row.plain, row)[0], *(("", "") if sized else _cells(row.difference, row, sign="+"))]
        yield tuple(cells)


def cells_of(row: Row) -> tuple[str, str, str, str, str]:
    """The cells of a row that compares two sets of weights: measure, before, after, the difference, its interval."""
    if row.plain is None or row.difference is None:
        return title(row), "", _cells(row.ours, row)[0], "", ""
    return title(row), _cells(row.plain, row)[0], _cells(row.ours, row)[0], *_cells(row.difference, row, sign="+")


def title(row: Row) -> str:
    """A measure in words, with the budget that it is at."""
    words = _TITLES.get(row.measure, row.measure)
    return f"{words} at {thousands(row.budget)}" if row.budget else words


def _cells(found: Estimate, row: Row, sign: str = "") -> tuple[str, str]:
    def cell(value: float) -> str:
        if row.measure == "tokens":
            return f"{value:{sign},.0f}"
        return f"{value:{sign}.3f}" if row.measure in ("mrr", "place") else f"{100 * value:{sign}.1f} %"

    return cell(found.mean), f"{cell(found.low)} to {cell(found.high)}"


def worst_lines(outcomes: Sequence[Outcome], most: int) -> Iterator[str]:
    """The worst tasks, each with what its largest incomplete pack did not show, and why."""
    for one in worst(outcomes, most):
        yield f"{one.commit[:12]}  {one.title}"
        pack = next(pack for pack in reversed(one.ours.packs) if pack.missing)
        for missing in pack.missing[:_SHOWN_MISSING]:
            yield f"    {thousands(pack.budget)}: {_missing(missing)}"
        if len(pack.missing) > _SHOWN_MISSING:
            yield f"    and {len(pack.missing) - _SHOWN_MISSING:,} more"


def _missing(one: Missing) -> str:
    what = f"{one.path}::{one.symbol}" if one.symbol else one.path
    return f"{what} ({one.why})"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
