"""The documents of a pack that are not files: map, catalogue, tables and lists, each with a share of the budget."""

from __future__ import annotations

from ctxpack.model import Budget, Item, ItemRole, Reason, Span
from ctxpack.pack import records
from ctxpack.pack.cards import Cards, cards, catalogue
from ctxpack.pack.frame import Frame, Listed, Purpose, Sources
from ctxpack.pack.overview import fullest, overview
from ctxpack.pack.select import LEAST_WORTH
from ctxpack.views import View

MAP, CATALOGUE, TABLES = "(map of the repository)", "(catalogue of datasets)", "(tables)"
"""The names of documents that are not files, used in place of a path."""

_LEAST_FOR_MAP = 2000


def items(sources: Sources, frame: Frame, purpose: Purpose, room: int) -> list[Item]:
    """All items that are not files, in at most `room` tokens together."""
    budget, view = purpose.budget, purpose.view
    found: list[Item] = []

    def left() -> int:
        return room - sum(item.tokens for item in found)

    found += _map_item(sources, frame, budget, min(left(), int(budget.total * view.map_share)))
    found += _catalogue_item(sources, frame, budget, min(left(), int(budget.total * view.catalogue_share)))
    for one in purpose.lists:
        share = view.prefix_share if one.role == "map" else view.list_share
        found += _list_item(one, frame, min(left(), int(budget.total * share)))
    found += _table_items(sources, frame, budget, left(), view)
    return found


def _map_item(sources: Sources, frame: Frame, budget: Budget, share: int) -> tuple[Item, ...]:
    if budget.total < _LEAST_FOR_MAP or share <= 0:
        return ()

    def tokens(text: str) -> int:
        return frame.count([frame.item(_map_of(text, 0))])[0]

    def fits(text: str) -> bool:
        return len(text) < share * 12 and tokens(text) <= share

    files = sources.files.values()
    text = overview(files, fits) or fullest(files, fits)
    return (_map_of(text, tokens(text)),) if text else ()


def _map_of(text: str, tokens: int) -> Item:
    return _made(MAP, "map", text, tokens, Reason("map", 0.0, "overview of the repository"))


def _catalogue_item(sources: Sources, frame: Frame, budget: Budget, share: int) -> list[Item]:
    if budget.total < _LEAST_FOR_MAP or not sources.datasets or share <= 0:
        return []
    reason = Reason("map", 0.0, "overview of the datasets")

    def item(text: str, tokens: int = 0) -> Item:
        return _made(CATALOGUE, "map", text, tokens, reason)

    text = catalogue(sources.datasets, lambda found: frame.count([frame.item(item(found))])[0] <= share)
    return [item(text, frame.count([frame.item(item(text))])[0])] if text else []


def _list_item(listed: Listed, frame: Frame, share: int) -> list[Item]:
    """As many lines from the start of a list as fit into `share` tokens; found by bisection."""

    def item(shown: int, tokens: int = 0) -> Item:
        more = len(listed.lines) - shown
        text = "\n".join([*listed.lines[:shown], *([f"(and {more:,} more)"] if more else [])])
        return _made(listed.name, listed.role, text, tokens, Reason("list", 0.0, listed.because))

    def tokens(shown: int) -> int:
        return frame.count([frame.item(item(shown))])[0]

    low, high = 0, len(listed.lines)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens(middle) <= share else (low, middle - 1)
    return [item(low, tokens(low))] if low else []


def _table_items(sources: Sources, frame: Frame, budget: Budget, room: int, view: View) -> list[Item]:
    """One document with the tables; their share of the room grows with the worth of the most probable one."""
    if not sources.tables:
        return []
    strongest = max(sources.tables, key=lambda one: one.worth)
    share = view.tables_least + (view.tables_most - view.tables_least) * strongest.worth
    found = _chosen(sources, frame, int(room * share), LEAST_WORTH[budget.until], view)
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


def _chosen(sources: Sources, frame: Frame, share: int, least: float, view: View) -> Cards:
    """The tables that fit into `share` tokens, written as cards or records, whichever the view wants."""
    around = frame.count([frame.item(_cards_item("x\n", 0, ()))])[0]
    if view.tables == "cards":
        return cards(sources.tables, share - around, frame.count, least)
    around += sum(frame.count([records.OPENING, records.CLOSING]))
    found = cards(sources.tables, share - around, frame.count, least, records.levels)
    return Cards(records.document(found.text), found.full, found.brief, found.named)


def _cards_item(text: str, tokens: int, reasons: tuple[Reason, ...]) -> Item:
    score = sum(reason.score for reason in reasons)
    return Item(TABLES, "schema", "full", (), text.removesuffix("\n"), tokens, score, reasons)


def _made(name: str, role: ItemRole, text: str, tokens: int, reason: Reason) -> Item:
    spans: tuple[Span, ...] = ()
    return Item(name, role, "outline", spans, text, tokens, 0.0, (reason,))
