"""Objective-C: names as C sees them through its includes, and classes whose members stand in several files.

The members of a class are those of its interface, its implementations, its extensions and its categories, wherever they
stand: a method is declared in a header and has its body elsewhere. Names of classes and protocols are global to a
program, so the only one of a name is meant also where a header that is not looked into brings it in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.c import CResolver
from ctxpack.graph.project import Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts

_CLASSES = frozenset({"class", "interface"})
_HOLDERS = frozenset({"class", "interface", "impl"})


class ObjcResolver(CResolver):
    """Where includes, names and members of Objective-C lead."""

    languages = ("objc",)
    indexed = ("c", "cpp", "yacc")
    implicit_self = False

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index classes by name and their members by full name, besides what C does."""
        super().__init__(project, linker)
        self._classes: dict[str, list[Symbol]] = defaultdict(list)
        self._members: dict[str, list[Symbol]] = defaultdict(list)
        for path, facts in project.of(self.languages):
            for index, one in enumerate(facts.definitions):
                if one.kind in _CLASSES:
                    self._classes[one.name].append(Symbol(path, index))
                elif one.parent >= 0 and facts.definitions[one.parent].kind in _HOLDERS:
                    self._members[one.qualname].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """As for C, by tokens of its own for classes and members."""
        yield from super().offers(path, facts)
        if facts.language in self.languages:
            for one in facts.definitions:
                yield _token(one.qualname), (one.kind, one.signature.endswith(";"))

    def visible(self, path: str, name: str) -> Thing | None:
        """What is in sight; else the only class or protocol of that name."""
        found = super().visible(path, name)
        if isinstance(found, Symbol) and self._definition(found).kind != "impl":
            return found
        self.linker.consult(_token(name))
        named = self._classes.get(name, ())
        return weaker(named[0], "class", 0.94) if len(named) == 1 else found

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A member of a class in another file or block, or the property behind an underscored variable."""
        if definition.kind not in _HOLDERS:
            return super().elsewhere(path, definition, name)
        found = self._member(f"{definition.qualname}.{name}")
        if found is None and name.startswith("_"):
            found = self._member(f"{definition.qualname}.{name[1:]}")
        return weaker(found, "class", 0.96) if found is not None else None

    def _member(self, qualname: str) -> Symbol | None:
        """The only body of a member, else its only declaration."""
        self.linker.consult(_token(qualname))
        found = self._members.get(qualname, [])
        bodies = [one for one in found if not self._definition(one).signature.endswith(";")]
        among = bodies or found
        return among[0] if len({one.path for one in among}) == 1 else None


def _token(qualname: str) -> str:
    return f"objc\0{qualname}"
