"""Dart: libraries by path or by package, their parts, what they export on, extensions as parts of types.

A path that begins with `package:` lies in the lib folder of the package that a pubspec.yaml of the repository names.
A library and its parts share all names and imports, private ones included; nobody else sees a private name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Instance, Module, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import joined, parent, shared_depth

_PACKAGE = re.compile(r"^name:\s*[\"']?(\w+)", re.MULTILINE)
_NAME = re.compile(r"\{?([^\W\d]\w*)\(\)(?:\|.*\})?$")
_HOLDER = re.compile(r"\bextends\s+\w*State<\s*(\w+)")
"""The class of a state by Flutter's conventions, with the widget that it is of."""

_GENERATED = (
    ".g.dart", ".freezed.dart", ".gr.dart", ".config.dart", ".mocks.dart", ".chopper.dart", ".gen.dart", ".pb.dart",
    ".template.dart",
)  # fmt: skip
_GENERATED_PARTS = frozenset({"generated", "gen", "l10n", "flutter_gen"})
"""Names of folders and packages that hold what tools make, and repositories leave out."""

_LIBRARIES = "dart\0libraries"
_MOST_PARTS = 200


class DartResolver(Resolver):
    """Where Dart's imports lead, and what the parts of a library share."""

    languages = ("dart",)
    implicit_self = True
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the packages, the libraries that have names, and what extensions add."""
        super().__init__(project, linker)
        self._packages = _packages(project)
        self._libraries: dict[str, list[str]] = defaultdict(list)
        self._added: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        for path, facts in project.of(self.languages):
            if facts.package:
                self._libraries[facts.package].append(path)
            for index, owner, name in _additions(facts):
                self._added[owner, name].append(Symbol(path, index))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The name of a library, and what its extensions add."""
        if facts.language in self.languages:
            if facts.package:
                yield _LIBRARIES, facts.package
            for _, owner, name in _additions(facts):
                yield _token(owner, name), ""

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file that a URI names, or the library that a part belongs to by name."""
        module = found.module
        if module.startswith("package:"):
            package, _, rest = module.removeprefix("package:").partition("/")
            folders = self._packages.get(package, [])
            places = [place for folder in folders if (place := joined(folder, f"lib/{rest}")) in self.project.facts]
            return Module(_nearest(path, places)) if places else None
        target = joined(parent(path), module)
        if target in self.project.facts:
            return Module(target)
        if found.kind == "include" and not module.endswith(".dart"):
            self.linker.consult(_LIBRARIES)
            places = [one for one in self._libraries.get(module, ()) if one != path]
            return Module(_nearest(path, places)) if places else None
        return None

    def export(self, path: str, name: str) -> Thing | None:
        """What a library holds, itself or in its parts, or exports on; nothing private."""
        if name.startswith("_"):
            return None
        own = self.linker.top_level(path, name)
        return own or self._in_parts(path, name) or self.linker.reexported(path, name, self.reexport_kinds)

    def visible(self, path: str, name: str) -> Thing | None:
        """What the other parts of the library hold; in a part, also what the library imports."""
        found = self._in_parts(path, name)
        if found is not None:
            return weaker(found, "same library", 0.98)
        library = self._library(path)
        return self.linker.name(library, name) if library else None

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A member that an extension of the very class adds; of the state of a widget, that widget."""
        held = _HOLDER.search(definition.signature) if name == "widget" else None
        if held is not None:
            thing = self.linker.name(path, held[1])
            return Instance(thing.path, thing.index, "receiver", 0.95) if isinstance(thing, Symbol) else None
        found = self._add(definition.name, name, path)
        if found is None:
            for base in definition.bases:
                owner = None if "." in base else self.linker.evaluate(path, base, definition.parent)
                if owner is None:
                    found = found or self._add(base, name, "")
        return weaker(found, "extension", 0.95) if found is not None else None

    def extension(self, path: str, qualifier: str, name: str, scope: int) -> Thing | None:
        """What an extension of a type from elsewhere adds, for a value of a type of that name."""
        known = _NAME.match(qualifier)
        if known is None or self.linker.name(path, known[1], scope) is not None:
            return None
        found = self._add(known[1], name, "")
        return weaker(found, "extension", 0.93) if found is not None else None

    def missing(self, path: str, found: Import) -> str:
        """A file beside this one or in a package of the repository that is not there, and is not made by a tool."""
        module = found.module
        if ":" in module and not module.startswith("package:"):
            return ""
        made = module.endswith(_GENERATED) or not _GENERATED_PARTS.isdisjoint(module.split("/"))
        if not module.endswith(".dart") or made or self.locate(path, found) is not None:
            return ""
        if not module.startswith("package:"):
            return "no such file beside this one"
        package = module.removeprefix("package:").partition("/")[0]
        return "no such file in that package" if package in self._packages else ""

    # --- parts and extensions ----------------------------------------------------------------------------------------

    def _library(self, path: str) -> str:
        """The library that a file says it is a part of, "" for one that is none."""
        for found in self.project.facts[path].imports:
            place = self.locate(path, found) if found.kind == "include" else None
            if isinstance(place, Module) and self._has_part(place.path, path):
                return place.path
        return ""

    def _has_part(self, path: str, part: str) -> bool:
        return any(one == part for one in self._parts(path))

    def _parts(self, path: str) -> Iterator[str]:
        for found in self.project.facts[path].imports[:_MOST_PARTS]:
            place = self.locate(path, found) if found.kind == "include" else None
            if isinstance(place, Module):
                yield place.path

    def _in_parts(self, path: str, name: str) -> Thing | None:
        """What the parts of a library hold under a name; for a part, the library and its other parts."""
        library = self._library(path) or path
        for one in (library, *self._parts(library)):
            found = self.linker.top_level(one, name) if one != path else None
            if found is not None:
                return found
        return None

    def _add(self, owner: str, name: str, path: str) -> Thing | None:
        """What the only extension adds that has it: for the class of that name in `path`, or of one from elsewhere."""
        self.linker.consult(_token(owner, name))
        fitting = []
        for one in self._added.get((owner, name), ()):
            meant = self.linker.name(one.path, owner)
            if (meant.path if isinstance(meant, Symbol) and not self._is_extension(meant) else "") == path:
                fitting.append(one)
        return fitting[0] if len({one.path for one in fitting}) == 1 else None

    def _is_extension(self, thing: Symbol) -> bool:
        return self.linker.definition(thing).kind == "impl"


def _additions(facts: FileFacts) -> Iterator[tuple[int, str, str]]:
    """The index, owner and name of each member that an extension adds."""
    for index, one in enumerate(facts.definitions):
        outer = facts.definitions[one.parent] if one.parent >= 0 else None
        if outer is None or not one.exported:
            continue
        if outer.kind == "impl":
            yield index, outer.name, one.name
        elif outer.signature.startswith("extension ") and not outer.signature.startswith("extension type"):
            yield from ((index, base, one.name) for base in outer.bases)


def _packages(project: Project) -> dict[str, list[str]]:
    """The folders of the packages by name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in project.settings:
        if path.rpartition("/")[2] == "pubspec.yaml":
            name = _PACKAGE.search(project.read(path))
            if name is not None:
                found[name[1]].append(parent(path))
    return found


def _nearest(path: str, places: list[str]) -> str:
    return min(places, key=lambda place: (-shared_depth(path, place), place))


def _token(owner: str, name: str) -> str:
    return f"dart\0{owner}.{name}"
