"""Tables by name: SQL's tables to the statements that create them, dbt's refs, sources, macros and docs to their files.

dbt looks a name up in the package that asks, then in the other packages of the project. What two files of one package
both define gets no link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.dbt_projects import DbtProjects
from ctxpack.graph.imports.includes import IncludeResolver
from ctxpack.graph.project import Project
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Link, Reference
from ctxpack.paths import shared_depth

_VERSION = re.compile(r"_v\d+$")
_TABLES = frozenset({"table", "view"})
_NAMING = frozenset({"sql", "yaml", "markdown"})
"""Languages whose definitions can be named; Markdown has blocks of documentation."""

_MODELS = frozenset({"sql", "python"})
"""Languages that models are written in, which are named by their file."""

_ROUTINES = frozenset({"function", "macro"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name is defined: a file, and the index of the definition there (-1: the file itself)."""

    path: str
    symbol: int


_Index = dict[tuple[str, str], list[_Place]]


class DatasetResolver(IncludeResolver):
    """Links of SQL and of dbt's property files."""

    languages = ("sql", "yaml")
    indexed = ("markdown",)

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index all that can be named, by the dbt package it is in."""
        super().__init__(project, linker)
        self._packages = DbtProjects(project)
        self._models: _Index = {}
        self._sources: _Index = {}
        self._macros: _Index = {}
        self._docs: _Index = {}
        self._dispatched: dict[tuple[str, str], list[_Place]] = {}
        self._created: dict[str, list[_Place]] = {}
        self._routines: dict[str, list[_Place]] = {}
        for path, facts in project.of(_NAMING):
            self._index(path, facts)
        for path in sorted((*project.paths_of(_MODELS), *project.unparsed)):
            self._index_resource(path)

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The tables, macros, routines and blocks of documentation that a file names."""
        if facts.language not in _NAMING:
            return
        for definition in facts.definitions:
            owner = facts.definitions[definition.parent].qualname if definition.parent >= 0 else ""
            said = (definition.kind, definition.qualname, definition.signature[:16], definition.exported, owner)
            for name in dict.fromkeys((definition.name, definition.qualname, definition.name.partition("__")[2])):
                yield _token(name), said

    # --- what can be named --------------------------------------------------------------------------------------------

    def _index(self, path: str, facts: FileFacts) -> None:
        package = self._packages.of(path)
        for index, definition in enumerate(facts.definitions):
            place = _Place(path, index)
            if facts.language == "sql":
                self._index_sql(package, place, definition)
            elif facts.language == "yaml" and definition.kind == "table" and _is_source(facts, definition):
                self._sources.setdefault((package, definition.qualname), []).append(place)
            elif _is_docs(definition):
                self._docs.setdefault((package, definition.name), []).append(place)

    def _index_resource(self, path: str) -> None:
        """A model, snapshot or seed is named by its file."""
        name = self._packages.resource(path)
        if name:
            self._models.setdefault((self._packages.of(path), name), []).append(_Place(path, -1))

    def _index_sql(self, package: str, place: _Place, definition: Definition) -> None:
        if definition.kind == "macro" and definition.signature.startswith("{%"):
            if " snapshot " in definition.signature[:16]:
                self._models.setdefault((package, definition.name), []).append(place)
                return
            self._macros.setdefault((package, definition.name), []).append(place)
            if "__" in definition.name:
                base = definition.name.partition("__")[2]
                self._dispatched.setdefault((package, base), []).append(place)
        elif definition.kind in _TABLES and definition.exported:
            self._created.setdefault(definition.name.lower(), []).append(place)
        elif definition.kind in _ROUTINES:
            self._routines.setdefault(definition.name.lower(), []).append(place)

    # --- what is named ------------------------------------------------------------------------------------------------

    def reference_links(self, path: str) -> Iterable[Link]:
        """The links of all references of a file, and of property entries to the files that they are about."""
        facts = self.project.facts[path]
        for reference in self.project.references(path):
            yield from self._of(path, facts, reference)
        if facts.language == "yaml":
            yield from self._described(path, facts)

    def _of(self, path: str, facts: FileFacts, reference: Reference) -> Iterator[Link]:
        package = self._packages.of(path)
        qualifier, _, owner = reference.qualifier.partition(".")
        if qualifier == "ref":
            yield from self._one(self._models, package, owner, reference, ("refs", "dbt ref"))
        elif reference.qualifier == "source":
            yield from self._one(self._sources, package, "", reference, ("refs", "dbt source"))
        elif reference.qualifier == "doc":
            yield from self._one(self._docs, package, "", reference, ("references", "dbt docs"))
        elif reference.qualifier.startswith("adapter.dispatch"):
            yield from self._implementations(package, reference)
        elif reference.kind == "call":
            yield from self._called(package, facts, reference)
        elif facts.language == "sql":
            yield from self._table(path, reference)

    def _one(
        self, index: _Index, package: str, owner: str, reference: Reference, rule: tuple[str, str]
    ) -> Iterator[Link]:
        """The link to the one meaning of a name; `rule` is the kind of the edge and its origin."""
        self.linker.consult(_token(reference.name))
        place, confidence = self._packages.lookup(index, package, owner, reference.name)
        if place is not None:
            yield _link(reference, place, *rule, confidence)

    def _implementations(self, package: str, reference: Reference) -> Iterator[Link]:
        """`adapter.dispatch('m')` may call any `<adapter>__m`; the default one is the likeliest."""
        owner = reference.qualifier.removeprefix("adapter.dispatch").lstrip(".")
        self.linker.consult(_token(reference.name))
        for place in self._packages.implementations(self._dispatched, package, owner, reference.name):
            name = self.project.facts[place.path].definitions[place.symbol].name
            yield _link(reference, place, "references", "dbt dispatch", 0.9 if name.startswith("default__") else 0.8)

    def _called(self, package: str, facts: FileFacts, reference: Reference) -> Iterator[Link]:
        """A macro, a generic test by either of its names, or a routine that a statement creates."""
        if "." in reference.qualifier:
            return
        names = (reference.name, f"test_{reference.name}") if facts.language == "yaml" else (reference.name,)
        for name in names:
            self.linker.consult(_token(name))
            place, confidence = self._packages.lookup(self._macros, package, reference.qualifier, name)
            if place is not None:
                yield _link(reference, place, "references", "dbt macro", confidence)
                return
        found = self._routines.get(reference.name.lower(), ())
        if len(found) == 1 and facts.language == "sql":
            yield _link(reference, found[0], "references", "SQL routine", 0.9)

    def _table(self, path: str, reference: Reference) -> Iterator[Link]:
        """A table by its whole name, else by its own where one of the two leaves the schema open."""
        kind = "writes" if reference.kind == "write" else "reads"
        self.linker.consult(_token(reference.name))
        whole = ".".join(part for part in (reference.qualifier, reference.name) if part).lower()
        by_name = [(place, self._qualname(place)) for place in self._created.get(reference.name.lower(), ())]
        places = [place for place, qualname in by_name if qualname == whole]
        origin, confidence = "SQL name", 0.95
        if not places:
            schema = reference.qualifier.rpartition(".")[2].lower()
            places = [place for place, qualname in by_name if _may_be(qualname, schema)]
            origin, confidence = "SQL name without its schema", 0.85
        own = [place for place in places if place.path == path]
        if not own and len({place.path for place in places}) > 1:
            places, confidence = _nearest(path, places), 0.8
        chosen = own or places
        if chosen:
            yield _link(reference, chosen[0], kind, origin, confidence)

    def _qualname(self, place: _Place) -> str:
        return self.project.facts[place.path].definitions[place.symbol].qualname.lower()

    def _described(self, path: str, facts: FileFacts) -> Iterator[Link]:
        """From the entry of a model, seed or snapshot to its file."""
        package = self._packages.of(path)
        for index, definition in enumerate(facts.definitions):
            if definition.kind != "table" or _is_source(facts, definition):
                continue
            self.linker.consult(_token(definition.name))
            place, confidence = self._packages.lookup(self._models, package, "", definition.name, own_only=True)
            if place is not None:
                at = Reference(definition.name, "", "read", definition.line, definition.column, index)
                yield _link(at, place, "defines", "dbt properties", confidence)


def _token(name: str) -> str:
    """The token for what a name means, in whatever version and case."""
    return f"sql\0{_VERSION.sub('', name.lower())}"


def _link(reference: Reference, place: _Place, kind: str, origin: str, confidence: float) -> Link:
    return Link(
        reference.name,
        reference.line,
        reference.column,
        reference.scope,
        place.path,
        place.symbol,
        kind,
        origin,
        confidence,
    )


def _nearest(path: str, places: Iterable[_Place]) -> list[_Place]:
    """Of places in several files those in the one nearest to a path, if it shares more than half of its folders."""
    by_nearness: dict[int, list[_Place]] = {}
    for place in places:
        by_nearness.setdefault(shared_depth(path, place.path), []).append(place)
    best = max(by_nearness)
    near = by_nearness[best]
    return near if 2 * best > path.count("/") and len({place.path for place in near}) == 1 else []


def _is_docs(definition: Definition) -> bool:
    return definition.signature.startswith("{%") and " docs " in definition.signature[:12]


def _is_source(facts: FileFacts, definition: Definition) -> bool:
    """A source's table stands inside the entry of its source, and is named after it."""
    return (
        definition.parent >= 0
        and definition.qualname == f"{facts.definitions[definition.parent].qualname}.{definition.name}"
    )


def _may_be(qualname: str, schema: str) -> bool:
    """Whether a created table may be meant where this schema, or none, is written."""
    created_in = qualname.rpartition(".")[0].rpartition(".")[2]
    return not schema or not created_in or created_in == schema or schema.startswith("{") or created_in.startswith("{")
