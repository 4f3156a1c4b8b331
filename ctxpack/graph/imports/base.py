"""The interface of a resolver: where a language's imports lead, and what a module offers to others.

A resolver is made once for a repository that has its language. The linking core (`graph/symbols.py`) asks it; defaults
suit a language whose modules are files and whose imports are private. Every answer of None means "not in this
repository".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxpack.graph.consulted import Offer, interface
from ctxpack.graph.project import Module, Project, Symbol, Thing, weaker
from ctxpack.model import Definition, FileFacts, Import, Link

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker


class Resolver:
    """Base of the resolvers; a language family makes one subclass and names its `languages`."""

    languages: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()
    """Further languages whose files the indexes of this resolver are made of."""

    reexport_kinds: frozenset[str] = frozenset({"reexport"})
    """Kinds of imports whose names other files can take from this one."""

    silent_kinds: frozenset[str] = frozenset()
    """Kinds of imports that bind no name in the file itself (`export { a } from`)."""

    implicit_self = False
    """Whether a bare name inside a class may be a member of it."""

    unlinked_kinds: frozenset[str] = frozenset({"impl"})
    """Kinds of definitions that references go through but are not about."""

    uncalled_kinds: frozenset[str] = frozenset()
    """Kinds of definitions, besides modules, whose name means something else where it is called."""

    by_scope = False
    """Whether what a bare name means depends on the definition around it, locals and scoped imports apart."""

    words: frozenset[str] = frozenset()
    """Names that mean a place by themselves (`crate`, `super`); `word` says which."""

    extends_anything = False
    """Whether `extension` is asked about values too of which nothing is known."""

    noted = False
    """Whether the linker is told of all that is read of files, and of each question to an index, by its token.

    Where it is not, every file of these languages counts as depending on every other.
    """

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index what is needed of the project; `linker` answers questions about names in files."""
        self.project = project
        self.linker = linker

    @property
    def shared(self) -> str:
        """The token that all files of these languages depend on: for everything where what is read is not `noted`."""
        return "" if self.noted else f"{self.languages[0]}\0"

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file adds to the indexes of this resolver, with the tokens that are noted when they are asked."""
        if not self.noted and facts.language in self.languages:
            yield self.shared, interface(facts)

    def locate(self, path: str, found: Import) -> Thing | None:
        """The module, package or symbol that `found.module` names, seen from the file `path`."""
        raise NotImplementedError

    def bind(self, path: str, found: Import) -> Thing | None:
        """What the import's alias means in `path`: the module itself, or the member `found.name` of it."""
        place = self.locate(path, found)
        if place is None or found.name in ("", "*"):
            return place
        member = self.linker.member(place, found.name)
        return weaker(member, "import", 0.99) if member is not None else None

    def word(self, path: str, name: str, scope: int) -> Thing | None:
        """The place that one of `words` means inside the definition `scope` (-1: at the top) of a file."""
        return None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The files that the import statement names, for `imports` edges."""
        place = self.locate(path, found)
        return (place.path,) if isinstance(place, Module) else ()

    def export(self, path: str, name: str) -> Thing | None:
        """What other files get when they take `name` from the module `path`."""
        return self.linker.top_level(path, name) or self.linker.reexported(path, name, self.reexport_kinds)

    def behind(self, path: str, symbol: Symbol) -> Symbol:
        """The definition behind what only announces it (a prototype), or the variant of it that `path` means."""
        return symbol

    def declaration(self, symbol: Symbol) -> Symbol | None:
        """What is meant together with a definition because that fulfils it (what a trait declares)."""
        return None

    def extension(self, path: str, qualifier: str, name: str, scope: int) -> Thing | None:
        """The function `name` that is called like a member of a value whose type lies outside the repository.

        The qualifier is "?" for a value of which nothing is known (see `extends_anything`).
        """
        return None

    def called(self, thing: Symbol, name: str) -> Thing | None:
        """What is called where `name` is also that of `thing`, a module or of one of `uncalled_kinds`."""
        return None

    def argument(self, callee: Thing, name: str) -> Thing | None:
        """What takes the keyword argument `name` of a call: the callable that has it as a parameter, or a field."""
        return None

    def in_sight(self, definition: Definition) -> bool:
        """Whether a namespace at the top of a file is meant by its name: some are only called by one."""
        return True

    def only_assigned(self, definition: Definition) -> bool:
        """Whether a member is merely assigned to in its class, so that a base's declaration of it goes before."""
        return False

    def package_member(self, key: str, name: str) -> Thing | None:
        """What `name` means in the package `key`."""
        return None

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """The member `name` of the class `definition` of `path` where another file holds it (partial, reopened)."""
        return None

    def visible(self, path: str, name: str) -> Thing | None:
        """What a bare `name` means in `path` when neither the file nor its imports say (same package, prelude)."""
        return None

    def reference_links(self, path: str) -> Iterable[Link] | None:
        """The links of a file's references where the language has rules of its own for them; None: by names."""
        return None

    def missing(self, path: str, found: Import) -> str:
        """Why an import that should lead into the repository does not; "" when it is simply external."""
        return ""
