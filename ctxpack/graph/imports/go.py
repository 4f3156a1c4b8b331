"""Go: packages are folders, their names live in all of their files, methods stand anywhere in the package.

An import path is mapped to a folder by the module paths of the repository's go.mod files (and their local `replace`
lines), else by a vendor folder. A package's own name counts, not the last part of its path. Files of tests see what
other files hold, but not the other way round. Where several files of a package define one name, they are for different
builds: the one of the asker's own constraint is meant, or the only one that can be compiled with it, else, and less
surely, the one of the usual build; where that leaves several, each may be meant. What cannot be compiled together with
the asker is never meant.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports import go_builds
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Either, Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import joined, parent

_MODULE = re.compile(r"^[ \t]*module\s+\"?([^\s\"]+)", re.MULTILINE)
_REPLACE = re.compile(r"^[ \t]*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.\.?/\S*|\.\.?)\s*(?://.*)?$", re.MULTILINE)
_VARIANT = "build variant"
_MOST_VARIANTS = 8


class GoResolver(Resolver):
    """Where Go's imports lead, and what the files of a package share."""

    languages = ("go",)
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index every package's names and methods, and the modules of the repository."""
        super().__init__(project, linker)
        self._names: dict[tuple[str, str, str], list[Symbol]] = defaultdict(list)
        self._members: dict[tuple[str, str, str, str], list[Symbol]] = defaultdict(list)
        packages: dict[str, Counter[str]] = defaultdict(Counter)
        self._files: dict[str, list[str]] = defaultdict(list)
        self._builds: dict[str, str] = {}
        for path, facts in project.of(self.languages):
            folder = parent(path)
            packages[folder][facts.package] += 0 if _is_test(path) else 1
            self._files[folder].append(path)
            if build := go_builds.constraint(path, facts.condition):
                self._builds[path] = build
            for index, definition in enumerate(facts.definitions):
                self._add(folder, facts.package, Symbol(path, index), definition)
        self._packages = {folder: _main_package(found) for folder, found in packages.items()}
        self._modules = _modules(project)
        self._used: dict[str, dict[str, dict[str, None]]] = {}

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file adds to the package of its folder."""
        if facts.language == "go":
            names = tuple((one.qualname, one.parent < 0) for one in facts.definitions)
            yield _token(parent(path)), (facts.package, facts.condition, names)

    def _add(self, folder: str, package: str, symbol: Symbol, definition: Definition) -> None:
        owner, _, name = definition.qualname.rpartition(".")
        if not owner:
            self._names[folder, package, name].append(symbol)
        elif definition.parent < 0:
            self._members[folder, package, owner, name].append(symbol)

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The package that an import path names."""
        folder = self._folder(path, found.module)
        return self._package(path, folder) if folder is not None else None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The files that hold what is used of the package; if nothing is known to be, its main file."""
        folder = self._folder(path, found.module)
        if folder is None:
            return ()
        used = self._uses(path).get(found.alias, {}) if found.name != "*" else {}
        things = [self.linker.member(self._package(path, folder), name) for name in used]
        paths = sorted({one.path for thing in things for one in _symbols(thing)})
        return tuple(paths) or self._main_file(folder)

    def package_member(self, key: str, name: str) -> Thing | None:
        """An exported name of a package, seen from a file of another, of the constraint in the key."""
        folder, _, build = key.partition(":")[2].partition("\n")
        self.linker.consult(_token(folder))
        if not name[:1].isupper():
            return None
        found = self._names.get((folder, self._packages.get(folder, ""), name), ())
        return self._variant(build, [symbol for symbol in found if not _is_test(symbol.path)])

    def visible(self, path: str, name: str) -> Thing | None:
        """A name of another file of the package; else a package imported under its own name."""
        self.linker.consult(_token(parent(path)))
        package = self.project.facts[path].package
        seen = self._names.get((parent(path), package, name), ())
        found = self._variant(
            self._builds.get(path, ""), [one for one in seen if _is_test(path) or not _is_test(one.path)]
        )
        if found is not None:
            return found if found.origin == _VARIANT else weaker(found, "same package", 0.99)
        for one in self.project.facts[path].imports:
            if one.alias and one.alias != name and one.name != "*" and one.alias in one.module:
                folder = self._folder(path, one.module)
                if folder is None:
                    continue
                self.linker.consult(_token(folder))
                if self._packages[folder] == name:
                    return self._package(path, folder)
        return None

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A method that another file of the package declares."""
        package = self.project.facts[path].package
        self.linker.consult(_token(parent(path)))
        found = self._members.get((parent(path), package, definition.qualname, name), [])
        return self._variant(self._builds.get(path, ""), found)

    def behind(self, path: str, symbol: Symbol) -> Symbol:
        """The variant of a function or method that can be compiled with the file that uses it."""
        build = self._builds.get(path)
        if build is None or symbol.origin != _VARIANT:
            return symbol
        definition, folder = self.linker.definition(symbol), parent(symbol.path)
        owner, _, name = definition.qualname.rpartition(".")
        package = self.project.facts[symbol.path].package
        self.linker.consult(_token(folder))
        found = self._members[folder, package, owner, name] if owner else self._names[folder, package, name]
        again = self._variant(build, found)
        return again if isinstance(again, Symbol) else symbol

    def missing(self, path: str, found: Import) -> str:
        """A path inside a module of the repository without Go files."""
        if self._folder(path, found.module) is not None:
            return ""
        inside = any(_below(found.module, module) is not None for module, _ in self._modules)
        return "no Go files in that folder" if inside else ""

    # --- places -------------------------------------------------------------------------------------------------------

    def _folder(self, path: str, module: str) -> str | None:
        for name, folder in self._modules:
            rest = _below(module, name)
            if rest is not None:
                place = "/".join(part for part in (folder, rest) if part)
                if place in self._packages:
                    return place
        place = parent(path)
        while True:
            vendored = "/".join(part for part in (place, "vendor", module) if part)
            if vendored in self._packages:
                return vendored
            if not place:
                return None
            place = parent(place)

    def _main_file(self, folder: str) -> tuple[str, ...]:
        """The file named after the package, or doc.go, or the first that is no test."""
        self.linker.consult(_token(folder))
        files = [path for path in self._files[folder] if not _is_test(path)]
        for name in (f"{self._packages[folder]}.go", f"{folder.rpartition('/')[2]}.go", "doc.go"):
            for path in files:
                if path.rpartition("/")[2] == name:
                    return (path,)
        return tuple(files[:1])

    def _uses(self, path: str) -> dict[str, dict[str, None]]:
        """By the first name of a qualifier, the names taken from it in a file."""
        known = self._used.get(path)
        if known is None:
            known = self._used[path] = {}
            for reference in self.project.references(path):
                if reference.qualifier and reference.qualifier != "?":
                    root, _, rest = reference.qualifier.partition(".")
                    taken = rest.partition(".")[0] or reference.name
                    known.setdefault(root, {})[taken.rstrip("()^")] = None
        return known

    def _package(self, path: str, folder: str) -> Package:
        """The package of a folder as the file `path` sees it."""
        build = self._builds.get(path)
        return Package(f"go:{folder}\n{build}" if build else f"go:{folder}", "import")

    def _variant(self, build: str, found: Sequence[Symbol]) -> Thing | None:
        """What a file of the constraint `build` means among the definitions of one name."""
        if not found or (len(found) == 1 and not build):
            return found[0] if found else None
        fit = [one for one in found if go_builds.together(build, self._builds.get(one.path, ""))]
        if len(fit) < 2:
            return fit[0] if len(found) == 1 and fit else weaker(fit[0], _VARIANT, 0.9) if fit else None
        own = [one for one in fit if build and self._builds.get(one.path, "") == build]
        if len(own) == 1:
            return weaker(own[0], _VARIANT, 0.9)
        usual = [one for one in fit if go_builds.usual(build, self._builds.get(one.path, ""))]
        if len(usual) == 1:
            return weaker(usual[0], _VARIANT, 0.6)
        unsure = [msgspec.structs.replace(one, origin=_VARIANT, confidence=0.4) for one in usual or fit]
        return Either(tuple(unsure[:_MOST_VARIANTS]), _VARIANT, 0.4)


def _symbols(thing: Thing | None) -> tuple[Symbol, ...]:
    things = thing.things if isinstance(thing, Either) else (thing,)
    return tuple(one for one in things if isinstance(one, Symbol))


def _token(folder: str) -> str:
    return f"go\0{folder}"


def _is_test(path: str) -> bool:
    return path.endswith("_test.go")


def _main_package(found: Counter[str]) -> str:
    """The package that others import from a folder: not its external tests, not a stray main."""
    names = sorted(found, key=lambda name: (name.endswith("_test"), -found[name], name == "main", name))
    return names[0]


def _below(module: str, prefix: str) -> str | None:
    if module == prefix:
        return ""
    return module[len(prefix) + 1 :] if module.startswith(f"{prefix}/") else None


def _modules(project: Project) -> list[tuple[str, str]]:
    """(module path, folder), the longest paths first: declared ones, then what is replaced by a folder."""
    declared: dict[str, str] = {}
    replaced: dict[str, str] = {}
    for path in project.settings:
        if path.rpartition("/")[2] != "go.mod":
            continue
        text, folder = project.read(path), parent(path)
        found = _MODULE.search(text)
        if found:
            declared.setdefault(found[1], folder)
        for match in _REPLACE.finditer(text):
            replaced.setdefault(match[1], joined(folder, match[2]))
    return sorted((replaced | declared).items(), key=lambda item: (-len(item[0]), item))
