"""Julia: modules made of files that include each other, what they export, packages by the name of their main file.

A space is a module, known by the file that declares it and its name there ("" for what stands outside of modules). An
included file belongs to the space of the place where it is included. A function may have methods in many files: a name
means those of the asking file, else the only file that defines it, or the only one that documents it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.names import CALLABLE
from ctxpack.graph.project import Module, Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import joined, parent, shared_depth

_DEEPEST = 40

_Space = tuple[str, str]


class JuliaResolver(Resolver):
    """Where Julia's imports lead, and what the files of a module share."""

    languages = ("julia",)

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index what each module holds, imports and exports, over all the files that it includes."""
        super().__init__(project, linker)
        self._facts = dict(project.of(self.languages))
        self._included = self._inclusions()
        self._packages: dict[str, list[str]] = defaultdict(list)
        self._names: dict[tuple[_Space, str], list[Symbol]] = defaultdict(list)
        self._imports: dict[_Space, list[tuple[str, Import]]] = defaultdict(list)
        self._exports: dict[_Space, set[str]] = defaultdict(set)
        for path, facts in self._facts.items():
            name = path.rpartition("/")[2].removesuffix(".jl")
            if _is_main(path) and any(one.qualname == name and one.kind == "module" for one in facts.definitions):
                self._packages[name].append(path)
            for index, definition in enumerate(facts.definitions):
                if (space := self._holding(path, facts, definition)) is not None:
                    self._names[space, definition.name].append(Symbol(path, index))
            for found in facts.imports:
                if found.kind != "include":
                    self._imports[self._space(path, found.scope)].append((path, found))
            self._exports[self._home(path)].update(facts.exports)

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file that is included; the module, or what it holds, that a path from here or from a package names."""
        if found.kind == "include":
            target = joined(parent(path), found.module)
            return Module(target) if target in self._facts else None
        names = found.module.lstrip(".")
        space = self._beginning(path, found, len(found.module) - len(names))
        parts = names.split(".") if names else []
        if not found.module.startswith("."):
            parts = parts[1:]
        for position, name in enumerate(parts):
            thing = self._pick(space, name) if space is not None else None
            if thing is None and space is not None and name == space[1].rpartition(".")[2]:
                continue
            if not isinstance(thing, Symbol):
                return None
            if self.linker.definition(thing).kind != "module":
                return thing if position == len(parts) - 1 else None
            space = (thing.path, self.linker.definition(thing).qualname)
        return _package(space, only_exports=found.name == "*") if space is not None else None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The included file, or the one that declares the module."""
        place = self.locate(path, found)
        if isinstance(place, Package):
            return (place.key.partition(":")[2].partition("\n")[0],)
        return (place.path,) if isinstance(place, Module | Symbol) else ()

    def package_member(self, key: str, name: str) -> Thing | None:
        """What a module holds under a name, or has imported and exports."""
        path, module, exports = key.partition(":")[2].split("\n")
        space = (path, module)
        if exports and name not in self._exports[space]:
            return None
        return self._pick(space, name) or self._brought(space, name)

    def visible(self, path: str, name: str) -> Thing | None:
        """What other files of the module hold or import; the module itself by its name."""
        space = self._home(path)
        found = self._pick(space, name)
        if found is not None:
            return weaker(found, "same module", 0.97)
        if name == space[1].rpartition(".")[2]:
            return _package(space)
        return self._brought(space, name)

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """What a file that a module includes holds."""
        if definition.kind != "module":
            return None
        space = (path, definition.qualname)
        return self._pick(space, name) or self._brought(space, name)

    def missing(self, path: str, found: Import) -> str:
        """An included file that is not there."""
        lost = found.kind == "include" and self.locate(path, found) is None
        return "no such file beside this one" if lost and not found.conditional else ""

    # --- names -------------------------------------------------------------------------------------------------------

    def _pick(self, space: _Space, name: str) -> Thing | None:
        """What a space holds under a name: a type before functions, of functions in several files the documented."""
        found = self._names.get((space, name), [])
        firm = [one for one in found if self._definition(one).kind not in CALLABLE]
        if firm or len({one.path for one in found}) == 1:
            return (firm or found)[0]
        told = [one for one in found if self._definition(one).doc]
        return weaker(told[0], "documented", 0.9) if len({one.path for one in told}) == 1 else None

    def _brought(self, space: _Space, name: str) -> Thing | None:
        """What the files of a space import under a name."""
        wide: list[tuple[str, Import]] = []
        for path, found in self._imports.get(space, ()):
            if found.alias == name:
                thing = self.linker.bound(path, found)
                if thing is not None:
                    return weaker(thing, "import", 0.97)
            elif found.name == "*":
                wide.append((path, found))
        for path, found in wide:
            place = self.linker.place(path, found)
            thing = self.linker.member(place, name) if place is not None else None
            if thing is not None:
                return weaker(thing, "wildcard import", 0.95)
        return None

    def _definition(self, thing: Symbol) -> Definition:
        return self._facts[thing.path].definitions[thing.index]

    # --- spaces ------------------------------------------------------------------------------------------------------

    def _inclusions(self) -> dict[str, tuple[str, int]]:
        """By path, the first file that includes it and the definition around that; those beside tests come last."""
        found: dict[str, tuple[str, int]] = {}
        for path in sorted(self._facts, key=lambda path: ("test" in path.split("/"), path)):
            for one in self._facts[path].imports:
                target = joined(parent(path), one.module) if one.kind == "include" else ""
                if target in self._facts and target != path:
                    found.setdefault(target, (path, one.scope))
        return found

    def _space(self, path: str, scope: int) -> _Space:
        """The space of a place in a file: the nearest module around it there, else that of the file's top."""
        for index in self._around(path, scope):
            definition = self._facts[path].definitions[index]
            if definition.kind == "module":
                return path, definition.qualname
        return self._top(path)

    def _around(self, path: str, scope: int) -> Iterator[int]:
        while scope >= 0:
            yield scope
            scope = self._facts[path].definitions[scope].parent

    def _top(self, path: str) -> _Space:
        """The space of what stands outside of modules in a file."""
        for _ in range(_DEEPEST):
            including = self._included.get(path)
            if including is None:
                break
            path, scope = including
            for index in self._around(path, scope):
                if self._facts[path].definitions[index].kind == "module":
                    return path, self._facts[path].definitions[index].qualname
        return path, ""

    def _home(self, path: str) -> _Space:
        """The space of most of a file: its module, where all of it is one."""
        outer = [one for one in self._facts[path].definitions if one.parent < 0]
        whole = len(outer) == 1 and outer[0].kind == "module"
        return (path, outer[0].qualname) if whole else self._top(path)

    def _holding(self, path: str, facts: FileFacts, definition: Definition) -> _Space | None:
        """The space in which a definition is found by its name; None for members and what is inside functions."""
        outer = facts.definitions[definition.parent] if definition.parent >= 0 else None
        prefix = f"{outer.qualname}." if outer is not None else ""
        if definition.qualname != f"{prefix}{definition.name}":
            return None
        if outer is None:
            return self._top(path)
        if outer.kind == "module":
            return path, outer.qualname
        # The members of an enum are constants beside it.
        return self._holding(path, facts, outer) if outer.kind == "enum" else None

    def _beginning(self, path: str, found: Import, dots: int) -> _Space | None:
        """Where a path of modules begins: so many modules around the import, or at a package."""
        if not dots:
            places = self._packages.get(found.module.partition(".")[0], [])
            if not places:
                return None
            best = min(places, key=lambda place: (-shared_depth(path, place), place))
            return best, best.rpartition("/")[2].removesuffix(".jl")
        space = self._space(path, found.scope)
        for _ in range(dots - 1):
            file, module = space
            if not module:
                return None
            outer = module.rpartition(".")[0]
            space = (file, outer) if outer else self._top(file)
        return space


def _is_main(path: str) -> bool:
    """Whether a file may be that of a package."""
    return path.endswith(".jl") and parent(path).rpartition("/")[2] == "src"


def _package(space: _Space, *, only_exports: bool = False) -> Package:
    return Package(f"julia:{space[0]}\n{space[1]}\n{'exports' if only_exports else ''}")
