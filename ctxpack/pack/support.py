"""What a choice of lines says of the rest: a definition that only lines which are not shown would use is of little use.

Needs are found before anybody knows what there is room for. So the choice is made twice: once by what every piece would
be worth if all were shown, then with less for those whose users the first choice left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ctxpack.model import Item, Span
from ctxpack.pack.plan import Piece, Plan

_LINE_LEFT_OUT = 0.25
_FILE_LEFT_OUT = 0.1
"""What a piece keeps of its value where the line that it is for, or all of that file, is not shown."""


def supported(plans: Iterable[Plan], shown: Iterable[Item]) -> list[Plan]:
    """The plans, with the values of pieces lowered whose place is not among the items that are shown."""
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
