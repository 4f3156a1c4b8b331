"""Tables as text: a card for each on the way of a change, as full as its share of the room allows, and a catalogue.

A card says what a writer of a transformation has to know: columns with types, which can be null and why, keys, what the
table is made from and where, and what changed lately. The catalogue names all datasets of the repository by layer; it
does not depend on the task, so that the front of every prompt about one state is the same.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from ctxpack.datamodel.lineage import PHANTOM, ColumnState, Dataset, TableSchema

Count = Callable[[Sequence[str]], list[int]]

_LAYERS = ("source", "raw", "bronze", "staging", "silver", "intermediate", "gold", "marts", "")
_GAINS = (0.02, 0.12, 0.2)
"""What the name of a table, its columns, and all that is known of it are worth, given that the table is needed."""

_VERDICTS = {
    "full": "old and new readers can read it",
    "backward": "new readers can read old data",
    "forward": "old readers can read new data",
}
_UNTOLD = 0.25
"""What is left of the worth of a full card where neither types nor nulls are known of any column."""

_ABOUT = 0.9
"""What a table is worth at least that the change is about: it is shown whole, before any other is shown at all."""

_BRIEF_COLUMNS = 60
_LEAST_COLUMNS = 12
_WIDE = 24
"""How many columns a table has above which a line names only those that are handed on, if some are."""

_LONGEST_DOC = 90
_WRITERS = 3
_CHANGES = 4
_MARKS = 3


@dataclass(frozen=True, slots=True)
class TableCandidate:
    """A table that may be shown: what is known of it, what it is worth (a chance of use), and because of what.

    `followed` says that its columns were followed through what computes them, so that more cannot be known.
    """

    table: TableSchema
    worth: float
    because: str
    followed: bool = True


@dataclass(frozen=True, slots=True)
class Cards:
    """The chosen cards as one text, which tables are shown in full or in brief, and which by name only."""

    text: str
    full: tuple[str, ...]
    brief: tuple[str, ...]
    named: tuple[str, ...]


def cards(
    wanted: Sequence[TableCandidate],
    room: int,
    count: Count,
    least: float = 0.0,
    written: Callable[[TableCandidate], tuple[str, str, str]] | None = None,
) -> Cards:
    """The cards of these tables, which come upstream first, in at most `room` tokens as `count` counts them.

    A table is shown by name, then with its columns on a line, then in full: greedily by what each step adds a token,
    as long as that is more than `least`. Those that the change is about come before, and whole where they
    fit. `written` gives the three, where they are not to be cards.
    """
    handed_on = _handed_on(wanted)
    levels = [written(one) if written else _levels(one, handed_on.get(one.table.name, frozenset())) for one in wanted]
    sizes = [(0, *count(texts)) for texts in levels]
    chosen = _about(wanted, sizes, room)
    left = room - sum(sizes[at][level] for at, level in enumerate(chosen))
    queue = [_step(one, sizes[at], chosen[at], at) for at, one in enumerate(wanted) if chosen[at] < len(_GAINS)]
    heapq.heapify(queue)
    while queue:
        worth, at, level = heapq.heappop(queue)
        more = sizes[at][level] - sizes[at][chosen[at]]
        if more > left or -worth < least:
            continue
        chosen[at], left = level, left - more
        if level < len(_GAINS):
            heapq.heappush(queue, _step(wanted[at], sizes[at], level, at))
    shown = "".join(levels[at][level - 1] for at, level in enumerate(chosen) if level)

    def of(level: int) -> tuple[str, ...]:
        return tuple(wanted[at].table.name for at, one in enumerate(chosen) if one == level)

    return Cards(shown, of(3), of(2), of(1))


def _about(wanted: Sequence[TableCandidate], sizes: Sequence[tuple[int, ...]], room: int) -> list[int]:
    """The level of each table as far as the change is about it: all with their columns, then all in full, as they fit.

    The likeliest come first.
    """
    chosen = [0] * len(wanted)
    about = [at for at, one in enumerate(wanted) if one.worth >= _ABOUT]
    for level in (len(_GAINS) - 1, len(_GAINS)):
        for at in sorted(about, key=lambda at: (-wanted[at].worth, at)):
            more = sizes[at][level] - sizes[at][chosen[at]]
            if more <= room:
                chosen[at], room = level, room - more
    return chosen


def _handed_on(wanted: Sequence[TableCandidate]) -> dict[str, set[str]]:
    """The columns of each table, as far as their names tell, that those have which are made from it.

    Of a wide one of those it is what that one hands on itself. Nothing for the tables that matter most, which are shown
    whole. `wanted` has the upstream first.
    """
    found: dict[str, set[str]] = defaultdict(set)
    most = min(_ABOUT, max((one.worth for one in wanted), default=0.0))
    for one in reversed(wanted):
        own = {column.name.lower() for column in one.table.columns}
        for source in one.table.upstream:
            found[source] |= (own & found[one.table.name] if len(own) > _WIDE else set()) or own
    for one in wanted:
        if one.worth >= most:
            found.pop(one.table.name, None)
    return found


def _levels(one: TableCandidate, handed_on: Set[str]) -> tuple[str, str, str]:
    most = None if one.worth >= _ABOUT else _BRIEF_COLUMNS
    return _name(one.table), _brief(one.table, handed_on, most), text(one.table, followed=one.followed)


def _step(one: TableCandidate, sizes: Sequence[int], level: int, at: int) -> tuple[float, int, int]:
    """The next level of a table, for a queue: by what it adds a token, then by order."""
    gain = _GAINS[level] - (_GAINS[level - 1] if level else 0.0)
    if level == len(_GAINS) - 1:
        gain *= _told(one.table)
    return -one.worth * gain / max(1, sizes[level + 1] - sizes[level]), at, level + 1


def _told(table: TableSchema) -> float:
    """Which part of what a full card adds is there: types and nulls of columns are most of it."""
    if not table.columns:
        return 1.0
    told = sum(bool(column.type) or column.effective is not None for column in table.columns)
    return _UNTOLD + (1.0 - _UNTOLD) * told / len(table.columns)


def _name(table: TableSchema) -> str:
    return f"{table.spelled or table.name}{_where(table)}\n"


def _brief(table: TableSchema, handed_on: Set[str], most: int | None) -> str:
    """A table with its columns, `most` of them, on a line: of a wide one those handed on, and at least some."""
    own = [column.name for column in table.columns if column.because != PHANTOM]
    if not own:
        return _name(table)
    taken = [name for name in own if name.lower() in handed_on and len(own) > _WIDE]
    shown = set(taken or own)
    shown.update([name for name in own if name not in shown][: max(0, _LEAST_COLUMNS - len(shown))])
    names = [name for name in own if name in shown][:most]
    more = len(own) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    return f"{_name(table)} columns: {listed}\n"


def text(table: TableSchema, *, followed: bool = True) -> str:
    """All that is known of a table; of one that was not `followed`, what is declared, without what is missing."""
    lines = [_name(table).rstrip("\n")]
    if table.doc:
        lines.append(f" about: {_short(table.doc)}")
    lines += [f" {line}" for line in _columns(table.columns, followed=followed)]
    if followed and not table.complete and table.kind != "path":
        lines.append(" (there may be more columns)" if table.columns else " (columns are not known)")
    lines += [f" {key}" for key in table.keys]
    if table.upstream:
        lines.append(f" made from: {', '.join(table.upstream)}")
    writers = [use for use in table.written_by if (use.path, use.line) != (table.path, table.line)]
    lines += [f" written at {use.path}:{use.line} ({use.evidence})" for use in writers[:_WRITERS]]
    lines += [f" {mark.sentence}, {mark.path}:{mark.line}" for mark in table.evolves[:_MARKS]]
    for one in table.history[-_CHANGES:]:
        when = one.date[:10] or f"by {one.path}"
        verdict = "" if not one.compatibility else f" ({_VERDICTS.get(one.compatibility, one.compatibility)})"
        lines.append(f" changed {when}: {one.change}{verdict}")
    return "\n".join(lines) + "\n"


def _where(table: TableSchema) -> str:
    place = f"{table.path}:{table.line}" if table.path else ""
    parts = [part for part in (table.layer, table.kind, place) if part]
    return f" ({', '.join(parts)})" if parts else ""


def _columns(columns: Iterable[ColumnState], *, followed: bool) -> Iterator[str]:
    """The columns in order, a line each; those in a row of which the same is known, and no type, on one line."""
    told = [(column, _column(column, followed=followed)) for column in columns]
    for said, group in groupby(told, key=lambda one: None if one[0].type else one[1].removeprefix(one[0].name)):
        lines = list(group)
        if said is None or (said and len(lines) == 1):
            yield from (line for _, line in lines)
        else:
            names = ", ".join(column.name for column, _ in lines)
            yield f"{names}: each{said}" if said else names


def _column(column: ColumnState, *, followed: bool) -> str:
    text = f"{column.name}: {column.type}" if column.type else column.name
    text += f" DEFAULT {column.default}" if column.default else ""
    text += _nullability(column) if followed else _declared(column)
    notes = [test for test in column.tests if not test.startswith("not_null")]
    if column.doc:
        notes.append(_short(column.doc))
    return f"{text}  # {'; '.join(notes)}" if notes else text


def _nullability(column: ColumnState) -> str:
    if column.effective is False:
        return " NOT NULL" if column.nullable is False else f" never null ({column.because})"
    if column.effective:
        if column.nullable is False:
            return f" declared NOT NULL but nullable ({column.because})"
        if column.because.startswith("declared"):
            return " declared nullable"
        return f" nullable ({column.because})" if column.because else " nullable"
    return f" ({column.because})" if column.because == PHANTOM else ""


def _declared(column: ColumnState) -> str:
    """What declarations say of nulls in a column of which it was not worked out whether there are any."""
    if column.nullable is not None:
        return " declared nullable" if column.nullable else " declared NOT NULL"
    return f" ({column.because})" if column.effective is False and column.because else ""


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_DOC else plain[: _LONGEST_DOC - 1].rstrip() + "…"


def catalogue(datasets: Iterable[Dataset], fits: Callable[[str], bool]) -> str:
    """The names of all datasets by layer; their numbers alone where the names do not fit; "" where not even those."""
    by_layer: dict[str, list[str]] = defaultdict(list)
    for one in datasets:
        by_layer[one.layer].append(one.spelled or one.name)
    layers = sorted(by_layer, key=lambda layer: (_LAYERS.index(layer) if layer in _LAYERS else len(_LAYERS), layer))
    named = "\n".join(f"{layer or 'other'}: {' '.join(sorted(by_layer[layer]))}" for layer in layers)
    numbered = "\n".join(f"{layer or 'other'}: {len(by_layer[layer]):,} datasets" for layer in layers)
    return next((text for text in (named, numbered) if text and fits(text)), "")
