"""Go: packages are folders, their names live in all of their files, methods stand anywhere in the package.

An import path is mapped to a folder by the module paths of the repository's go.mod files (and their local `replace`
lines), else by a vendor folder. A package's own name counts, not the last part of its path. Files of tests see what
other files hold, but not the other way round. Where several files of a package define one name, they are variants of
one build: the one that suits the asker's platform suffix, or needs none, is taken, at a lower confidence.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.paths import joined, parent
from ctxpack.graph.project import Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import

_MODULE = re.compile(r"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)
_REPLACE = re.compile(r"^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.\.?/\S*|\.\.?)\s*(?://.*)?$", re.MULTILINE)
_PLATFORMS = frozenset(
    {
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd",
        "plan9", "solaris", "wasip1", "windows", "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64",
        "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm", "unix",
    }
)  # fmt: skip
_USUAL = ("unix", "linux", "amd64")


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
        for path, facts in project.of(self.languages):
            folder = parent(path)
            packages[folder][facts.package] += 0 if _is_test(path) else 1
            self._files[folder].append(path)
            for index, definition in enumerate(facts.definitions):
                self._add(folder, facts.package, Symbol(path, index), definition)
        self._packages = {folder: _main_package(found) for folder, found in packages.items()}
        self._modules = _modules(project)
        self._used: dict[str, dict[str, dict[str, None]]] = {}

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file adds to the package of its folder."""
        if facts.language == "go":
            yield _token(parent(path)), (facts.package, tuple((d.qualname, d.parent < 0) for d in facts.definitions))

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
        return Package(f"go:{folder}", "import") if folder is not None else None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The files that hold what is used of the package; if nothing is known to be, its main file."""
        folder = self._folder(path, found.module)
        if folder is None:
            return ()
        key = f"go:{folder}"
        used = self._uses(path).get(found.alias, {}) if found.name != "*" else {}
        things = [self.linker.member(Package(key, "import"), name) for name in used]
        paths = sorted({thing.path for thing in things if isinstance(thing, Symbol)})
        return tuple(paths) or self._main_file(folder)

    def package_member(self, key: str, name: str) -> Thing | None:
        """An exported name of a package, seen from another."""
        folder = key.partition(":")[2]
        self.linker.consult(_token(folder))
        if not name[:1].isupper():
            return None
        return self._pick("", self._names.get((folder, self._packages.get(folder, ""), name), ()))

    def visible(self, path: str, name: str) -> Thing | None:
        """A name of another file of the package; else a package imported under its own name."""
        self.linker.consult(_token(parent(path)))
        found = self._pick(path, self._names.get((parent(path), self.project.facts[path].package, name), ()))
        if found is not None:
            return weaker(found, "same package", 0.99)
        for one in self.project.facts[path].imports:
            if one.alias and one.alias != name and one.name != "*" and one.alias in one.module:
                folder = self._folder(path, one.module)
                if folder is None:
                    continue
                self.linker.consult(_token(folder))
                if self._packages[folder] == name:
                    return Package(f"go:{folder}", "import")
        return None

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """A method that another file of the package declares."""
        package = self.project.facts[path].package
        self.linker.consult(_token(parent(path)))
        found = self._members.get((parent(path), package, definition.qualname, name), ())
        return self._pick(path, found, tests=True)

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

    def _pick(self, path: str, found: tuple[Symbol, ...] | list[Symbol], *, tests: bool = False) -> Thing | None:
        """The definition that the file `path` ("" for another package) means among those of one name."""
        seen = [symbol for symbol in found if tests or _is_test(path) or not _is_test(symbol.path)]
        if len(seen) < 2:
            return seen[0] if seen else None
        best = min(seen, key=lambda symbol: (_distance(path, symbol.path), symbol.path, symbol.index))
        return weaker(best, "build variant", 0.6)


def _token(folder: str) -> str:
    return f"go\0{folder}"


def _is_test(path: str) -> bool:
    return path.endswith("_test.go")


def _main_package(found: Counter[str]) -> str:
    """The package that others import from a folder: not its external tests, not a stray main."""
    names = sorted(found, key=lambda name: (name.endswith("_test"), -found[name], name == "main", name))
    return names[0]


def _tags(path: str) -> tuple[str, ...]:
    stem = path.rpartition("/")[2].removesuffix(".go").removesuffix("_test")
    return tuple(tag for tag in stem.split("_")[1:] if tag in _PLATFORMS)


def _distance(path: str, other: str) -> tuple[int, int]:
    """How little a file's platform suits the asker's; no platform suits all, then the usual ones."""
    own, tags = _tags(path), _tags(other)
    foreign = sum(tag not in own for tag in tags)
    return foreign, sum(tag not in _USUAL for tag in tags)


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
