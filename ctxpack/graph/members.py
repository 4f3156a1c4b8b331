"""What a name means as a member of a class or of one of its values: its own, a part's in another file, a base's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxpack.graph import operations
from ctxpack.graph.names import Names
from ctxpack.graph.project import Instance, Symbol, Thing, weaker
from ctxpack.model import Definition

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker


def of_class(linker: Linker, thing: Symbol | Instance, name: str) -> Thing | None:
    """The member of a class, of an instance, or of the value of a variable."""
    definition = linker.definition(thing)
    if not (isinstance(thing, Instance) and thing.bases_only):
        own = _own(linker, thing, definition, name)
        if own is not None:
            return _declared_above(linker, thing, definition, name, own) or own
    if isinstance(thing, Symbol) and linker.is_value(thing):
        value = linker.typed(thing)
        return linker.member(value, name) if value is not None else None
    alias = operations.behind(linker, thing)
    if alias is not None:
        return linker.member(alias, name)
    # What the traits of an impl block give, its resolver has told.
    return _inherited(linker, thing, definition, name) if definition.kind != "impl" else None


def only_assigned(file: Names, index: int) -> bool:
    """Whether a definition is merely assigned to where it stands, so that a base may declare it."""
    return file.resolver is not None and file.resolver.only_assigned(file.facts.definitions[index])


def elsewhere(linker: Linker, path: str, definition: Definition, name: str) -> Thing | None:
    """A member of a class that another file holds."""
    resolver = linker.names(path).resolver
    found = resolver.elsewhere(path, definition, name) if resolver is not None else None
    return linker.noted(found) if found is not None else None


def _own(linker: Linker, thing: Symbol | Instance, definition: Definition, name: str) -> Thing | None:
    """A member written in the class itself, or in a part of it that another file holds."""
    index = linker.names(thing.path).members.get((definition.qualname, name))
    if index is not None:
        return Symbol(thing.path, index, thing.origin, thing.confidence)
    return elsewhere(linker, thing.path, definition, name)


def _declared_above(
    linker: Linker, thing: Symbol | Instance, definition: Definition, name: str, own: Thing
) -> Thing | None:
    """The declaration of a member in a base, where the class itself merely assigns to it."""
    if not definition.bases or not isinstance(own, Symbol) or own.path != thing.path:
        return None
    if not only_assigned(linker.names(thing.path), own.index):
        return None
    found = _inherited(linker, thing, definition, name)
    declared = isinstance(found, Symbol) and not only_assigned(linker.names(found.path), found.index)
    return found if declared else None


def _inherited(linker: Linker, thing: Symbol | Instance, definition: Definition, name: str) -> Thing | None:
    for base in definition.bases:
        owner = linker.evaluate(thing.path, base, definition.parent)
        if isinstance(owner, Symbol) and (owner.path, owner.index) != (thing.path, thing.index):
            inherited = linker.member(Instance(owner.path, owner.index), name)
            if inherited is not None:
                return weaker(inherited, "inherited", 0.96)
    return None
