"""The crates of a Rust repository: what Cargo.toml files say of roots and dependencies, and the tree of `mod` items.

Files are modules only through `mod` declarations from a crate's root; the tree is walked from every root, libraries
first, so that a file shared by several crates belongs to the library.
"""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ctxpack.graph.project import Project
from ctxpack.model import FileFacts, Import
from ctxpack.paths import joined, parent

_ROOT_FOLDERS = ("src/bin", "examples", "tests", "benches")
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")
_ROOT_NAMES = frozenset({"lib.rs", "main.rs", "mod.rs", "build.rs"})


@dataclass(slots=True)
class Package:
    """One Cargo package: its folder, the root file of its library, and names of dependencies with their packages."""

    folder: str
    name: str
    library: str
    library_name: str
    dependencies: dict[str, str] = field(default_factory=dict)
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file hangs in the tree: the file that declares it, inside which definition (-1: at its top)."""

    path: str
    scope: int


class Crates:
    """The packages and the module tree; all questions are answered from tables made once."""

    def __init__(self, project: Project) -> None:
        """Read every Cargo.toml among the settings and walk the tree from every root."""
        self._files = project.paths_of(("rust",))
        self._known = frozenset(self._files)
        self.packages = self._read(project)
        self.roots: dict[str, str] = {}
        self.parents: dict[str, Place] = {}
        self.targets: dict[tuple[str, int, str], str] = {}
        for package in self.packages:
            for root in package.roots:
                self._walk(root, project)
        for path in self._files:
            if path not in self.roots and path.rpartition("/")[2] in ("lib.rs", "main.rs"):
                self._walk(path, project)
        self._outside(project)
        self._by_name = {package.name.replace("-", "_"): package for package in self.packages}

    def root(self, path: str) -> str:
        """The root file of the crate that a file belongs to; the nearest package's for one outside every tree."""
        known = self.roots.get(path)
        if known is not None:
            return known
        package = self.package(path)
        return package.library or next(iter(package.roots), path) if package is not None else path

    def package(self, path: str) -> Package | None:
        """The package around a file."""
        inside = [p for p in self.packages if not p.folder or path.startswith(f"{p.folder}/")]
        return max(inside, key=lambda package: len(package.folder)) if inside else None

    def library(self, path: str, name: str) -> str | None:
        """The root file of the library that a crate's name means in a file: its package's own, or a dependency's."""
        package = self.package(path)
        if package is None:
            return None
        if name == package.library_name and package.library and self.root(path) != package.library:
            return package.library
        wanted = package.dependencies.get(name)
        found = self._by_name.get(wanted.replace("-", "_")) if wanted is not None else None
        return found.library or None if found is not None else None

    # --- Cargo.toml ---------------------------------------------------------------------------------------------------

    def _read(self, project: Project) -> list[Package]:
        manifests: dict[str, Mapping[str, object]] = {}
        for path in project.settings:
            if path.rpartition("/")[2] == "Cargo.toml":
                try:
                    manifests[parent(path)] = tomllib.loads(project.read(path))
                except (ValueError, RecursionError):
                    continue
        packages = [self._package(folder, manifest) for folder, manifest in manifests.items() if "package" in manifest]
        names = {package.folder: package.name for package in packages}
        shared = _table(_table(manifests.get("", {}), "workspace"), "dependencies")
        for package in packages:
            package.dependencies.update(_dependencies(package.folder, manifests[package.folder], names, shared))
        return sorted(packages, key=lambda package: package.folder)

    def _package(self, folder: str, manifest: Mapping[str, object]) -> Package:
        name = str(_table(manifest, "package").get("name", ""))
        library = _table(manifest, "lib")
        path = joined(folder, str(library.get("path", "src/lib.rs")))
        path = path if path in self._known else ""
        declared = [path, *self._declared(folder, manifest)]
        found = [joined(folder, "src/main.rs"), joined(folder, "build.rs"), *self._found(folder)]
        roots = tuple(root for root in dict.fromkeys([*declared, *found]) if root in self._known)
        return Package(folder, name, path, str(library.get("name", name)).replace("-", "_"), {}, roots)

    def _declared(self, folder: str, manifest: Mapping[str, object]) -> Iterable[str]:
        for kind in ("bin", "example", "test", "bench"):
            targets = manifest.get(kind)
            for target in targets if isinstance(targets, list) else ():
                if isinstance(target, dict) and "path" in target:
                    yield joined(folder, str(target["path"]))

    def _found(self, folder: str) -> Iterable[str]:
        """Files that Cargo takes for roots by where they lie."""
        for place in _ROOT_FOLDERS:
            prefix = f"{joined(folder, place)}/"
            for path in self._files:
                rest = path[len(prefix) :] if path.startswith(prefix) else ""
                if rest and ("/" not in rest or (rest.endswith("/main.rs") and rest.count("/") == 1)):
                    yield path

    # --- the module tree ----------------------------------------------------------------------------------------------

    def _walk(self, root: str, project: Project) -> None:
        if root in self.roots:
            return
        self.roots[root] = root
        waiting = deque([root])
        while waiting:
            path = waiting.popleft()
            facts = project.facts[path]
            for found in facts.imports:
                if found.kind != "mod":
                    continue
                scope = around(facts, found)
                inline = facts.definitions[scope].qualname.split(".") if scope >= 0 else []
                target = self._target(path, found, inline, is_root=path == root)
                if target is None:
                    continue
                self.targets[path, found.line, found.alias] = target
                if target not in self.roots:
                    self.roots[target] = root
                    self.parents[target] = Place(path, scope)
                    waiting.append(target)

    def _outside(self, project: Project) -> None:
        """Where the `mod` items of files lead that no crate has (kept for later, or of another build tool)."""
        for path in self._files:
            facts = project.facts[path] if path not in self.roots else None
            for found in facts.imports if facts is not None else ():
                if facts is None or found.kind != "mod":
                    continue
                scope = around(facts, found)
                inline = facts.definitions[scope].qualname.split(".") if scope >= 0 else []
                target = self._target(path, found, inline, is_root=False)
                target = target or self._target(path, found, inline, is_root=True)
                if target is not None:
                    self.targets.setdefault((path, found.line, found.alias), target)

    def _target(self, path: str, found: Import, inline: list[str], *, is_root: bool) -> str | None:
        folder = parent(path)
        name = path.rpartition("/")[2]
        own = [] if is_root or name in _ROOT_NAMES else [name.removesuffix(".rs")]
        if found.module.endswith(".rs"):
            inside = "/".join([*own, *inline, found.module]) if inline else found.module
            place = joined(folder, inside)
            return place if place in self._known else None
        base = joined(folder, "/".join([*own, *inline, found.module.removeprefix("r#")]))
        return next((place for place in (f"{base}.rs", f"{base}/mod.rs") if place in self._known), None)


def around(facts: FileFacts, found: Import) -> int:
    """The definition around an import; that of `mod x;` stands inside the definition that the statement itself is."""
    scope = found.scope
    if found.kind == "mod" and scope >= 0 and facts.definitions[scope].line == found.line:
        return facts.definitions[scope].parent
    return scope


def _table(value: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _dependencies(
    folder: str, manifest: Mapping[str, object], names: Mapping[str, str], shared: Mapping[str, object]
) -> Iterable[tuple[str, str]]:
    """(name in code, name of the package) of what a manifest depends on, for any target."""
    tables = [manifest, *(table for table in _table(manifest, "target").values() if isinstance(table, dict))]
    for table in tables:
        for kind in _DEPENDENCIES:
            for key, written in _table(table, kind).items():
                yield key.replace("-", "_"), _package_name(folder, key, written, names, shared)


def _package_name(
    folder: str, key: str, written: object, names: Mapping[str, str], shared: Mapping[str, object]
) -> str:
    if not isinstance(written, dict):
        return key
    if written.get("workspace") is True:
        return _package_name("", key, shared.get(key), names, {})
    if "path" in written:
        return names.get(joined(folder, str(written["path"])), str(written.get("package", key)))
    return str(written.get("package", key))
