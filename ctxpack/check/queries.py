"""Compares the output columns of queries (such as dbt models, named by their file) before and after.

Where the output columns of both states could be computed (`Frames`), these are compared. Otherwise the texts are: a
name that used to be selected, and is now in no position where it could be, is no output column any more, unless a
star (`select *`) brings it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from ctxpack.check.columns import bare
from ctxpack.check.pairs import FilePair, Frames
from ctxpack.check.suspect import Kind, Suspect
from ctxpack.datamodel.lineage import DerivedColumn, Frame
from ctxpack.model import FileFacts

_SURE, _STARRED = 0.98, 0.6
_RETYPED = 0.8
"""The confidence that a changed type or nullability matters: readers may accept either."""

_NAME = r"[\"`\[]?([A-Za-z_]\w*)[\"`\]]?"
_MADE = re.compile(rf"\bas\s+{_NAME}\s*(?:,|\)|$|(?=\bfrom\b))", re.IGNORECASE)
_SELECTED = re.compile(rf"^\s*(?:,|select\b)?\s*(?:[A-Za-z_]\w*\.)?{_NAME}\s*,?\s*$", re.IGNORECASE)
_RELATION = re.compile(r"\b(?:from|join)\b", re.IGNORECASE)
_STAR = re.compile(r"(?:select\s+|\.|,\s*)\*|\bstar\s*\(", re.IGNORECASE)
_NO_COLUMNS = frozenset(
    """select distinct from where group order by having union all end else then case when null and or not on with as
    left right inner outer cross full join limit qualify lateral over partition true false using int text""".split()
)


def outputs(pairs: Sequence[FilePair]) -> Iterator[Suspect]:
    """The output columns of queries that were removed, renamed or changed."""
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        if pair.old_frames is not None and pair.new_frames is not None:
            yield from _followed(pair, pair.old_frames, pair.new_frames)
        elif _is_model(pair.old) and _is_model(pair.new):
            yield from _gone(pair)


def _is_model(facts: FileFacts) -> bool:
    """Whether a file is a query that creates no table or view by name, so that it is named by its file."""
    return facts.language == "sql" and not any(one.exported for one in facts.definitions)


def _gone(pair: FilePair) -> Iterator[Suspect]:
    old, new = bare(pair.old_text), bare(pair.new_text)
    now = _Text(new, frozenset(old.split("\n")))
    owners = {word.lower() for word in re.findall(r"(\w+)[\"`\]]?\.", old)}
    stem = pair.before.rpartition("/")[2].rpartition(".")[0]
    sure = _SURE if len(_STAR.findall(new)) <= len(_STAR.findall(old)) else _STARRED
    renamed = _renames(old, new)
    seen: set[str] = set()
    for number, line in enumerate(old.split("\n"), 1):
        for name in _names(line):
            if name.lower() in owners | seen:
                continue
            seen.add(name.lower())
            if now.may_give(name):
                continue
            successor = renamed.get(name, "")
            kind: Kind = "column-renamed" if successor else "column-removed"
            what = f"column renamed to {successor}" if successor else "column removed"
            yield Suspect(
                kind, pair.before, pair.after, f"{stem}.{name}", number, what, name, (name,), (-1,),
                successor=successor, confidence=sure, column=name,
            )  # fmt: skip


# --- columns that come out --------------------------------------------------------------------------------------------


def _followed(pair: FilePair, old: Frames, new: Frames) -> Iterator[Suspect]:
    """The changes of the output columns of a file's queries, where these are known in both states."""
    assert pair.old is not None and pair.new is not None
    for target, before in old.items():
        after = new.get(target)
        members = _members(pair.old, target) if target or (_is_model(pair.old) and _is_model(pair.new)) else ()
        if after is not None and members:
            yield from _differing(_Query(pair, target, members), before, after)


def _members(facts: FileFacts, target: str) -> tuple[int, ...]:
    """The definitions that stand for a query's result; -1 for the file, where the query is named by it."""
    if not target:
        return (-1,)
    return tuple(
        index
        for index, one in enumerate(facts.definitions)
        if one.kind in ("table", "view") and one.exported and one.qualname.lower() == target
    )


class _Query:
    """A query in both states; makes the suspects for its columns."""

    def __init__(self, pair: FilePair, target: str, members: tuple[int, ...]) -> None:
        self._pair, self._members = pair, members
        self._name = target or pair.before.rpartition("/")[2].rpartition(".")[0]

    def suspect(self, column: DerivedColumn, happened: tuple[Kind, str], sure: float, successor: str = "") -> Suspect:
        kind, what = happened
        line = column.line or _line_of(column.name, self._pair.old_text)
        return Suspect(
            kind, self._pair.before, self._pair.after, f"{self._name}.{column.name}", line, what, column.name,
            (column.name,), self._members, successor=successor, confidence=sure, column=column.name,
        )  # fmt: skip


def _line_of(name: str, text: str) -> int:
    found = re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _differing(query: _Query, before: Frame, after: Frame) -> Iterator[Suspect]:
    now = {one.name.lower(): one for one in after.columns}
    known = {one.name.lower() for one in before.columns}
    sure = 1.0 if after.complete else _STARRED if before.complete else _SURE
    made = [_pattern(name) for name in now if name not in known and "{" in name]
    for place, column in enumerate(before.columns):
        present = now.get(column.name.lower())
        if present is None:
            if "{" in column.name:
                continue
            new = _successor(column, place, after, known)
            kind: Kind = "column-renamed" if new else "column-removed"
            what = f"column renamed to {new}" if new else "column removed"
            guessed = any(one.fullmatch(column.name.lower()) for one in made)
            yield query.suspect(column, (kind, what), _STARRED if guessed else sure, new)
        elif column.type and present.type and _plain(column.type) != _plain(present.type):
            yield query.suspect(column, ("column-type", f"column is {present.type} instead of {column.type}"), _RETYPED)
        elif column.nullable is False and present.nullable is True:
            yield query.suspect(column, ("column-nullable", "column may be null now"), _RETYPED)


def _pattern(name: str) -> re.Pattern[str]:
    """A pattern for a column name with template parts in braces."""
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\{.*?\}+", name)))


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _successor(column: DerivedColumn, place: int, after: Frame, known: set[str]) -> str:
    """The new name of a column: a new column with the same origins, or else the one at its position; "" for none."""
    new = [one for one in after.columns if one.name.lower() not in known and "{" not in one.name]
    same = [one for one in new if one.origins and one.origins == column.origins]
    if len(same) == 1:
        return same[0].name
    at = after.columns[place] if place < len(after.columns) else None
    return at.name if at in new and not (at.origins and column.origins) else ""


def passed_on(
    found: Iterable[Suspect], path: str, made: Mapping[str, Frames], facts: FileFacts, text: str
) -> Iterator[Suspect]:
    """The suspects that follow from others through stars: columns that a query loses with its source's.

    `made` has, for the symbol of each suspect, the output columns of the queries in `path`, computed as if their
    sources had only the suspect's column. A query that names the column itself is a user and is skipped here.
    """
    for one in found:
        if one.column.lower() in bare(text).lower():
            continue
        for target, frame in made.get(one.symbol, {}).items():
            members = _members(facts, target) if target or _is_model(facts) else ()
            column = next((it for it in frame.columns if it.name.lower() == one.column.lower()), None)
            if members and column is not None:
                name = target or path.rpartition("/")[2].rpartition(".")[0]
                what = f"{one.what}, which comes from {one.symbol}"
                yield Suspect(
                    one.kind, path, path, f"{name}.{one.column}", _star_line(text), what, one.column, (one.column,),
                    members, successor=one.successor, confidence=round(one.confidence * _SURE, 4), column=one.column,
                )  # fmt: skip


def _star_line(text: str) -> int:
    found = _STAR.search(bare(text))
    return text.count("\n", 0, found.end()) + 1 if found else 1


# --- names in texts ---------------------------------------------------------------------------------------------------


class _Text:
    """The present text of a query, indexed by word."""

    def __init__(self, text: str, before: frozenset[str]) -> None:
        """`before` are the lines that it had."""
        self._before = before
        self._lines: dict[str, list[str]] = defaultdict(list)
        for line in text.split("\n"):
            for word in {word.lower() for word in re.findall(r"\w+", line)}:
                self._lines[word].append(line)

    def may_give(self, name: str) -> bool:
        """Whether a name may still be an output column.

        It is not one where it is only on lines that were there before and give no columns, or is given another name.
        """
        return any(
            name.lower() in (known.lower() for known in _names(line))
            or not (line in self._before or _passed_on(name).search(line))
            for line in self._lines.get(name.lower(), ())
        )


@cache
def _passed_on(name: str) -> re.Pattern[str]:
    """A pattern for a column that is given another name (`name as other`)."""
    return re.compile(rf"\b{re.escape(name)}[\"`\]]?\s*(?:::\s*\w+\s*)?\s+as\s+(?!{re.escape(name)}\b)", re.IGNORECASE)


def _names(line: str) -> list[str]:
    """The names of output columns that a line of a query may have."""
    if _RELATION.search(line):
        line = line[: _RELATION.search(line).start()]  # type: ignore[union-attr]
    selected = _SELECTED.match(line)
    found = [*_MADE.findall(line), *([selected[1]] if selected else [])]
    return [name for name in dict.fromkeys(found) if name.lower() not in _NO_COLUMNS]


def _renames(old: str, new: str) -> dict[str, str]:
    """Old names by new ones: those that replaced each other in a line that is otherwise the same."""
    added = set(new.split("\n")) - set(old.split("\n"))
    shapes = {_shape(line, name): name for line in sorted(added, reverse=True) for name in _names(line)}
    lines = set(old.split("\n")) - set(new.split("\n"))
    return {
        name: shapes[_shape(line, name)]
        for line in sorted(lines, reverse=True)
        for name in _names(line)
        if _shape(line, name) in shapes and _shape(line, name).strip(" ,\0")
    }


def _shape(line: str, name: str) -> str:
    return re.sub(rf"\b{re.escape(name)}\b", "\0", line).strip()
