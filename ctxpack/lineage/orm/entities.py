"""Tables of entity classes with decorated or annotated members: TypeORM, JPA.

Where the schema of one class depends on another, the parsers leave a placeholder, resolved here where all classes are
known. As a type, `{embedded Name}` stands for the columns of that class and `{key of Name}` for the type of the primary
key of its table; `{const NAME}` stands for the value of a constant, `{Name}` in a key or name for that class's table,
and `{Key}` or `{key}` in a column's name for the name of the referenced key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.orm.classes import Classes
from ctxpack.model import Column

MAPPERS = frozenset({"typeorm", "jpa"})
"""The formats whose classes are resolved here."""

PER_CLASS, JOINED = "{per class}", "{joined}"
"""Inheritance strategies, marked among the keys of the root class.

Per class: each subclass has a table with all columns. Joined: each subclass has one with its own columns and the key.
Without a mark, subclasses share the table of the root.
"""

_EMBEDDED = re.compile(r"^\{embedded (?P<name>\w+)\}$")
_KEY_OF = re.compile(r"^\{key of (?P<name>\w+)\}$")
_KEY_NAME = re.compile(r"\{(?:(?P<of>\w+) )?(?P<as>[Kk])ey\}")
_CONSTANT = re.compile(r"\{const (?P<name>[\w.]+)\}")
_TABLE = re.compile(r"\{(?P<name>\w+)\}")
_PRIMARY = re.compile(r"^primary key \((?P<columns>.*)\)$")
_DEEPEST = 8
_ID = Column("id")

Placed = tuple[str, Column]
"""A column as declared in a class, with the path of that class's file."""


class Entities:
    """The classes of all files of one mapper."""

    def __init__(self, files: Sequence[tuple[str, DataFacts]], mapper: str) -> None:
        self._constants = _constants(files)
        self.files = [(path, msgspec.structs.replace(facts, steps=self._spelled_out(facts))) for path, facts in files]
        self._classes = Classes(self.files)
        self._mapper = mapper

    def _spelled_out(self, facts: DataFacts) -> tuple[SchemaStep, ...]:
        """The steps of a file with constants resolved; tables and columns whose names stay unresolved are dropped."""
        found: list[SchemaStep] = []
        for step in facts.steps:
            table = self._held(step.table)
            columns = [msgspec.structs.replace(one, name=self._held(one.name)) for one in step.columns]
            keys = tuple(key for key in map(self._held, step.keys) if "{const " not in key)
            if step.kind_of != "constants" and "{const " not in table:
                known = tuple(one for one in columns if "{const " not in one.name)
                low = table if table == step.table else table.lower()
                found.append(msgspec.structs.replace(step, table=low, columns=known, keys=keys))
        return tuple(found)

    def _held(self, text: str) -> str:
        """A text with the known constants replaced by their values."""
        for _ in range(_DEEPEST if "{const " in text else 0):
            text = _CONSTANT.sub(lambda match: self._constants.get(match["name"]) or match[0], text)
        return text

    def whole(self, path: str, step: SchemaStep) -> Iterator[SchemaStep]:
        """The step that creates the table of a class, or the steps that add its columns and keys to a shared table."""
        if step.likeness != "name":
            yield self._filled(path, step, [(path, column) for column in step.columns], step.keys)
            return
        if step.kind_of not in ("table", "child"):
            return
        taken = self._lines(path, step)
        columns = [placed for source, one in taken for placed in self._columns(source, one, 0)]
        keys = tuple(key for _, one in taken for key in one.keys if key not in (PER_CLASS, JOINED))
        made = self._filled(path, step, columns, keys)
        owner = self._owner(path, step)
        if not made.columns:
            return
        if owner is None:
            yield made
        else:
            added = tuple(msgspec.structs.replace(one, nullable=True) for one in made.columns)
            yield SchemaStep("add column", owner.table, step.line, added)
            keys = tuple(key for key in made.keys if not key.startswith("primary"))
            if keys:
                yield SchemaStep("add key", owner.table, step.line, keys=keys)

    def _above(self, path: str, step: SchemaStep) -> list[tuple[str, SchemaStep]]:
        """The chain of first bases of a class, each with its path, the nearest first."""
        found: list[tuple[str, SchemaStep]] = []
        bases = self._classes.bases(step, path)
        while bases and len(found) < _DEEPEST:
            found.append(bases[0])
            bases = self._classes.bases(bases[0][1], bases[0][0])
        return found

    def _root(self, path: str, step: SchemaStep) -> SchemaStep | None:
        """The root of a class's hierarchy: the farthest base that has a table; None without one."""
        return next((one for _, one in reversed(self._above(path, step)) if one.kind_of == "table"), None)

    def _owner(self, path: str, step: SchemaStep) -> SchemaStep | None:
        """The class whose table a class shares (single-table inheritance); None if it shares none."""
        root = self._root(path, step)
        if root is None or (self._mapper == "typeorm" and step.kind_of != "child"):
            return None
        return root if not {PER_CLASS, JOINED}.intersection(root.keys) else None

    def _lines(self, path: str, step: SchemaStep) -> list[tuple[str, SchemaStep]]:
        """The classes, the farthest first, whose columns make up the table of a class or its part of a shared one."""
        root = self._root(path, step)
        above = self._above(path, step)
        if root is not None and (self._owner(path, step) is not None or JOINED in root.keys):
            tables = [number for number, (_, one) in enumerate(above) if one.kind_of in ("table", "child")]
            inherited = [(source, self._key_alone(source, one)) for source, one in above if one is root]
            above = above[: tables[0]] + (inherited if JOINED in root.keys else [])
        return [*reversed(above), (path, step)]

    def _key_alone(self, path: str, step: SchemaStep) -> SchemaStep:
        """A class reduced to the columns of its primary key."""
        columns = tuple(msgspec.structs.replace(one, default="") for one in self._keys(path, step, 0))
        names = ", ".join(one.name for one in columns)
        return msgspec.structs.replace(step, columns=columns, keys=(f"primary key ({names})",) if names else ())

    # --- columns ------------------------------------------------------------------------------------------------------

    def _columns(self, path: str, step: SchemaStep, depth: int) -> Iterator[Placed]:
        """The columns of a class itself, with embedded classes expanded into theirs."""
        for column in step.columns:
            embedded = _EMBEDDED.match(column.type)
            found = self._classes.find(embedded["name"] if embedded else column.type, path)
            if embedded is None and (found is None or found[1].kind_of != "embeddable"):
                yield path, column
                continue
            found = found if depth < _DEEPEST else None
            for source, one in [*reversed(self._above(*found)), found] if found is not None else []:
                for where, inner in self._columns(source, one, depth + 1):
                    name = self._prefixed(column.name, inner.name)
                    yield where, msgspec.structs.replace(inner, name=name, line=column.line)

    def _prefixed(self, prefix: str, name: str) -> str:
        if self._mapper != "typeorm" or not prefix:
            return name
        return prefix + name[:1].upper() + name[1:]

    def _named(self, path: str, column: Column, depth: int = 0) -> list[Column]:
        """A column with name and type taken from the key that it references; several for a composite key."""
        refers = _KEY_OF.match(column.type)
        if refers is None:
            return [column]
        found = self._classes.find(refers["name"], path)
        keys = self._keys(*found, depth + 1) if found is not None else []
        if len(keys) > 1 and not _KEY_NAME.search(column.name):
            return [msgspec.structs.replace(column, type="")]
        return [
            msgspec.structs.replace(column, name=self._keyed(path, column.name, key.name), type=key.type)
            for key in keys or [_ID]
        ]

    def _keys(self, path: str, step: SchemaStep, depth: int) -> list[Column]:
        """The primary key columns of a class's table; () where they are not stated."""
        if depth > _DEEPEST:
            return []
        above = [(path, step), *self._above(path, step)]
        keys = (match["columns"] for _, one in above for key in one.keys if (match := _PRIMARY.match(key)))
        stated = {name for columns in keys for name in columns.split(", ")}
        placed = [(source, column) for source, one in above for column in one.columns if column.name in stated]
        return [named for source, column in placed for named in self._named(source, column, depth)]

    def _keyed(self, path: str, text: str, key: str) -> str:
        """A name with the name of a key filled in: `{Key}` in camel case ("userId"), `{key}` as it is ("user_id")."""

        def told(match: re.Match[str]) -> str:
            humped = key[:1].upper() + key[1:] if match["as"] == "K" else key
            if not match["of"]:
                return humped
            return _humped(self._table_of(path, match["of"]).rpartition(".")[2]) + humped

        return _KEY_NAME.sub(told, text)

    # --- tables -------------------------------------------------------------------------------------------------------

    def _filled(self, path: str, step: SchemaStep, columns: Sequence[Placed], keys: Sequence[str]) -> SchemaStep:
        """The step with all placeholders resolved."""
        filled: dict[str, Column] = {}
        named: dict[str, str] = {}
        for source, column in columns:
            found = self._named(source, column)
            named[column.name] = ", ".join(one.name for one in found)
            for one in found:
                # An explicit property for a foreign key column declares more than the relation does, so it wins.
                if one.name.lower() not in filled or not _KEY_OF.match(column.type):
                    filled[one.name.lower()] = one
        told = [self._told(path, key, named) for key in keys]
        primary = [match["columns"] for key in told if (match := _PRIMARY.match(key))]
        others = [key for key in dict.fromkeys(told) if not _PRIMARY.match(key)]
        first = [f"primary key ({', '.join(dict.fromkeys(primary))})"] if primary else []
        table = _TABLE.sub(lambda match: self._table_of(path, match["name"]), step.table).lower()
        return msgspec.structs.replace(
            step, table=table, columns=tuple(filled.values()), keys=(*first, *others), kind_of="table", like="",
            likeness="",
        )  # fmt: skip

    def _told(self, path: str, key: str, named: Mapping[str, str]) -> str:
        """A key with the final names of its columns (`named`) and of the referenced table."""
        renamed = {before: after for before, after in named.items() if before != after}
        if renamed:
            names = "|".join(re.escape(name) for name in sorted(renamed, key=lambda name: (-len(name), name)))
            key = re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda match: renamed[match[0]], key)
        return _TABLE.sub(lambda match: self._table_of(path, match["name"]), key)

    def _table_of(self, path: str, name: str) -> str:
        """The table of a class; of an unknown class the name in snake case."""
        found = self._classes.find(name, path)
        owner = found[1] if found is not None else None
        if found is not None and not found[1].table:
            owner = self._root(*found)
        return owner.table if owner is not None and owner.table else _snake(name)


def _constants(files: Sequence[tuple[str, DataFacts]]) -> dict[str, str]:
    """The values of constants by `Class.NAME`, and by `NAME` alone where all classes agree on it."""
    found: dict[str, str] = {}
    alone: dict[str, set[str]] = {}
    for _, facts in files:
        for step in (one for one in facts.steps if one.kind_of == "constants"):
            for constant in step.columns:
                value = _owned(constant.type, step.name)
                found.setdefault(f"{step.name}.{constant.name}", value)
                alone.setdefault(constant.name, set()).add(value)
    found.update((name, min(values)) for name, values in alone.items() if len(values) == 1)
    return found


def _owned(text: str, owner: str) -> str:
    """The value of a constant, with references to constants of the same class qualified by that class."""
    return re.sub(r"\{const (?=\w+\})", f"{{const {owner}.", text)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _humped(name: str) -> str:
    """A name in snake case as camel case: `order_line` gives `orderLine`."""
    head, *rest = name.split("_")
    return head + "".join(one[:1].upper() + one[1:] for one in rest)
