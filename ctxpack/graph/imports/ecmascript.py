"""JavaScript and TypeScript: modules by path, by `paths` of a tsconfig, by the names of the repository's own packages.

A specifier that names a built file (`./x.js`, `dist/x.d.ts` in a package's `exports`) leads to the source that it is
built from. Barrels are followed by the linking core through re-exports; here is said what each module offers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.ecmascript_settings import Package, Settings, join
from ctxpack.graph.names import CALLABLE
from ctxpack.graph.project import Module, Project, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import
from ctxpack.paths import parent

_SUFFIXES = (
    ".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.mts", ".d.cts", ".vue", ".svelte",
)  # fmt: skip
_BUILT = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
    ".d.ts": (".ts", ".tsx", ".js", ".jsx"),
    ".d.mts": (".mts", ".mjs"),
    ".d.cts": (".cts", ".cjs"),
}  # fmt: skip
_CODE = frozenset({"js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte"})
_SOURCE_ROOTS = ("src", "source", "lib", "")
_HOME = ("@/", "~/")
_MADE = frozenset({"node_modules", "dist", "build", ".next", ".nuxt", "coverage"})
"""Folders whose files are made or installed, and so are not missed."""

_AMBIENT = re.compile(r"\bmodule\s+[\"']")

_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_GLOBALS = "ecmascript\0globals"


class EcmaScriptResolver(Resolver):
    """Where the imports of JavaScript and TypeScript lead."""

    languages = ("javascript", "typescript", "tsx", "vue", "svelte")
    reexport_kinds = frozenset({"reexport", "alias"})
    silent_kinds = frozenset({"reexport"})
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Read the names of the repository's packages, and index the global declarations."""
        super().__init__(project, linker)
        self._settings = Settings(project)
        self._packages: dict[str, list[Package]] = defaultdict(list)
        for package in self._settings.packages:
            if package.name and "node_modules" not in package.folder.split("/"):
                self._packages[package.name].append(package)
        self._places: dict[tuple[str, bool, str], Module | None] = {}
        self._offers: dict[str, dict[str, Import]] = {}
        self._globals = self._global_names()

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The globals that a declaration file declares."""
        if names := _declared(path, facts):
            yield _GLOBALS, names

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file that a specifier means, seen from the folder of `path`; "" means the file itself.

        The module of an alias (`import A = N.B`) is a name of the file.
        """
        if not found.module:
            return Module(path)
        if found.kind == "alias":
            return self.linker.evaluate(path, found.module, found.scope)
        typed = self.project.facts[path].language != "javascript"
        key = (parent(path), typed, found.module)
        if key not in self._places:
            self._places[key] = self._place(parent(path), found.module, typed)
        return self._places[key]

    def bind(self, path: str, found: Import) -> Thing | None:
        """As by default; names re-exported from the file itself are its own, and a module may be what it assigns."""
        if not found.module:
            return self._own(path, found.name)
        place = self.locate(path, found)
        if place is None or found.name == "*":
            return place
        if found.name == "":
            assigned = self._assigned(place.path) if isinstance(place, Module) else None
            return assigned if assigned is not None else place
        member = self.linker.member(place, found.name)
        if member is None:
            return None
        far = isinstance(place, Module) and place.confidence < 1
        return weaker(member, place.origin if far else "import", min(0.99, place.confidence))

    def export(self, path: str, name: str) -> Thing | None:
        """What a module offers under a name: itself, through a re-export, or as a member of what it assigns."""
        facts = self.project.facts[path]
        if name == "default":
            return self._default(path)
        if name in facts.exports or not facts.exports:
            found = self.linker.top_level(path, name)
            if found is not None:
                return found
        found = self.linker.reexported(path, name, self.reexport_kinds)
        if found is None and (assigned := self._assigned(path)) is not None:
            return self.linker.member(assigned, name)
        return found

    def in_sight(self, definition: Definition) -> bool:
        """Whether a definition has a name; `declare module "x"` goes by that of a module, which is none."""
        return _AMBIENT.search(definition.signature) is None

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """The member of an offered object that its file defines (`export default { name }`)."""
        if definition.kind in CALLABLE:
            return None
        offered = self._offered(path).get(f"{definition.qualname}.{name}")
        found = self.linker.top_level(path, offered.name) if offered is not None else None
        return weaker(found, "member of an object", 0.95) if found is not None else None

    def visible(self, path: str, name: str) -> Thing | None:
        """A global that one declaration file alone declares."""
        self.linker.consult(_GLOBALS)
        places = self._globals.get(name, ())
        if len(places) != 1 or places[0] == path:
            return None
        found = self.linker.top_level(places[0], name)
        return weaker(found, "global declaration", 0.9) if found is not None else None

    def missing(self, path: str, found: Import) -> str:
        """A relative, mapped or workspace specifier of code that leads to no file here."""
        if found.kind == "alias":
            return ""
        module = found.module.partition("?")[0]
        last = module.rpartition("/")[2]
        extension = last.rpartition(".")[2] if "." in last.lstrip(".") else ""
        if not module or self.locate(path, found) is not None or ("${" in module and module[:1] != "."):
            return ""
        assets = extension and extension not in _CODE and len(extension) <= 5
        if module.startswith("."):
            return _missing_beside(module, join(parent(path), module), assets=bool(assets))
        name, _ = _split(module)
        if assets or self._settings.depends(parent(path), name):
            return ""
        if name in self._packages:
            return f"the package {name} of this repository has no such module"
        claimed = any(paths.claims(module) for paths in self._settings.paths_around(parent(path)))
        return "the paths of the configuration lead to no file" if claimed else ""

    # --- from specifiers to files -------------------------------------------------------------------------------------

    def _place(self, folder: str, specifier: str, typed: bool) -> Module | None:
        module = specifier.rpartition("!")[2].partition("?")[0]
        if module.startswith("."):
            is_folder = module.endswith(("/", "/.", "/..")) or module in (".", "..")
            found = self._file(join(folder, module), typed, folder_only=is_folder)
            return Module(found) if found else None
        if module.startswith("#"):
            package = self._settings.package_around(folder)
            if package is not None and (found := self._first(package, package.internal(module), typed)):
                return Module(found, "package imports", 0.97)
        for paths in self._settings.paths_around(folder):
            for target in paths.targets(module):
                if found := self._file(target, typed):
                    return Module(found, "tsconfig paths", 0.97)
        return self._in_package(module, typed) or self._at_home(folder, module, typed)

    def _in_package(self, module: str, typed: bool) -> Module | None:
        """A module of one of the repository's packages, by the name of the package; no answer if two share it."""
        name, subpath = _split(module)
        packages = self._packages.get(name, ())
        if len(packages) != 1:
            return None
        package = packages[0]
        found = self._first(package, package.entry_points(subpath), typed)
        if not found and (package.exports is None or subpath == "."):
            places = (join(package.folder, join(root, subpath)) for root in ("", "src"))
            found = next((file for place in places if (file := self._file(place, typed))), "")
        return Module(found, "workspace package", 0.95) if found else None

    def _at_home(self, folder: str, module: str, typed: bool) -> Module | None:
        """`@/x` and `~/x`, by convention the source folder of the package around."""
        if not module.startswith(_HOME):
            return None
        package = self._settings.package_around(folder)
        home = package.folder if package is not None else ""
        for root in ("src", "app", ""):
            if found := self._file(join(home, join(root, module[2:])), typed):
                return Module(found, "source folder alias", 0.85)
        return None

    def _first(self, package: Package, written: Iterator[str], typed: bool) -> str:
        """The first file of a package that a written path leads to, or else the source that it may be built from."""
        candidates = [join("", path) for path in written if "." in path or "/" in path]
        for path in filter(None, candidates):
            if found := self._file(join(package.folder, path), typed):
                return found
        for path in candidates:
            parts = _unbuilt(path).split("/")
            for cut in range(1, len(parts)):
                for root in _SOURCE_ROOTS:
                    place = join(package.folder, "/".join((root, *parts[cut:])))
                    if found := self._file(place, typed=True):
                        return found
        return ""

    def _file(self, place: str, typed: bool, folder_only: bool = False) -> str:
        """The file that a path without, or with another, suffix means; "" for none. `typed` prefers TypeScript."""
        facts = self.project.facts
        if not folder_only:
            swapped = [candidate for candidate in _swapped(place) if candidate in facts]
            if place in facts and not (typed and swapped):
                return place
            if swapped:
                return swapped[0]
            for suffix in _SUFFIXES:
                if place + suffix in facts:
                    return place + suffix
        if folder_only or place:
            package = self._settings.package_at(place)
            if package is not None and (found := self._first(package, package.entry_points("."), typed)):
                return found
        for suffix in _SUFFIXES:
            index = join(place, f"index{suffix}")
            if index in facts:
                return index
        return ""

    # --- what modules offer -------------------------------------------------------------------------------------------

    def _offered(self, path: str) -> dict[str, Import]:
        """The re-exports of a file by the name that it offers them under."""
        if path not in self._offers:
            self._offers[path] = {
                found.alias: found
                for found in reversed(self.project.facts[path].imports)
                if found.alias and found.kind == "reexport"
            }
        return self._offers[path]

    def _default(self, path: str) -> Thing | None:
        facts = self.project.facts[path]
        offered = self._offered(path).get("default")
        if offered is not None:
            return self.bind(path, offered)
        found = self.linker.top_level(path, "default")
        if found is not None:
            return found
        assigned = self._assigned(path)
        if assigned is not None:
            return assigned
        plain = all(one.kind != "import" for one in facts.imports) and "default" not in facts.exports
        return Module(path) if plain and facts.language == "javascript" else None

    def _assigned(self, path: str) -> Thing | None:
        """What `module.exports =` or `export =` makes the whole module be."""
        facts = self.project.facts.get(path)
        offered = self._offered(path).get("export=") if facts is not None else None
        return self.bind(path, offered) if offered is not None else None

    def _own(self, path: str, name: str) -> Thing | None:
        """What a name means at the top of a file, its re-exports left out."""
        found = self.linker.top_level(path, name)
        if found is not None:
            return found
        for one in self.project.facts[path].imports:
            if one.alias == name and one.kind != "reexport" and one.scope < 0:
                thing = self.bind(path, one)
                if thing is not None:
                    return thing
        return None

    def _global_names(self) -> dict[str, list[str]]:
        """The declaration files that declare a name for all: those that are no modules."""
        names: dict[str, list[str]] = defaultdict(list)
        declaring = [path for path in self.project.paths_of(self.languages) if path.endswith(_DECLARATIONS)]
        for path, facts in self.project.of_paths(declaring):
            for name in _declared(path, facts):
                names[name].append(path)
        return names


def _unbuilt(path: str) -> str:
    """A built file's path without its suffixes, since any source may be behind it."""
    folder, slash, name = path.rpartition("/")
    for suffix in (*sorted(_BUILT, key=len, reverse=True), ".ts", ".mts", ".cts", ".tsx"):
        if name.endswith(suffix):
            return folder + slash + name.removesuffix(suffix)
    return path


def _declared(path: str, facts: FileFacts) -> tuple[str, ...]:
    """The names that a file declares for all: none, unless it is a declaration file and no module."""
    if facts.exports or facts.imports or not path.endswith(_DECLARATIONS):
        return ()
    return tuple(dict.fromkeys(d.name for d in facts.definitions if d.parent < 0 and "." not in d.qualname))


def _swapped(place: str) -> Iterator[str]:
    """The files that a file named by an import may be built from, or declared by."""
    for suffix in sorted(_BUILT, key=len, reverse=True):
        if place.endswith(suffix):
            stem = place.removesuffix(suffix)
            yield from (stem + other for other in _BUILT[suffix])
            return


def _split(module: str) -> tuple[str, str]:
    """The name of the package and the path inside it, "." for the package itself."""
    parts = module.split("/")
    count = 2 if module.startswith("@") else 1
    rest = "/".join(parts[count:])
    return "/".join(parts[:count]), f"./{rest}" if rest else "."


def _missing_beside(module: str, place: str, *, assets: bool) -> str:
    """Why a relative specifier leads to no file; `assets` says that it names none of code."""
    if "${" in module:
        return "the rest of its path is computed"
    if place.startswith(".."):
        return "outside the repository"
    return "" if assets or not _MADE.isdisjoint(place.split("/")) else "no such module beside this file"
