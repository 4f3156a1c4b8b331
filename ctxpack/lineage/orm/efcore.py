"""Tables of Entity Framework classes: those in a `DbSet` of a context, or mapped to a table by name.

A property whose type is another known class is a navigation to that entity and no column; properties of all other types
(an enumeration, a date) are columns. A class inherits the columns of its bases; if a base has a table, the class shares
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.families.family import File
from ctxpack.lineage.orm.classes import Classes
from ctxpack.model import Column
from ctxpack.paths import shared_depth

_CLASS = re.compile(r"^\{class (?P<name>.+)\}$")
_WORDS = re.compile(r"\w+")
_IDENTITY = frozenset("IdentityUser IdentityRole IdentityUserRole IdentityUserClaim IdentityUserLogin".split())
"""Base classes of ASP.NET Identity: their columns and tables are declared outside the repository."""

_DEEPEST = 10


class Models:
    """The C# classes of all files, and the tables that they are mapped to."""

    def __init__(self, files: Sequence[File]) -> None:
        self._classes = Classes(files)
        self._said: dict[str, list[SchemaStep]] = {}
        self._tables: dict[str, str] = {}
        self._sayers: dict[str, str] = {}
        self._paths: dict[str, list[str]] = {}
        for kind in ("set", "named", "class"):
            for path, facts in files:
                for one in facts.steps:
                    if one.kind_of == kind and one.table:
                        self._tables[one.name], self._sayers[one.name] = one.table, path
        for path, facts in files:
            for one in facts.steps:
                if one.kind_of == "configured":
                    self._said.setdefault(one.name, []).append(one)
                elif one.kind_of == "class":
                    self._paths.setdefault(one.name, []).append(path)

    def steps(self, path: str, facts: DataFacts) -> Iterator[SchemaStep]:
        """The steps that create the tables of the classes of a file, or add columns to the table of a base."""
        for step in facts.steps:
            name = self._tables.get(step.name, "") if step.kind_of == "class" else ""
            # Of several classes with the same name, the one nearest to the mapping has the table.
            if not name or step.like in _IDENTITY or self._nearest(step.name) != path:
                continue
            above = self._above(path, step)
            columns, keys = self._whole(path, [*reversed(above), step])
            owner = next((one for one in reversed(above) if one.name in self._tables), None)
            if owner is not None and columns:
                inherited = {one.name for one in self._whole(path, self._lineage(path, owner))[0]}
                added = tuple(
                    msgspec.structs.replace(one, nullable=True) for one in columns if one.name not in inherited
                )
                if added:
                    yield SchemaStep("add column", self._tables[owner.name].lower(), step.line, added)
            elif columns:
                spelled = "" if name == name.lower() else name
                yield msgspec.structs.replace(
                    step, table=name.lower(), columns=columns, keys=keys, kind_of="table", like="", likeness="",
                    spelled=spelled,
                )  # fmt: skip

    def _nearest(self, name: str) -> str:
        """The file of the class `name`: the nearest to the file that maps it to a table, in doubt the one higher up."""
        said, paths = self._sayers[name], self._paths.get(name, ())
        return min(paths, key=lambda path: (-shared_depth(path, said), path.count("/"), path), default="")

    def _lineage(self, path: str, step: SchemaStep) -> list[SchemaStep]:
        return [*reversed(self._above(path, step)), step]

    def _above(self, path: str, step: SchemaStep) -> list[SchemaStep]:
        """The chain of first bases of a class, the nearest first."""
        found: list[SchemaStep] = []
        bases = self._classes.bases(step, path)
        while bases and len(found) < _DEEPEST:
            found.append(bases[0][1])
            bases = self._classes.bases(bases[0][1], bases[0][0])
        return found

    def _whole(self, path: str, line: Sequence[SchemaStep]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        """The columns and keys of a class hierarchy; `line` is the class after its bases, the farthest first."""
        columns: dict[str, Column] = {}
        keys: list[str] = []
        leads: dict[str, str] = {}
        for step in line:
            for column in step.columns:
                found = _CLASS.match(column.type)
                kind = found["name"] if found else column.type
                if found and self._classes.find(kind.rpartition(".")[2], path) is not None:
                    leads[column.name] = kind.rpartition(".")[2]
                else:
                    columns[column.name] = msgspec.structs.replace(column, type=kind)
            keys = [*step.keys] or keys
        renamed = self._configure([step.name for step in line], columns, keys)
        for member, target in leads.items():
            own = renamed.get(f"{member}Id", f"{member}Id")
            if f"{member}Id" in columns and target in self._tables:
                keys.append(f"foreign key ({own}) references {self._tables[target].lower()}")
        return tuple(columns.values()), tuple(keys)

    def _configure(self, names: Sequence[str], columns: dict[str, Column], keys: list[str]) -> dict[str, str]:
        """Apply the fluent configuration of the classes `names` to `columns` and `keys`, in place.

        Gives the columns whose name differs from that of their member, by member.
        """
        renamed: dict[str, str] = {}
        for said in (one for name in names for one in self._said.get(name, ())):
            keys[:] = list(said.keys) or keys
            for one in said.columns:
                known = columns.get(one.name)
                if known is None:
                    continue
                nullable = known.nullable if one.nullable is None else one.nullable
                columns[one.name] = msgspec.structs.replace(
                    known, name=said.doc or known.name, type=one.type or known.type, nullable=nullable,
                    default=one.default or ("" if said.like else known.default),
                )  # fmt: skip
                if said.doc:
                    renamed[one.name] = said.doc
        keys[:] = [_WORDS.sub(lambda match: renamed.get(match[0], match[0]), key) for key in keys]
        return renamed
