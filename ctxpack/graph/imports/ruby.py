"""Ruby: constants by their full name wherever they are opened, required files by load path, functions of those files.

Loaders find constants by their names (`Acme::OrderItem` in acme/order_item.rb), and so does this: of several files that
open a class or module, the one that is called so is its definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import joined, parent, shared_depth
from ctxpack.text import snake

_LOAD_FOLDERS = frozenset({"lib", "app", "test", "spec"})


class RubyResolver(Resolver):
    """Where Ruby's constants and required files are."""

    languages = ("ruby",)
    implicit_self = True
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the members of every class and module by full name, and the files by what `require` calls them."""
        super().__init__(project, linker)
        self._members: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        self._files: dict[str, list[str]] = defaultdict(list)
        self._defining: dict[tuple[str, str], list[Symbol]] = {}
        self._nearest: dict[tuple[str, str, str], Thing | None] = {}
        for path, facts in project.of(self.languages):
            for name in _required_as(path):
                self._files[name].append(path)
            for index, owner, name in _members(facts):
                self._members[owner, name].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The constants and members that a file defines."""
        if facts.language == "ruby":
            for _, owner, name in _members(facts):
                yield _token(owner, name), ""

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file that is required."""
        if found.module.startswith(("./", "../")):
            target = joined(parent(path), found.module)
            return next((Module(p) for p in (target, f"{target}.rb") if p in self.project.facts), None)
        return self._nearest_file(path, found.module.removesuffix(".rb"))

    def bind(self, path: str, found: Import) -> Thing | None:
        """The file; requiring binds no name."""
        return self.locate(path, found)

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A member of a class or module that another file opens."""
        thing = self._pick(path, definition.qualname, name)
        return weaker(thing, "reopened", 0.96) if thing is not None else None

    def visible(self, path: str, name: str) -> Thing | None:
        """A constant at the top of any file; a function of a file that this one requires."""
        if name[:1].isupper():
            thing = self._pick(path, "", name)
            return weaker(thing, "constant", 0.96) if thing is not None else None
        for found in self.project.facts[path].imports:
            place = self.locate(path, found)
            if isinstance(place, Module) and (thing := self.linker.top_level(place.path, name)) is not None:
                return weaker(thing, "required file", 0.93)
        return None

    def missing(self, path: str, found: Import) -> str:
        """A file that is required by its place, and is not there."""
        relative = found.module.startswith(("./", "../"))
        return "no such file beside this one" if relative and self.locate(path, found) is None else ""

    # --- choices ------------------------------------------------------------------------------------------------------

    def _pick(self, path: str, owner: str, name: str) -> Thing | None:
        found = self._definitions(owner, name)
        if len(found) <= 1:
            return found[0] if found else None
        key = (parent(path), owner, name)
        if key not in self._nearest:
            near = _nearest(path, [symbol.path for symbol in found])
            self._nearest[key] = next((s for s in found if s.path == near[0]), None) if len(near) == 1 else None
        return self._nearest[key]

    def _definitions(self, owner: str, name: str) -> list[Symbol]:
        """Where a constant or method is defined: once a file, and in the file that is called so if there is one."""
        self.linker.consult(_token(owner, name))
        known = self._defining.get((owner, name))
        if known is None:
            first = {symbol.path: symbol for symbol in reversed(self._members.get((owner, name), ()))}
            named = f"/{_underscored(f'{owner}.{name}' if owner else name)}.rb"
            called = [path for path in sorted(first) if f"/{path}".endswith(named)]
            known = self._defining[owner, name] = [first[path] for path in called or sorted(first)]
        return known

    def _nearest_file(self, path: str, name: str) -> Module | None:
        found = _nearest(path, self._files.get(name, []))
        return Module(found[0]) if len(found) == 1 else None


def _members(facts: FileFacts) -> Iterator[tuple[int, str, str]]:
    """The index, owner and name of what others find by those two: all but functions at the top."""
    for index, definition in enumerate(facts.definitions):
        owner, _, name = definition.qualname.rpartition(".")
        if owner or definition.name[:1].isupper():
            yield index, owner, name


def _token(owner: str, name: str) -> str:
    return f"ruby\0{owner}.{name}"


def _nearest(path: str, found: list[str]) -> list[str]:
    folder = parent(path)
    near = [shared_depth(folder, parent(other)) for other in found]
    return [other for other, count in zip(found, near, strict=True) if count == max(near)]


def _required_as(path: str) -> list[str]:
    """What a file may be required as: its path below the root and every folder that is usually on the load path."""
    names = path.removesuffix(".rb").split("/")
    starts = [0] + [depth + 1 for depth, name in enumerate(names[:-1]) if name in _LOAD_FOLDERS]
    starts += [depth + 2 for depth, name in enumerate(names[:-2]) if name == "app"]
    return sorted({"/".join(names[start:]) for start in starts})


def _underscored(name: str) -> str:
    return "/".join(snake(part) for part in name.split("."))
