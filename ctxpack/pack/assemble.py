"""From ranked files and needs to a pack: plans, the choice among them, zones, and the exact count of the prompt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ctxpack.datamodel.lineage import Dataset
from ctxpack.errors import BudgetError
from ctxpack.model import (
    Budget,
    Edge,
    FileFacts,
    Item,
    ItemRole,
    ModelProfile,
    Omitted,
    Pack,
    Reason,
    SourceFile,
    Span,
    Target,
    Zone,
)
from ctxpack.pack.cards import WantedTable, cards, catalogue
from ctxpack.pack.order import ZONES, zones
from ctxpack.pack.overview import overview
from ctxpack.pack.plan import Plan, Shape, need_pieces, target_pieces
from ctxpack.pack.select import LEAST_WORTH, Selection, select
from ctxpack.pack.showing import FileText

MAP, CATALOGUE, TABLES = "(map of the repository)", "(catalogue of datasets)", "(tables)"
"""The names of documents that are no file's."""

_MAP_SHARE = 0.05
_CATALOGUE_SHARE = 0.03
_CARDS_LEAST, _CARDS_MOST = 0.05, 0.25
"""The share of the room that cards of tables may take, where no table is likely to matter and where one is sure to."""
_LEAST_FOR_MAP = 2000
_LEAST_ROOM = 40
_TARGET_FROM = 0.075


class Wanted(msgspec.Struct, frozen=True):
    """A file or a definition that somebody asks to be shown: a probable target, or what targets need.

    `symbols` is set for targets: how probable it is that each of the file's definitions is edited.
    """

    path: str
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]
    symbol: int = -1
    symbols: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the items of one prompt, and how its parts are made and counted."""

    item: Callable[[Item], str]
    preamble: str
    task: str
    zone_open: Callable[[str], str]
    zone_close: Callable[[str], str]
    overhead: int
    count: Callable[[Sequence[str]], list[int]]

    def fixed(self) -> int:
        """Tokens of everything but the items, as if every zone were used."""
        texts = [self.preamble, self.task]
        texts += [piece for name, _ in ZONES for piece in (self.zone_open(name), self.zone_close(name))]
        return sum(self.count([text for text in texts if text])) + self.overhead


@dataclass(frozen=True, slots=True)
class Sources:
    """What may be shown: files, `edges` giving those that begin at some of them, and `tables`, upstream first.

    `datasets` are all of the repository, for the catalogue.
    """

    files: Mapping[str, SourceFile]
    facts: Mapping[str, FileFacts]
    texts: Mapping[str, str]
    edges: Callable[[Iterable[str]], Iterable[Edge]]
    tables: Sequence[WantedTable] = ()
    datasets: Sequence[Dataset] = ()


def assemble(
    wanted: Sequence[Wanted],
    sources: Sources,
    frame: Frame,
    *,
    target: Target,
    model: ModelProfile,
    budget: Budget,
    format_name: str,
    state: str,
) -> Pack:
    """The pack of what is `wanted`, within the budget; raises BudgetError when nothing could be shown.

    `state` is a digest of the repository's content, for the fingerprint.
    """
    room = budget.total - frame.fixed()
    if room < _LEAST_ROOM:
        raise BudgetError(
            f"a budget of {budget.total:,} tokens is too small: the instructions and the task alone take "
            f"{budget.total - room:,}, so give at least {budget.total - room + _LEAST_ROOM:,}"
        )
    front = [*_map_item(sources, frame, budget, room), *_catalogue_item(sources, frame, budget, room)]
    front += _table_items(sources, frame, budget, room - sum(item.tokens for item in front))
    plans = _plans(wanted, sources, target)
    densities = _texts(plans, sources, frame)
    chosen = select(
        plans,
        densities.__getitem__,
        lambda items: frame.count([frame.item(item) for item in items]),
        room - sum(item.tokens for item in front),
        until=budget.until,
        languages={plan.path: sources.files[plan.path].language for plan in plans},
    )
    laid_out = zones((*front, *chosen.items), sources.edges([item.path for item in chosen.items]))
    return Pack(
        target=target,
        model=model,
        budget=budget,
        zones=laid_out,
        omitted=_omitted(chosen, sources),
        problems=(),
        fingerprint=_fingerprint(target, model, budget, format_name, state),
        tokens=_total(laid_out, frame),
        format=format_name,
    )


def _plans(wanted: Sequence[Wanted], sources: Sources, target: Target) -> list[Plan]:
    """One plan a file: the first wish for it, which is the strongest, says in which role it is shown.

    Where the caller named targets, or a diff has them, no other file is called one.
    """
    least = 1.0 if any(wish.role == "target" and wish.score >= 1.0 for wish in wanted) else _TARGET_FROM
    changed = {change.path: change.spans for change in target.changes}
    plans: dict[str, Plan] = {}
    shapes: dict[str, Shape] = {}
    for wish in wanted:
        facts = sources.facts.get(wish.path)
        if facts is None or not sources.texts.get(wish.path, "").strip():
            continue
        plan = plans.get(wish.path)
        if plan is None:
            role: ItemRole = "related" if wish.role == "target" and wish.score < least else wish.role
            plan = plans[wish.path] = Plan(wish.path, role, wish.score, wish.reasons)
            shapes[wish.path] = Shape(facts, _lines(sources.texts[wish.path]))
        if wish.symbols is not None:
            plan.pieces.extend(target_pieces(shapes[wish.path], wish.score, wish.symbols, changed.get(wish.path, ())))
        else:
            test = wish.role == "test"
            plan.pieces.extend(need_pieces(shapes[wish.path], wish.symbol, wish.score, test=test))
    return [plan for plan in plans.values() if plan.pieces]


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _texts(plans: Iterable[Plan], sources: Sources, frame: Frame) -> dict[str, FileText]:
    paths = [plan.path for plan in plans]
    counts = frame.count([sources.texts[path] for path in paths])
    return {path: FileText.of(sources.texts[path], count) for path, count in zip(paths, counts, strict=True)}


def _map_item(sources: Sources, frame: Frame, budget: Budget, room: int) -> tuple[Item, ...]:
    if budget.total < _LEAST_FOR_MAP:
        return ()
    share = min(room, int(budget.total * _MAP_SHARE))

    def tokens(text: str) -> int:
        return frame.count([frame.item(_map_of(text, 0))])[0]

    text = overview(sources.files.values(), lambda found: len(found) < share * 12 and tokens(found) <= share)
    return (_map_of(text, tokens(text)),) if text else ()


def _map_of(text: str, tokens: int) -> Item:
    return _made(MAP, "map", text, tokens, Reason("map", 0.0, "overview of the repository"))


def _catalogue_item(sources: Sources, frame: Frame, budget: Budget, room: int) -> list[Item]:
    if budget.total < _LEAST_FOR_MAP or not sources.datasets:
        return []
    share = min(room, int(budget.total * _CATALOGUE_SHARE))
    reason = Reason("map", 0.0, "overview of the datasets")

    def item(text: str, tokens: int = 0) -> Item:
        return _made(CATALOGUE, "map", text, tokens, reason)

    text = catalogue(sources.datasets, lambda found: frame.count([frame.item(item(found))])[0] <= share)
    return [item(text, frame.count([frame.item(item(text))])[0])] if text else []


def _table_items(sources: Sources, frame: Frame, budget: Budget, room: int) -> list[Item]:
    """One document with the cards of the tables; what they may take grows with how sure it is that they are needed."""
    if not sources.tables:
        return []
    strongest = max(sources.tables, key=lambda one: one.worth)
    share = _CARDS_LEAST + (_CARDS_MOST - _CARDS_LEAST) * strongest.worth
    frame_tokens = frame.count([frame.item(_cards_item("x\n", 0, ()))])[0]
    found = cards(sources.tables, int(room * share) - frame_tokens, frame.count, LEAST_WORTH[budget.until])
    shown = {*found.full, *found.brief, *found.named}
    reasons = tuple(
        Reason("table", round(one.worth, 4), f"{one.table.name}: {one.because}")
        for one in sources.tables
        if one.table.name in shown
    )
    if not found.text:
        return []
    tokens = frame.count([frame.item(_cards_item(found.text, 0, reasons))])[0]
    return [_cards_item(found.text, tokens, reasons)] if tokens <= room else []


def _cards_item(text: str, tokens: int, reasons: tuple[Reason, ...]) -> Item:
    score = sum(reason.score for reason in reasons)
    return Item(TABLES, "schema", "full", (), text.removesuffix("\n"), tokens, score, reasons)


def _made(name: str, role: ItemRole, text: str, tokens: int, reason: Reason) -> Item:
    spans: tuple[Span, ...] = ()
    return Item(name, role, "outline", spans, text, tokens, 0.0, (reason,))


def _total(laid_out: tuple[Zone, ...], frame: Frame) -> int:
    texts = [frame.preamble]
    for zone in laid_out:
        texts.append(frame.zone_open(zone.name))
        texts.extend(frame.item(item) for item in zone.items)
        texts.append(frame.zone_close(zone.name))
    texts.append(frame.task)
    return sum(frame.count([text for text in texts if text])) + frame.overhead


def _omitted(chosen: Selection, sources: Sources) -> tuple[Omitted, ...]:
    shown = {item.path for item in chosen.items}
    reasons = {omitted.path: omitted.reason for omitted in chosen.omitted}
    made = []
    for path, file in sorted(sources.files.items()):
        if path not in shown:
            plain = (
                f"{file.role} file" if file.role in ("binary", "lock", "data") else "nothing connects it to the task"
            )
            made.append(Omitted(path, reasons.get(path, plain)))
    return tuple(made)


def _fingerprint(target: Target, model: ModelProfile, budget: Budget, format_name: str, state: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in (msgspec.msgpack.encode((target, model, budget)), format_name.encode(), state.encode()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
