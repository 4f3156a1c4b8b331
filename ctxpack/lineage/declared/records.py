"""Separates record types and expectations from table definitions, and names those that take their name from the path.

Record classes inherit the fields of their bases, also from other files. A class that would be a record only through a
base outside the repository does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ctxpack.datamodel.schema import DataFacts, DeclaredTable, SchemaStep
from ctxpack.lineage.orm.classes import Classes
from ctxpack.model import Column
from ctxpack.paths import beside

File = tuple[str, DataFacts]

RECORDS = frozenset({"record", "message", "file"})
EXPECTATIONS = "expectations"

_OF_CLASSES = frozenset({"records", "pandera"})
_PATH, _FILE = "{path}", "{file}"
_MOST_BASES = 100


@dataclass(slots=True)
class Parted:
    """`files` with only the steps that define tables, and the records and expectations taken out of them."""

    files: list[File] = field(default_factory=list)
    records: list[DeclaredTable] = field(default_factory=list)
    expected: list[DeclaredTable] = field(default_factory=list)


def part(files: Sequence[File]) -> Parted:
    """Separate records and expectations from tables; the results keep the order of `files`."""
    classes = Classes([file for file in files if file[1].format in _OF_CLASSES])
    names = _told_elsewhere(files)
    parted = Parted()
    for path, facts in files:
        kept: list[SchemaStep] = []
        for step in facts.steps:
            if facts.format in _OF_CLASSES and step.likeness == "name":
                found = _whole(classes, path, step)
            else:
                found = _named(path, step, names.get(path, ()))
            for made in found:
                if made.kind_of in RECORDS:
                    parted.records.append(_declared(path, facts.format, made))
                elif made.kind_of == EXPECTATIONS:
                    parted.expected.append(_declared(path, facts.format, made))
                else:
                    kept.append(made)
        same = len(kept) == len(facts.steps) and all(a is b for a, b in zip(kept, facts.steps, strict=True))
        parted.files.append((path, facts if same else msgspec.structs.replace(facts, steps=tuple(kept))))
    return parted


def _told_elsewhere(files: Sequence[File]) -> dict[str, list[str]]:
    """By the path of a schema file, the tables that other files say it is the schema of."""
    found: dict[str, list[str]] = {}
    for path, facts in files:
        for step in facts.steps:
            if step.like.startswith(_PATH):
                target = beside(path, step.like.removeprefix(_PATH))
                found.setdefault(target, []).append(step.table)
    return found


def _named(path: str, step: SchemaStep, told: Sequence[str]) -> list[SchemaStep]:
    """A step with the placeholder in its name resolved: by the path, or by the names other files give it (`told`)."""
    if step.like.startswith(_PATH):
        return []
    if step.table == _PATH:
        return [msgspec.structs.replace(step, table=path)]
    if step.table == _FILE:
        stem = path.rpartition("/")[2].partition(".")[0]
        names = told or [stem if step.kind_of in RECORDS else stem.lower()]
        return [msgspec.structs.replace(step, table=name) for name in names if name]
    return [step]


def _whole(classes: Classes, path: str, step: SchemaStep) -> list[SchemaStep]:
    """A record class with the fields of its bases; () for a class that is no record."""
    if not _is_record(classes, path, step, set()):
        return []
    columns: dict[str, Column] = {}
    keys: dict[str, None] = {}
    for _, one in _line(classes, path, step, set()):
        columns.update((column.name, column) for column in one.columns)
        keys.update(dict.fromkeys(one.keys))
    kind = "record" if step.kind_of == "mixin" else step.kind_of
    fields = tuple(columns.values())
    return [msgspec.structs.replace(step, columns=fields, keys=tuple(keys), kind_of=kind, like="", likeness="")]


def _is_record(classes: Classes, path: str, step: SchemaStep, seen: set[tuple[str, str]]) -> bool:
    """Whether a class is a record by itself or through a base; `seen` guards against cycles."""
    if step.kind_of != "mixin":
        return True
    if (path, step.name) in seen or len(seen) > _MOST_BASES:
        return False
    seen.add((path, step.name))
    return any(_is_record(classes, base_path, base, seen) for base_path, base in classes.bases(step, path))


def _line(classes: Classes, path: str, step: SchemaStep, seen: set[tuple[str, str]]) -> list[tuple[str, SchemaStep]]:
    """A class and all its bases, each once, the farthest first; `seen` guards against cycles."""
    if (path, step.name) in seen or len(seen) > _MOST_BASES:
        return []
    seen.add((path, step.name))
    found: list[tuple[str, SchemaStep]] = []
    for base_path, base in reversed(classes.bases(step, path)):
        found.extend(_line(classes, base_path, base, seen))
    return [*found, (path, step)]


def _declared(path: str, name: str, step: SchemaStep) -> DeclaredTable:
    return DeclaredTable(step.table, step.kind_of, step.columns, step.keys, path, step.line, name, step.doc, path)
