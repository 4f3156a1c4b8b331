"""Columns that a query gave under a name by which it surely gives none any more: models that are named by their file.

What exactly a query gives out is not asked here. A name that was selected or made, and stands now in no place where
it could be selected, cannot be a column of the result, unless a star brings it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from ctxpack.check.columns import bare
from ctxpack.check.values import FilePair, Kind, Suspect
from ctxpack.model import FileFacts

_SURE, _STARRED = 0.98, 0.6

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
    """The names of columns that are gone from queries."""
    for pair in pairs:
        if pair.old is not None and pair.new is not None and _is_model(pair.old) and _is_model(pair.new):
            yield from _gone(pair)


def _is_model(facts: FileFacts) -> bool:
    """Whether a file is a query and creates nothing by a name of its own."""
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


class _Text:
    """The present text of a query, asked for names."""

    def __init__(self, text: str, before: frozenset[str]) -> None:
        """`before` are the lines that it had."""
        self._before = before
        self._lines: dict[str, list[str]] = defaultdict(list)
        for line in text.split("\n"):
            for word in {word.lower() for word in re.findall(r"\w+", line)}:
                self._lines[word].append(line)

    def may_give(self, name: str) -> bool:
        """Whether a name may be that of a column: it is but for conditions that are as they were, and other names."""
        return any(
            name.lower() in (known.lower() for known in _names(line))
            or not (line in self._before or _passed_on(name).search(line))
            for line in self._lines.get(name.lower(), ())
        )


@cache
def _passed_on(name: str) -> re.Pattern[str]:
    """A column that is given another name."""
    return re.compile(rf"\b{re.escape(name)}[\"`\]]?\s*(?:::\s*\w+\s*)?\s+as\s+(?!{re.escape(name)}\b)", re.IGNORECASE)


def _names(line: str) -> list[str]:
    """The names under which a line of a query may give columns."""
    if _RELATION.search(line):
        line = line[: _RELATION.search(line).start()]  # type: ignore[union-attr]
    selected = _SELECTED.match(line)
    found = [*_MADE.findall(line), *([selected[1]] if selected else [])]
    return [name for name in dict.fromkeys(found) if name.lower() not in _NO_COLUMNS]


def _renames(old: str, new: str) -> dict[str, str]:
    """The names that another one stands for in a line that is otherwise the same."""
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
