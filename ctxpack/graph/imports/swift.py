"""Swift: modules as the packages' manifests lay them out, extensions as parts of the types that they extend.

A file sees all that its module declares and what is public in the modules that it imports (`@testable`: all of it).
Files that no manifest places, those of Xcode projects, are one module in which the nearest definition counts. An
extension may stand in any file; one of a type from elsewhere adds to all values of a type of that name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.namespaces import nearest
from ctxpack.graph.project import Instance, Module, Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import joined, parent, shared_depth

_MANIFEST = re.compile(r"^Package(?:@swift-[\d.]+)?\.swift$")
_TARGET = re.compile(
    r"\.(?P<kind>target|executableTarget|testTarget|macro|plugin)\s*\(\s*name:\s*\"(?P<name>[^\"]+)\"(?P<rest>[^)]*)"
)
_PATH = re.compile(r"\bpath:\s*\"([^\"]*)\"")
_FOLDERS = {"testTarget": ("Tests", "Sources", "Source", "src", "srcs"), "plugin": ("Plugins",)}
_USUAL = ("Sources", "Source", "src", "srcs")
_PUBLIC = re.compile(r"\b(?:public|open|package)\b")
_NAME = re.compile(r"\{?([^\W\d]\w*)\(\)(?:\|.*\})?$")
_ALL = "type"
"""The kind of an import that shows what is internal, too."""


class SwiftResolver(Resolver):
    """Where Swift's imports lead, and what the files of a module share."""

    languages = ("swift",)
    implicit_self = True
    noted = True
    silent_kinds = frozenset({"import", "reexport", _ALL})

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the names of every module and what extensions add, by the name of what they extend."""
        super().__init__(project, linker)
        self._targets = _targets(project)
        self._modules: dict[str, set[str]] = defaultdict(set)
        for folder, name in self._targets:
            self._modules[name].add(folder)
        self._names: dict[tuple[str, str], list[Symbol | Module]] = defaultdict(list)
        self._added: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        self._extensions: dict[str, list[Symbol]] = defaultdict(list)
        self._passed_on: dict[str, list[tuple[str, Import]]] = defaultdict(list)
        self._folders: dict[str, str] = {}
        for path, facts in project.of(self.languages):
            folder = self._module(path)
            for index, definition in _top(facts):
                self._names[folder, definition.name].append(Symbol(path, index))
            for index, owner, name in _additions(facts):
                self._added[owner, name].append(Symbol(path, index))
            self._passed_on[folder].extend((path, found) for found in facts.imports if found.kind == "reexport")
            for index, definition in enumerate(facts.definitions):
                if definition.kind == "impl" and definition.bases:
                    self._extensions[definition.qualname].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file adds to its module, and to the types that it extends."""
        if facts.language not in self.languages:
            return
        passed_on = tuple((one.module, one.name) for one in facts.imports if one.kind == "reexport")
        yield _token(self._module(path)), (passed_on, tuple((one.name, _is_public(one)) for _, one in _top(facts)))
        for _, owner, name in _additions(facts):
            yield _token("", owner), name
        for one in facts.definitions:
            if one.kind == "impl" and one.bases:
                yield _token("", one.qualname), one.bases

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The module of that name that lies nearest."""
        folder = self._imported(path, found.module.partition(".")[0])
        return Package(f"swift:{folder}\n{int(found.kind == _ALL)}", "import") if folder is not None else None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The files that hold what is used of the module."""
        place = self.locate(path, found)
        if not isinstance(place, Package):
            return ()
        wanted = {one.name for one in self.project.references(path) if one.qualifier in ("", found.module)}
        names = wanted if found.name == "*" else {found.name}
        things = [self.package_member(place.key, name) for name in sorted(names)]
        return tuple(sorted({one.path for one in things if isinstance(one, Symbol)} - {path}))

    def package_member(self, key: str, name: str) -> Thing | None:
        """What a module shows under a name, itself or from a module that it passes on."""
        folder, _, whole = key.partition(":")[2].partition("\n")
        found = self._pick(folder, folder, name)
        if isinstance(found, Symbol) and (whole == "1" or _is_public(self.linker.definition(found))):
            return found
        for path, one in self._passed_on.get(folder, ()) if found is None else ():
            place = self.linker.place(path, one) if one.name in ("*", name) else None
            thing = self.linker.member(place, name) if place is not None else None
            if thing is not None:
                return weaker(thing, "re-export", 0.96)
        return None

    def visible(self, path: str, name: str) -> Thing | None:
        """What the file's module declares, then what is public in those imported; last the name of such a module."""
        own = self._pick(self._module(path), path, name)
        if own is not None:
            return weaker(own, "same module", 0.98)
        for found in self.project.facts[path].imports:
            if found.name not in ("*", name):
                continue
            place = self.linker.place(path, found)
            thing = self.linker.member(place, name) if place is not None else None
            if thing is not None:
                return weaker(thing, "import", 0.97)
        return next((self.locate(path, one) for one in self.project.facts[path].imports if one.module == name), None)

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A member that an extension adds; inside an extension, of the type that it extends."""
        if definition.kind == "impl":
            thing = self.linker.resolve(path, *_split(definition.qualname))
            if isinstance(thing, Symbol) and self.linker.definition(thing).kind != "impl":
                return self.linker.member(Instance(thing.path, thing.index), name)
        return self._extending(path, definition, name)

    def extension(self, path: str, qualifier: str, name: str, scope: int) -> Thing | None:
        """What an extension of a type from elsewhere adds, for a value of a type of that name."""
        known = _NAME.match(qualifier)
        if known is None or self.linker.name(path, known[1], scope) is not None:
            return None
        found = self._add(path, known[1], name)
        return weaker(found, "extension", 0.93) if found is not None else None

    # --- extensions --------------------------------------------------------------------------------------------------

    def _extending(self, path: str, definition: Definition, name: str) -> Thing | None:
        """What extensions of a type add, themselves or by the protocols that they adopt."""
        found = self._add(path, definition.qualname, name)
        if found is not None:
            return weaker(found, "extension", 0.97)
        for one in self._extensions.get(definition.qualname, ()):
            if self._sees(one.path, path):
                for base in self.linker.definition(one).bases:
                    thing = self._based(one.path, base, name)
                    if thing is not None:
                        return thing
        for base in definition.bases:
            if "." not in base and self.linker.evaluate(path, base, definition.parent) is None:
                found = self._add(path, base, name)
                if found is not None:
                    return weaker(found, "extension", 0.93)
        return None

    def _based(self, path: str, base: str, name: str) -> Thing | None:
        """The member of a protocol, or what an extension adds to one from elsewhere."""
        owner = self.linker.evaluate(path, base)
        if isinstance(owner, Symbol):
            found = self.linker.member(Instance(owner.path, owner.index), name)
        else:
            found = self._add(path, base, name) if owner is None else None
        return weaker(found, "extension", 0.95) if found is not None else None

    def _add(self, path: str, owner: str, name: str) -> Thing | None:
        """What extensions of `owner` call `name`: in the same module, or in the only file that has it."""
        self.linker.consult(_token("", owner))
        found = [one for one in self._added.get((owner, name), ()) if self._sees(one.path, path)]
        near = [one for one in found if self._module(one.path) == self._module(path)] or found
        paths = {one.path for one in near}
        if len(paths) == 1:
            return near[0]
        return nearest(path, list(near)) if paths and not self._module(path) else None

    def _sees(self, path: str, other: str) -> bool:
        """Whether a file can extend what another declares: in its module, or in one that it imports."""
        folder = self._module(other)
        if self._module(path) == folder:
            return True
        return any(self._imported(path, one.module) == folder for one in self.project.facts[path].imports)

    # --- modules -----------------------------------------------------------------------------------------------------

    def _pick(self, folder: str, path: str, name: str) -> Thing | None:
        self.linker.consult(_token(folder))
        found = self._names.get((folder, name))
        if found is None or len(found) == 1:
            return found[0] if found else None
        return nearest(path, found)

    def _module(self, path: str) -> str:
        """The folder of the module of a file, "" where no manifest places it."""
        known = self._folders.get(path)
        if known is None:
            around = [folder for folder, _ in self._targets if path.startswith(f"{folder}/")]
            known = self._folders[path] = max(around, key=len, default="")
        return known

    def _imported(self, path: str, name: str) -> str | None:
        """The folder of the module that a file imports by a name: of several the nearest, None on a tie."""
        folders = sorted(self._modules.get(name, ()))
        best = max((shared_depth(parent(path), folder) for folder in folders), default=0)
        near = [folder for folder in folders if shared_depth(parent(path), folder) == best]
        return near[0] if len(near) == 1 else None


def _targets(project: Project) -> list[tuple[str, str]]:
    """The folder and name of each target of a manifest that has files, in order."""
    folders = {parent(path) for path in project.paths_of(("swift",))}
    filled = folders | {above for folder in folders for above in _above(folder)}
    found: set[tuple[str, str]] = set()
    for path in project.settings:
        if _MANIFEST.match(path.rpartition("/")[2]):
            for target in _TARGET.finditer(project.read(path)):
                said = _PATH.search(target["rest"])
                usual = _FOLDERS.get(target["kind"], _USUAL)
                places = (said[1],) if said else tuple(f"{folder}/{target['name']}" for folder in usual)
                place = next((one for place in places if (one := joined(parent(path), place)) in filled), None)
                if place:
                    found.add((place.rstrip("/"), target["name"].replace("-", "_")))
    return sorted(found)


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = parent(folder)
        yield folder


def _top(facts: FileFacts) -> Iterator[tuple[int, Definition]]:
    """What other files of the module can name: all at the top that is not private or an extension."""
    for index, one in enumerate(facts.definitions):
        if one.parent < 0 and one.exported and one.kind != "impl":
            yield index, one


def _additions(facts: FileFacts) -> Iterator[tuple[int, str, str]]:
    """The index, owner and name of each member that an extension adds."""
    for index, one in enumerate(facts.definitions):
        if one.parent >= 0 and one.exported and facts.definitions[one.parent].kind == "impl":
            yield index, *_split(one.qualname)


def _split(qualname: str) -> tuple[str, str]:
    owner, _, name = qualname.rpartition(".")
    return owner, name


def _is_public(definition: Definition) -> bool:
    return _PUBLIC.search(definition.signature.partition(definition.name)[0]) is not None


def _token(folder: str, owner: str = "") -> str:
    return f"swift\0{folder}\0{owner}"
