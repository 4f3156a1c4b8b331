"""Plots recall against budget: as SVG, written directly, or as PNG where matplotlib is installed."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from ctxpack import writing
from ctxpack.errors import ConfigError
from ctxpack.evaluate.summary import Estimate, Row
from ctxpack.model import Value

_WIDTH, _HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 84, 48
_OURS, _PLAIN, _INK, _GRID = "#1f5fa8", "#b3541e", "#22262a", "#dfe3e6"
_NAMES = {"files": "edited files", "definitions": "edited definitions"}


class Line(Value, frozen=True, array_like=True, gc=False):
    """A named line of the figure: (budget, estimate) from left to right."""

    name: str
    color: str
    dashed: bool
    points: tuple[tuple[int, Estimate], ...]


def lines(rows: Sequence[Row]) -> tuple[Line, ...]:
    """The lines to draw: shares of files and of definitions at each budget, for ctxpack and the baseline."""
    found = []
    for measure, name in _NAMES.items():
        of_measure = [row for row in rows if row.measure == measure and row.budget]
        dashed = measure == "definitions"
        ours = tuple((row.budget, row.ours) for row in of_measure)
        plain = tuple((row.budget, row.plain) for row in of_measure if row.plain is not None)
        found.append(Line(f"ctxpack: {name}", _OURS, dashed, ours))
        found.append(Line(f"plain BM25: {name}", _PLAIN, dashed, plain))
    return tuple(line for line in found if line.points)


def svg(rows: Sequence[Row], title: str) -> str:
    """The figure as self-contained SVG (no external font, script or style); "" where nothing depends on a budget."""
    drawn = lines(rows)
    if not drawn:
        return ""
    budgets = sorted({budget for line in drawn for budget, _ in line.points})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' role="img" font-family="system-ui, sans-serif" font-size="12" fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="24" font-size="14" font-weight="600">{escape(title)}</text>',
        *_axes(budgets),
        *(part for place, line in enumerate(drawn) for part in _drawn(line, budgets, 3.0 * place - 4.5)),
        *_legend(drawn),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def png(rows: Sequence[Row], title: str, file: Path) -> None:
    """Write the figure as PNG; raises ConfigError where matplotlib, the extra `figures`, is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError("a PNG needs matplotlib: install the extra `figures`, or ask for an .svg") from error
    figure = Figure(figsize=(_WIDTH / 100, _HEIGHT / 100), dpi=200)
    axes = figure.subplots()
    for line in lines(rows):
        budgets = [budget for budget, _ in line.points]
        means = [one.mean for _, one in line.points]
        bounds = [[one.mean - one.low for _, one in line.points], [one.high - one.mean for _, one in line.points]]
        style = "--" if line.dashed else "-"
        axes.errorbar(budgets, means, bounds, label=line.name, color=line.color, linestyle=style, marker="o", capsize=2)
    axes.set(title=title, xscale="log", ylim=(0, 1.02), xlabel="tokens", ylabel="share shown")
    ticks = sorted({budget for line in lines(rows) for budget, _ in line.points})
    axes.set_xticks(ticks, [thousands(budget) for budget in ticks])
    axes.minorticks_off()
    axes.grid(color=_GRID)
    axes.legend(loc="lower right", fontsize=7)
    made = io.BytesIO()
    FigureCanvasAgg(figure).print_figure(made, format="png", metadata={"Software": None})
    writing.write(file, made.getvalue())


# --- parts ------------------------------------------------------------------------------------------------------------


def thousands(budget: int) -> str:
    """A number of tokens as it is written on an axis.

    >>> thousands(8000), thousands(1500), thousands(700)
    ('8k', '1.5k', '700')
    """
    return f"{budget / 1000:g}k" if budget >= 1000 else str(budget)


def _x(budget: int, budgets: Sequence[int]) -> float:
    """The x position of a budget on a logarithmic axis; a single budget is in the middle."""
    room = _WIDTH - _LEFT - _RIGHT - 40
    first, last = math.log(budgets[0]), math.log(budgets[-1])
    share = (math.log(budget) - first) / (last - first) if last > first else 0.5
    return round(_LEFT + 20 + share * room, 1)


def _y(share: float) -> float:
    return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def _axes(budgets: Sequence[int]) -> Iterator[str]:
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{_GRID}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tenth * 10} %</text>'
    for budget in budgets:
        x = _x(budget, budgets)
        yield f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{thousands(budget)}</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle" fill="#5a6168">tokens of the whole prompt</text>'


def _drawn(line: Line, budgets: Sequence[int], beside: float) -> Iterator[str]:
    """A line with its points; the intervals are offset by `beside` so that they do not hide each other."""
    places = [(_x(budget, budgets), one) for budget, one in line.points]
    dash = ' stroke-dasharray="5 4"' if line.dashed else ""
    path = " ".join(f"{x},{_y(one.mean)}" for x, one in places)
    for x, one in places:
        yield (
            f'<line x1="{x + beside}" x2="{x + beside}" y1="{_y(one.low)}" y2="{_y(one.high)}" stroke="{line.color}"'
            ' stroke-width="2.5" stroke-opacity="0.3" stroke-linecap="round"/>'
        )
    yield f'<polyline points="{path}" fill="none" stroke="{line.color}" stroke-width="2"{dash}/>'
    fill = "#ffffff" if line.dashed else line.color
    for x, one in places:
        yield (
            f'<circle cx="{x}" cy="{_y(one.mean)}" r="3.5" fill="{fill}" stroke="{line.color}" stroke-width="1.5">'
            f"<title>{escape(line.name)}: {one.mean:.1%} ({one.low:.1%} to {one.high:.1%})</title></circle>"
        )


def _legend(drawn: Sequence[Line]) -> Iterator[str]:
    """Two rows: a column for files, one for definitions."""
    measures = list(dict.fromkeys(line.dashed for line in drawn))
    for dashed in measures:
        x = _LEFT + 250 * measures.index(dashed)
        for row, line in enumerate(one for one in drawn if one.dashed is dashed):
            y = 44 + 18 * row
            dash = ' stroke-dasharray="5 4"' if dashed else ""
            yield f'<line x1="{x}" x2="{x + 22}" y1="{y}" y2="{y}" stroke="{line.color}" stroke-width="2"{dash}/>'
            yield f'<text x="{x + 28}" y="{y + 4}">{escape(line.name)}</text>'
