"""Parses table keys from the notation of `SchemaStep.keys`, so that renames and drops can be applied to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxpack.lineage.sql.mentions import Mention

_NAMED = re.compile(
    r"constraint (?P<name>.+?) (?P<rest>(?:primary key|unique|foreign key|check|expect) \(.*)", re.DOTALL
)
_LISTED = re.compile(
    r"(?P<kind>primary key|unique|foreign key) \((?P<columns>.*?)\)"
    r"(?: references (?P<table>.*?)(?: \((?P<others>[^()]*)\))?)?(?P<rest>,[^()]*)?",
    re.DOTALL,
)
_OF_INDEX = re.compile(
    r"(?:constraint (?P<name>.+?) )?(?P<kind>primary key|unique) using index (?P<index>.+)", re.DOTALL
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Key:
    """A key: `kind` over `columns`, for a foreign key referencing `others` of `table`.

    `kind` is "" for a constraint kept as an expression in `text` (a check, a key on an expression). `made_for` is the
    table it was created on, from which databases derive the default name of an unnamed key, and `made_as` what `text`
    was then.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    table: str
    others: tuple[str, ...]
    text: str
    made_for: str
    made_as: str = ""

    def __str__(self) -> str:
        named = f"constraint {self.name} " if self.name else ""
        if not self.kind:
            return named + self.text
        target = f" references {self.table}" if self.table else ""
        listed = f" ({', '.join(self.others)})" if self.others else ""
        return f"{named}{self.kind} ({', '.join(self.columns)}){target}{listed}"

    def is_called(self, name: str) -> bool:
        """Whether `name` is the key's name, or the default name that PostgreSQL or a framework gives an unnamed one."""
        wanted = name.lower()
        if self.name:
            return self.name.lower() == wanted
        last = self.made_for.rpartition(".")[2]
        columns = "_".join(self.columns).lower()
        endings = {
            "primary key": ("pkey",),
            "unique": (f"{columns}_key", f"uq_{columns}"),
            "foreign key": (f"{columns}_fkey",),
        }
        endings[""] = ("check", *(f"{word.lower()}_check" for word in _WORD.findall(self.made_as or self.text)))
        return any(wanted == f"{last}_{ending}" for ending in endings[self.kind])

    def uses(self, column: str) -> bool:
        """Whether the key includes a column; names are compared in lower case."""
        wanted = column.lower()
        if not self.kind:
            found = self._mentions()
            named = _WORD.findall(self.text) if found is None else [one.name for one in found]
            return wanted in (name.lower() for name in named)
        return wanted in (one.lower() for one in self.columns)

    def with_column_renamed(self, old: str, new: str) -> Key:
        """The key after a column of its own table is renamed, in its expression too unless that cannot be parsed."""
        if self.kind:
            return replace(self, columns=_renamed(self.columns, old, new))
        text = self.text
        for one in reversed(self._mentions() or ()):
            if one.name.lower() == old.lower():
                written = text[one.start : one.end]
                text = text[: one.start] + written.replace(one.name, new) + text[one.end :]
        return replace(self, text=text, made_as=self.made_as or self.text)

    def _mentions(self) -> tuple[Mention, ...] | None:
        """The columns in the brackets of an expression, by their places in `text`; None if it cannot be parsed."""
        from ctxpack.lineage.sql.mentions import mentions

        first = self.text.find("(") + 1
        found = mentions(self.text[first : self.text.rfind(")")]) if first else None
        if found is None:
            return None
        return tuple(one._replace(start=first + one.start, end=first + one.end) for one in found)

    def with_other_renamed(self, old: str, new: str) -> Key:
        """The key after a column of the referenced table is renamed."""
        return replace(self, others=_renamed(self.others, old, new))


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name.lower() == old.lower() else name for name in names)


def parse(text: str, made_for: str) -> Key:
    """Parse a key; one of an unknown form is kept verbatim (`kind` "")."""
    name, rest = "", text
    named = _NAMED.fullmatch(text)
    if named is not None:
        name, rest = named["name"], named["rest"]
    found = _LISTED.fullmatch(rest)
    if found is None or "(" in found["columns"]:
        return Key(name, "", (), "", (), rest, made_for)
    others = _split(found["others"] or "")
    return Key(name, found["kind"], _split(found["columns"]), found["table"] or "", others, rest, made_for)


def _split(listed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def of_index(text: str, keys: Iterable[Key]) -> tuple[Key, Key] | None:
    """The key of a unique index that a constraint takes over, and what becomes of it; None for any other constraint.

    None too where no key has the name of the index.
    """
    found = _OF_INDEX.fullmatch(text)
    if found is None:
        return None
    index = next((key for key in keys if key.kind == "unique" and key.is_called(found["index"])), None)
    if index is None:
        return None
    return index, replace(index, name=found["name"] or found["index"], kind=found["kind"])
