"""Assembles a pack from candidates: makes a plan for each file, selects pieces, orders zones, counts exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec

from ctxpack.errors import BudgetError
from ctxpack.model import (
    UNPARSED,
    ItemRole,
    Omitted,
    Pack,
    Reason,
    Span,
    Target,
    Until,
    Zone,
)
from ctxpack.pack import front
from ctxpack.pack.excerpts import Telling
from ctxpack.pack.frame import Frame, Listed, Purpose, Sources
from ctxpack.pack.order import zones
from ctxpack.pack.plan import Piece, Plan, data_pieces, need_pieces, site_pieces, target_pieces
from ctxpack.pack.select import Selection, select
from ctxpack.pack.shape import Shape
from ctxpack.pack.showing import FileText
from ctxpack.pack.support import supported
from ctxpack.views import CODER, View

__all__ = ["Candidate", "Frame", "Listed", "Purpose", "Sources", "assemble"]

_LEAST_ROOM = 40
_TARGET_FROM = 0.075
_OF_DATA = frozenset({"upstream", "dependent"})
_NEARLY = 0.5
_EXCERPTED = 40
"""How many of the likeliest files may be shown by an excerpt of the lines with words of the task."""


class Candidate(msgspec.Struct, frozen=True):
    """A file or a definition that may be shown: a probable target, or something that targets need.

    `score` is the probability that it is edited, or needed. `symbols` is set for targets: the edit probability of each
    definition in the file. `of` is set for needs: the place (file, line) that needs it. `lines` is set for users of a
    target: the lines on which they use it. `edited` says that these lines have to be edited too.
    """

    path: str
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]
    symbol: int = -1
    symbols: Mapping[int, float] | None = None
    of: tuple[str, int] | None = None
    lines: tuple[int, ...] = ()
    edited: bool = False


def assemble(candidates: Sequence[Candidate], sources: Sources, frame: Frame, purpose: Purpose) -> Pack:
    """The pack of the best candidates within the budget; raises BudgetError if the budget leaves room for none."""
    target, budget, view = purpose.target, purpose.budget, purpose.view
    room = budget.total - frame.fixed() - purpose.held
    if room < _LEAST_ROOM:
        fixed = "the instructions, the task and the diff" if target.diff else "the instructions and the task"
        raise BudgetError(
            f"a budget of {budget.total:,} tokens is too small: {fixed} take up to "
            f"{budget.total - room:,}, so give at least {budget.total - room + _LEAST_ROOM:,}"
        )
    before = front.items(sources, frame, purpose, room)
    plans = [_seen(plan, view) for plan in _plans(candidates, sources, target)] if view.files else []
    chosen = _chosen(plans, sources, frame, room - sum(item.tokens for item in before), until=budget.until, view=view)
    laid_out = zones((*before, *chosen.items), sources.edges([item.path for item in chosen.items]))
    return Pack(
        target=target,
        model=purpose.model,
        budget=budget,
        zones=laid_out,
        omitted=_omitted(chosen, sources, view),
        problems=(),
        fingerprint=_fingerprint(purpose),
        tokens=_total(laid_out, frame),
        format=purpose.format,
        view=view.name,
    )


def _chosen(plans: Sequence[Plan], sources: Sources, frame: Frame, room: int, *, until: Until, view: View) -> Selection:
    """The selection from the plans, made twice: the second time with values that depend on the first (`support.py`)."""
    densities = _texts(plans, sources, frame)

    def choose(among: Sequence[Plan]) -> Selection:
        return select(
            among,
            densities.__getitem__,
            lambda items: frame.count([frame.item(item) for item in items]),
            room,
            until=until,
            languages={plan.path: sources.files[plan.path].language for plan in among},
            data_share=view.data_share,
        )

    return choose(supported(plans, choose(plans).items))


def _seen(plan: Plan, view: View) -> Plan:
    """A plan with values weighted for a view; without bodies where the view has none, unless the caller asked."""
    weight = view.weight(plan.role)
    if view.bodies and weight == 1.0:
        return plan
    kept = [piece for piece in plan.pieces if view.bodies or piece.asked or not piece.body]
    pieces = [replace(piece, value=piece.value * weight) for piece in kept]
    return replace(plan, pieces=pieces)


def _plans(candidates: Sequence[Candidate], sources: Sources, target: Target) -> list[Plan]:
    """One plan for each file, with the pieces of all its candidates; the first candidate sets the role.

    A target below the least probability has the role "related", or that of a data candidate (upstream, dependent) for
    the same file if that one scores at least `_NEARLY` as much. Where the caller or a diff named targets, only those
    have the role "target".
    """
    least = 1.0 if any(one.role == "target" and one.score >= 1.0 for one in candidates) else _TARGET_FROM
    changed = {change.path: change.spans for change in target.changes}
    plans: dict[str, Plan] = {}
    shapes: dict[str, Shape] = {}
    for one in candidates:
        if one.path not in sources.facts or not sources.texts.get(one.path, "").strip():
            continue
        plan = plans.get(one.path)
        if plan is None:
            role: ItemRole = "related" if one.role == "target" and one.score < least else one.role
            plan = plans[one.path] = Plan(one.path, role, one.score, one.reasons)
            shapes[one.path] = _shape(one, sources, excerpts=len(plans) <= _EXCERPTED)
        elif plan.role == "related" and one.role in _OF_DATA and one.score >= plan.score * _NEARLY:
            plan.role, plan.reasons = one.role, (*one.reasons, *plan.reasons)
        unparsed = sources.files[one.path].role in UNPARSED
        plan.pieces.extend(_pieces(one, shapes[one.path], changed.get(one.path, ()), unparsed=unparsed))
    return [plan for plan in plans.values() if plan.pieces]


def _shape(one: Candidate, sources: Sources, *, excerpts: bool) -> Shape:
    lines = _lines(sources.texts[one.path])
    telling = Telling(lines, sources.words) if excerpts and one.symbols is not None else None
    return Shape(sources.facts[one.path], lines, telling)


def _pieces(one: Candidate, shape: Shape, changed: Sequence[Span], *, unparsed: bool) -> list[Piece]:
    """The pieces of its file that a candidate stands for."""
    if unparsed:
        return data_pieces(shape, one.score)
    if one.symbols is not None:
        return target_pieces(shape, one.score, one.symbols, changed)
    if one.edited:
        return site_pieces(shape, one.symbol, one.lines, one.score)
    return need_pieces(shape, one.symbol, one.score, test=one.role == "test", lines=one.lines, of=one.of)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _texts(plans: Iterable[Plan], sources: Sources, frame: Frame) -> dict[str, FileText]:
    paths = [plan.path for plan in plans]
    counts = frame.count([sources.texts[path] for path in paths])
    return {path: FileText.of(sources.texts[path], count) for path, count in zip(paths, counts, strict=True)}


def _total(laid_out: tuple[Zone, ...], frame: Frame) -> int:
    texts = [frame.preamble]
    for zone in laid_out:
        texts.append(frame.zone_open(zone.name))
        texts.extend(frame.item(item) for item in zone.items)
        texts.append(frame.zone_close(zone.name))
    texts.append(frame.task)
    return sum(frame.count([text for text in texts if text])) + frame.overhead


def _omitted(chosen: Selection, sources: Sources, view: View) -> tuple[Omitted, ...]:
    shown = {item.path for item in chosen.items}
    reasons = {omitted.path: omitted.reason for omitted in chosen.omitted}
    made = []
    for path, file in sorted(sources.files.items()):
        if path not in shown:
            plain = "too little connects it to the task" if view.files else "this view shows no files"
            plain = f"{file.role} file" if file.role in UNPARSED else plain
            made.append(Omitted(path, reasons.get(path, plain)))
    return tuple(made)


def _fingerprint(purpose: Purpose) -> str:
    digest = hashlib.blake2b(digest_size=16)
    what = msgspec.msgpack.encode((purpose.target, purpose.model, purpose.budget))
    view = [msgspec.msgpack.encode(purpose.view)] if purpose.view != CODER else []
    for part in (what, purpose.format.encode(), purpose.state.encode(), *view):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
