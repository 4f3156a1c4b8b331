"""Lua: modules by the end of their path, what they return, and functions that are global.

What `require` gives is what the file returns: a table of its own, whose functions are then meant, another module, or a
table of names. Where a program looks for modules is set outside of it, so `a.b` is a file that ends in a/b.lua or
a/b/init.lua: of several the nearest. A module of one name must lie where programs look: at the root, beside the file or
above it, or in a folder of sources.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts, Import
from ctxpack.paths import joined, parent, shared_depth

_ROOTS = frozenset({"", "lua", "src", "lib", "lualib", "spec", "test", "tests"})
_ANNOTATED = "class/"
_CLASS = re.compile(r"^@class\s+(?:\(\w+\)\s*)?([A-Za-z_][\w.]*)", re.MULTILINE)
_GLOBAL = frozenset({"function", "class", "module"})


class LuaResolver(Resolver):
    """Where Lua's modules and global functions are."""

    languages = ("lua",)
    silent_kinds = frozenset({"reexport"})
    unlinked_kinds = frozenset({"impl", "module"})
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the files by their last name, and what is global by name."""
        super().__init__(project, linker)
        self._files: dict[str, list[str]] = defaultdict(list)
        self._globals: dict[str, list[Symbol]] = defaultdict(list)
        for path, facts in project.of(self.languages):
            self._files[_last(path)].append(path)
            for name, index in _globals(facts):
                self._globals[name].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The global names, and the annotated classes, that a file defines."""
        if facts.language in self.languages:
            for name, index in _globals(facts):
                yield _token(name), index

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file of a module, or the file itself for what it returns."""
        if not found.module:
            return Module(path)
        if found.kind == "include":
            places = (joined(parent(path), found.module), joined("", found.module))
            return next((Module(place) for place in places if place in self.project.facts), None)
        return self._by_name(path, found.module)

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The file of the module, where it is another one."""
        place = self.locate(path, found)
        return (place.path,) if isinstance(place, Module) and place.path != path else ()

    def bind(self, path: str, found: Import) -> Thing | None:
        """What the required file returns, or a member of that; a name of the file itself."""
        if not found.module:
            return self.linker.name(path, found.name)
        place = self.locate(path, found)
        if not isinstance(place, Module):
            return place
        value = self._returned(place)
        if not found.name:
            return value
        member = self.linker.member(value, found.name)
        return weaker(member, "import", 0.98) if member is not None else None

    def export(self, path: str, name: str) -> Thing | None:
        """A name of the table that a file returns."""
        value = self._returned(Module(path))
        if not isinstance(value, Module):
            return self.linker.member(value, name)
        found = self.linker.reexported(path, name, self.reexport_kinds)
        own = self.linker.top_level(path, name) if found is None else None
        return own if isinstance(own, Symbol) and self.linker.definition(own).exported else found

    def visible(self, path: str, name: str) -> Thing | None:
        """A function or class that is global, or a class that an annotation names, if only one file defines it."""
        self.linker.consult(_token(name))
        found = self._globals.get(name, ())
        return weaker(found[0], "global", 0.9) if len(found) == 1 else None

    def missing(self, path: str, found: Import) -> str:
        """A file that is named by its place, and is not there."""
        beside = found.kind == "include" and found.module.startswith(("./", "../"))
        return "no such file beside this one" if beside and self.locate(path, found) is None else ""

    def _returned(self, module: Module) -> Thing:
        """What a file returns, where that has a name; else the file as the table of its names."""
        self.linker.consult(module.path)
        for found in self.project.facts[module.path].imports:
            if found.kind == "reexport" and not found.alias and found.scope < 0:
                value = self.linker.bound(module.path, found)
                if value is not None and not isinstance(value, Module):
                    return weaker(value, "import", 0.98)
                return value or module
        return module

    def _by_name(self, path: str, module: str) -> Module | None:
        """The nearest file of a module's name."""
        plain = module.removesuffix(".lua").replace(".", "/").strip("/")
        if not plain:
            return None
        tails = (f"{plain}.lua", f"{plain}/init.lua")
        found = [
            (other, other[: -len(tail)].rstrip("/"))
            for tail in tails
            for other in self._files.get(_last(tail), ())
            if other == tail or other.endswith(f"/{tail}")
        ]
        if "/" not in plain:
            found = [(other, root) for other, root in found if _is_root(root, parent(path))]
        ranked = sorted((-shared_depth(parent(path), parent(other)), len(root), other) for other, root in found)
        if len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]:
            return None
        return Module(ranked[0][2], "import", 0.99 if len(ranked) == 1 else 0.95) if ranked else None


def _is_root(root: str, folder: str) -> bool:
    """Whether modules of one name are looked for in a folder by files of another."""
    return root.rpartition("/")[2] in _ROOTS or root == folder or folder.startswith(f"{root}/")


def _globals(facts: FileFacts) -> Iterator[tuple[str, int]]:
    """The name and index of what is global, and of tables that annotations make classes."""
    for index, one in enumerate(facts.definitions):
        if one.parent < 0 and one.kind in _GLOBAL and one.qualname == one.name:
            if one.exported:
                yield one.name, index
            if one.kind != "function" and (found := _CLASS.search(one.doc)) is not None:
                yield f"{_ANNOTATED}{found[1].replace('.', '/')}", index


def _last(path: str) -> str:
    """A file's last name, with that of its folder where all are called so."""
    folder, _, name = path.rpartition("/")
    return f"{folder.rpartition('/')[2]}/{name}" if name == "init.lua" else name


def _token(name: str) -> str:
    return f"lua\0{name}"
