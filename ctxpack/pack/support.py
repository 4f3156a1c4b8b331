"""Lowers the value of needed definitions whose users are not shown, between two rounds of selection.

Needs are found before it is known what fits: a definition may be needed only by lines that are then left out. So the
selection runs twice: first with values as if everything were shown, then with lower values for needs whose users the
first round left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ctxpack.model import Item, Span
from ctxpack.pack.plan import Piece, Plan

_LINE_LEFT_OUT = 0.25
_FILE_LEFT_OUT = 0.1
"""The factors on a piece's value where the line that needs it, or that line's whole file, is not shown."""


def supported(plans: Iterable[Plan], shown: Iterable[Item]) -> list[Plan]:
    """The plans, with lower values for pieces whose place `of` is not in the items `shown`."""
    spans = {item.path: item.spans for item in shown if item.level != "mention"}
    return [replace(plan, pieces=[_weighed(piece, spans) for piece in plan.pieces]) for plan in plans]


def _weighed(piece: Piece, shown: dict[str, tuple[Span, ...]]) -> Piece:
    if piece.of is None:
        return piece
    path, line = piece.of
    if path not in shown:
        return replace(piece, value=piece.value * _FILE_LEFT_OUT)
    return piece if _holds(shown[path], line) else replace(piece, value=piece.value * _LINE_LEFT_OUT)


def _holds(spans: Sequence[Span], line: int) -> bool:
    return not line or any(first <= line <= last for first, last in spans)
