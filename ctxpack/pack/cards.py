"""Tables as text: a card for each table that a change concerns, in as much detail as fits, and a catalogue of all.

A card says what the author of a transformation has to know: columns with types, which can be null and why, keys, what
the table is made from and where, and recent changes. The catalogue names all datasets of the repository by layer. It
does not depend on the task, so that the start of every prompt about one state is the same (prefix caching).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from ctxpack.datamodel.causes import Rule
from ctxpack.datamodel.lineage import ColumnState, Dataset, TableSchema, Use
from ctxpack.paths import on_one_line

Count = Callable[[Sequence[str]], list[int]]

_LAYERS = ("source", "raw", "bronze", "staging", "silver", "intermediate", "gold", "marts", "")
_GAINS = (0.02, 0.12, 0.2)
"""The value of each level of detail (name, columns, full card), given that the table is needed."""

_VERDICTS = {
    "full": "old and new readers can read it",
    "backward": "new readers can read old data",
    "forward": "old readers can read new data",
}
_UNKNOWN = 0.25
"""The factor on a full card's gain where neither type nor nullability is known for any column."""

_ABOUT = 0.9
"""A table of at least this worth is what the change is about: it is shown in full, before any other is shown at all."""

_BRIEF_COLUMNS = 60
_LEAST_COLUMNS = 12
_WIDE = 24
"""In a table with more columns, the brief level lists only those that downstream tables use, if there are any."""

_LONGEST_DOC = 90
_WRITERS = 3
_CHANGES = 4
_MARKS = 3


@dataclass(frozen=True, slots=True)
class TableCandidate:
    """A table that may be shown: its schema, its worth (the probability that it is needed), and the reason.

    `followed` says that column lineage was computed for it; otherwise only what is declared is known.
    """

    table: TableSchema
    worth: float
    because: str
    followed: bool = True


@dataclass(frozen=True, slots=True)
class Cards:
    """The chosen cards as one text, and the names of the tables shown in full, in brief, and by name only."""

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
    """The cards of these tables, which must be sorted upstream first, in at most `room` tokens.

    A table has three levels of detail: its name, its columns on one line, the full card. Levels are raised greedily by
    value per token, as long as that is at least `least`; the tables that the change is about come first, in full if
    they fit. `written` gives the three texts of a table, where they are not to be cards.
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
    """The levels to begin with: tables that the change is about get columns, then the full card, as far as they fit.

    The likeliest come first; all other tables stay at level 0.
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
    """For each table the lower-case column names that the tables made from it have too: its columns used downstream.

    If such a downstream table is wide, only those of its columns count that are used further downstream, if any. The
    tables of the highest worth have no entry, since they are shown in full. `wanted` is sorted upstream first.
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
    return (
        _mention(one.table, *(["columns"] if _own(one.table) else [])),
        _brief(one.table, handed_on, most),
        text(one.table, followed=one.followed),
    )


def _step(one: TableCandidate, sizes: Sequence[int], level: int, at: int) -> tuple[float, int, int]:
    """The queue entry for a table's next level: (negated value per token, index of the table, level)."""
    gain = _GAINS[level] - (_GAINS[level - 1] if level else 0.0)
    if level == len(_GAINS) - 1:
        gain *= _known_share(one.table)
    return -one.worth * gain / max(1, sizes[level + 1] - sizes[level]), at, level + 1


def _known_share(table: TableSchema) -> float:
    """The factor on a full card's gain, by the share of columns whose type or nullability is known."""
    if not table.columns:
        return 1.0
    known = sum(bool(column.type) or column.effective is not None for column in table.columns)
    return _UNKNOWN + (1.0 - _UNKNOWN) * known / len(table.columns)


def _name(table: TableSchema) -> str:
    return f"{table.spelled or table.name}{_where(table)}\n"


def _mention(table: TableSchema, *unsaid: str) -> str:
    """A table by name alone, and what of it is not told; `unsaid` stands before its writers."""
    left_out = " and ".join([*unsaid, *_unsaid_writers(table)])
    return _name(table).rstrip("\n") + (f": {left_out} left out\n" if left_out else "\n")


def _unsaid_writers(table: TableSchema) -> list[str]:
    writers = len(_writers(table))
    return [f"{writers} {'writer' if writers == 1 else 'writers'}"] if writers else []


def _own(table: TableSchema) -> list[str]:
    """The names of a table's columns, without those that are merely documented."""
    return [column.name for column in table.columns if not column.phantom]


def _writers(table: TableSchema) -> list[Use]:
    """Where a table is written, without the place that declares it."""
    return [use for use in table.written_by if (use.path, use.line) != (table.path, table.line)]


def _more(count: int, what: str) -> list[str]:
    """A line that says how many of `what` (one of them) are left out; none for none."""
    return [f" and {count} {what}{'s' if count > 1 else ''}"] if count > 0 else []


def _brief(table: TableSchema, handed_on: Set[str], most: int | None) -> str:
    """A table with at most `most` columns on one line; a wide one with those `handed_on`, and at least a few.

    Where the table is written is left out, which the line says.
    """
    own = _own(table)
    if not own:
        return _mention(table)
    taken = [name for name in own if name.lower() in handed_on and len(own) > _WIDE]
    shown = set(taken or own)
    shown.update([name for name in own if name not in shown][: max(0, _LEAST_COLUMNS - len(shown))])
    names = [name for name in own if name in shown][:most]
    more = len(own) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    unsaid = "".join(f"; {writers} left out" for writers in _unsaid_writers(table))
    return f"{_name(table)} columns: {listed}{unsaid}\n"


def text(table: TableSchema, *, followed: bool = True) -> str:
    """The full card of a table; if not `followed`, what is declared, without remarks on what is unknown."""
    lines = [_name(table).rstrip("\n")]
    if table.doc:
        lines.append(f" about: {_short(table.doc)}")
    lines += [f" {line}" for line in _columns(table.columns, followed=followed)]
    if followed and not table.complete and table.kind != "path":
        lines.append(" (there may be more columns)" if table.columns else " (columns are not known)")
    lines += [f" {key}" for key in table.keys]
    if table.upstream:
        lines.append(f" made from: {', '.join(table.upstream)}")
    writers = _writers(table)
    lines += [f" written at {on_one_line(use.path)}:{use.line} ({use.evidence})" for use in writers[:_WRITERS]]
    lines += _more(len(writers) - _WRITERS, "more writer")
    lines += [f" {mark.sentence}, {on_one_line(mark.path)}:{mark.line}" for mark in table.evolves[:_MARKS]]
    lines += _more(len(table.evolves) - _MARKS, "more such place")
    lines += _more(len(table.history) - _CHANGES, "earlier change")
    for one in table.history[-_CHANGES:]:
        when = one.date[:10] or f"by {on_one_line(one.path)}"
        verdict = "" if not one.compatibility else f" ({_VERDICTS.get(one.compatibility, one.compatibility)})"
        lines.append(f" changed {when}: {one.change}{verdict}")
    return "\n".join(lines) + "\n"


def _where(table: TableSchema) -> str:
    place = f"{on_one_line(table.path)}:{table.line}" if table.path else ""
    parts = [part for part in (table.layer, table.kind, place) if part]
    return f" ({', '.join(parts)})" if parts else ""


def _columns(columns: Iterable[ColumnState], *, followed: bool) -> Iterator[str]:
    """The columns in order, one line each; consecutive ones without a type and with the same remarks share a line."""
    written = [(column, _column(column, followed=followed)) for column in columns]
    for said, group in groupby(written, key=lambda one: None if one[0].type else one[1].removeprefix(one[0].name)):
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
        if column.cause.rule in (Rule.DECLARED, Rule.DECLARED_NULLABLE):
            return " declared nullable"
        return f" nullable ({column.because})" if column.because else " nullable"
    return f" ({column.because})" if column.phantom else ""


def _declared(column: ColumnState) -> str:
    """The declared nullability of a column whose effective nullability was not computed."""
    if column.nullable is not None:
        return " declared nullable" if column.nullable else " declared NOT NULL"
    return f" ({column.because})" if column.effective is False and column.because else ""


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_DOC else plain[: _LONGEST_DOC - 1].rstrip() + "…"


def catalogue(datasets: Iterable[Dataset], fits: Callable[[str], bool]) -> str:
    """The names of all datasets by layer; only the number in each layer if the names do not fit; "" if neither fits."""
    by_layer: dict[str, list[str]] = defaultdict(list)
    for one in datasets:
        by_layer[one.layer].append(one.spelled or one.name)
    layers = sorted(by_layer, key=lambda layer: (_LAYERS.index(layer) if layer in _LAYERS else len(_LAYERS), layer))
    named = "\n".join(f"{layer or 'other'}: {' '.join(sorted(by_layer[layer]))}" for layer in layers)
    numbered = "\n".join(f"{layer or 'other'}: {len(by_layer[layer]):,} datasets" for layer in layers)
    return next((text for text in (named, numbered) if text and fits(text)), "")
