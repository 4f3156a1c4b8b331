"""What the settings files of JavaScript and TypeScript projects say about where modules lie.

Read are `tsconfig.json` and `jsconfig.json` (with `extends`, `references`, `paths` and `baseUrl`), `package.json`
(names, `exports`, `imports`, entry points) and the import maps of `deno.json`. A value that is not of the documented
shape counts as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ctxpack.graph.project import Project
from ctxpack.paths import parent

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_COMMA = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])')
_DEEPEST = 10
_CONDITIONS = ("source", "development", "types", "import", "module", "node", "browser", "require", "default")
_ENTRIES = ("source", "types", "typings", "module", "main", "browser")


@dataclass(frozen=True, slots=True)
class Paths:
    """One `paths` mapping: patterns with at most one star, in order, and where they lead, seen from the root."""

    patterns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    base: str | None = None

    def targets(self, specifier: str) -> Iterator[str]:
        """The paths that a specifier may stand for: those of the longest matching pattern, then under the base."""
        best = self._best(specifier)
        if best is not None:
            yield from (target.replace("*", best[1], 1) for target in best[2])
        if self.base is not None:
            yield join(self.base, specifier)

    def claims(self, specifier: str) -> bool:
        """Whether a pattern that is not for everything matches."""
        best = self._best(specifier)
        return best is not None and best[0] > 0

    def _best(self, specifier: str) -> tuple[int, str, tuple[str, ...]] | None:
        best: tuple[int, str, tuple[str, ...]] | None = None
        for pattern, targets in self.patterns:
            middle = _between(pattern, specifier)
            if middle is not None and "*" not in pattern:
                return len(pattern), "", targets
            length = len(pattern.partition("*")[0])
            if middle is not None and (best is None or length > best[0]):
                best = (length, middle, targets)
        return best


@dataclass(frozen=True, slots=True)
class Package:
    """One `package.json`: its folder, its name, what it says of its modules, and what it takes from a registry."""

    folder: str
    name: str
    exports: Any = None
    imports: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[str, ...] = ()
    dependencies: frozenset[str] = frozenset()

    def entry_points(self, subpath: str) -> Iterator[str]:
        """The paths inside the package that a subpath ("." or "./x") may stand for, best first, as written."""
        if self.exports is not None:
            yield from _exported(self.exports, subpath)
        elif subpath == ".":
            yield from self.entries

    def internal(self, specifier: str) -> Iterator[str]:
        """The paths that a specifier beginning with "#" may stand for."""
        yield from _mapped(self.imports, specifier)


class Settings:
    """The settings files of one repository, read as they are asked for."""

    def __init__(self, project: Project) -> None:
        """`project.settings` are the files that may be read."""
        self._project = project
        self._known = frozenset(project.settings)
        self._raw: dict[str, dict[str, Any]] = {}
        self._chains: dict[str, tuple[Paths, ...]] = {}
        self.packages = tuple(
            self._package(path) for path in project.settings if path.rpartition("/")[2] == "package.json"
        )
        self._package_at = {package.folder: package for package in self.packages}

    def package_around(self, folder: str) -> Package | None:
        """The nearest package around a folder."""
        for above in ancestors(folder):
            if above in self._package_at:
                return self._package_at[above]
        return None

    def package_at(self, folder: str) -> Package | None:
        """The package in a folder."""
        return self._package_at.get(folder)

    def depends(self, folder: str, name: str) -> bool:
        """Whether a package around a folder takes the package `name` from a registry."""
        around = (self._package_at[above] for above in ancestors(folder) if above in self._package_at)
        return any(name in package.dependencies for package in around)

    def paths_around(self, folder: str) -> tuple[Paths, ...]:
        """The mappings that hold in a folder: those of its nearest configuration, and of what that refers to."""
        if folder not in self._chains:
            self._chains[folder] = tuple(self._find_paths(folder))
        return self._chains[folder]

    def _find_paths(self, folder: str) -> Iterator[Paths]:
        for above in ancestors(folder):
            for name in ("tsconfig.json", "jsconfig.json"):
                path = join(above, name)
                if path in self._known:
                    yield from self._configured(path)
                    return
            path = join(above, "deno.json")
            if path in self._known:
                yield self._import_map(path)

    def _configured(self, path: str) -> Iterator[Paths]:
        found = self._own_or_inherited(path, parent(path), 0)
        if found is not None:
            yield found
        for reference in _list(self._read(path).get("references")):
            target = reference.get("path") if isinstance(reference, dict) else None
            if isinstance(target, str):
                place = self._config_file(join(parent(path), target))
                other = self._own_or_inherited(place, parent(place), 0) if place and place != path else None
                if other is not None:
                    yield other

    def _own_or_inherited(self, path: str, leaf: str, depth: int) -> Paths | None:
        """The nearest `paths` and `baseUrl` of a configuration and what it extends."""
        raw = self._read(path)
        options = _dict(raw.get("compilerOptions"))
        folder = parent(path)
        inherited: Paths | None = None
        extended = raw.get("extends")
        for name in reversed([extended] if isinstance(extended, str) else _list(extended)):
            place = self._extended(folder, name) if isinstance(name, str) and depth < _DEEPEST else ""
            inherited = inherited or (self._own_or_inherited(place, leaf, depth + 1) if place else None)
        written = options.get("baseUrl")
        base = self._below(folder, leaf, written) if isinstance(written, str) else inherited.base if inherited else None
        if not isinstance(options.get("paths"), dict):
            return Paths(inherited.patterns if inherited else (), base) if inherited or base is not None else None
        root = base if base is not None else folder
        patterns = tuple(
            (pattern, tuple(self._below(root, leaf, target) for target in _list(targets) if isinstance(target, str)))
            for pattern, targets in options["paths"].items()
        )
        return Paths(patterns, base)

    @staticmethod
    def _below(folder: str, leaf: str, written: str) -> str:
        if written.startswith("${configDir}"):
            return join(leaf, written.removeprefix("${configDir}").lstrip("/"))
        return join(folder, written)

    def _extended(self, folder: str, written: str) -> str:
        if written.startswith("."):
            return self._config_file(join(folder, written))
        for package in self.packages:
            if package.name and (written == package.name or written.startswith(f"{package.name}/")):
                return self._config_file(join(package.folder, written[len(package.name) + 1 :]))
        return ""

    def _config_file(self, path: str) -> str:
        for candidate in (path, f"{path}.json", join(path, "tsconfig.json")):
            if candidate in self._known:
                return candidate
        return ""

    def _import_map(self, path: str) -> Paths:
        patterns = []
        for key, target in _dict(self._read(path).get("imports")).items():
            if isinstance(target, str) and target.startswith("."):
                star = "*" if key.endswith("/") else ""
                patterns.append((key + star, (join(parent(path), target) + ("/*" if star else ""),)))
        return Paths(tuple(patterns))

    def _package(self, path: str) -> Package:
        raw = self._read(path)
        name = raw.get("name")
        entries = tuple(raw[key] for key in _ENTRIES if isinstance(raw.get(key), str))
        named = name if isinstance(name, str) else ""
        imports = _dict(raw.get("imports"))
        return Package(parent(path), named, raw.get("exports"), imports, entries, _from_registry(raw))

    def _read(self, path: str) -> dict[str, Any]:
        if path not in self._raw:
            self._raw[path] = parse_json(self._project.read(path)) if path in self._known else {}
        return self._raw[path]


# --- the shapes of the files ------------------------------------------------------------------------------------------


def parse_json(text: str) -> dict[str, Any]:
    """An object of JSON that may have comments and trailing commas; {} where it is nothing of the kind.

    >>> parse_json('{"a": ["//x", 1,], /* b */}')
    {'a': ['//x', 1]}
    """
    bare = _TOKEN.sub(lambda found: found.group() if found.group().startswith('"') else " ", text.lstrip("\ufeff"))
    strict = _COMMA.sub(lambda found: found.group() if found.group().startswith('"') else "", bare)
    try:
        return _dict(json.loads(strict))
    except (ValueError, RecursionError):
        return {}


def _from_registry(raw: Mapping[str, Any]) -> frozenset[str]:
    """The dependencies whose version is one of a registry, not a place in the repository."""
    local = ("workspace:", "file:", "link:", "portal:")
    return frozenset(
        name
        for kind in ("dependencies", "devDependencies", "peerDependencies")
        for name, version in _dict(raw.get(kind)).items()
        if not str(version).startswith(local)
    )


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _exported(exports: Any, subpath: str) -> Iterator[str]:
    if isinstance(exports, dict) and any(key.startswith(".") for key in exports):
        yield from _mapped(exports, subpath)
    elif subpath == ".":
        yield from _conditions(exports, 0)


def _mapped(mapping: Mapping[str, Any], specifier: str) -> Iterator[str]:
    if specifier in mapping:
        yield from _conditions(mapping[specifier], 0)
        return
    for pattern in sorted(mapping, key=lambda key: (-len(key.partition("*")[0]), key)):
        middle = _between(pattern, specifier) if "*" in pattern else None
        if middle is not None:
            yield from (target.replace("*", middle) for target in _conditions(mapping[pattern], 0))
            return


def _conditions(value: Any, depth: int) -> Iterator[str]:
    """The targets of a conditional value: the conditions that name sources and declarations first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _conditions(item, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        known = [key for key in _CONDITIONS if key in value]
        for key in (*known, *(key for key in value if key not in _CONDITIONS)):
            yield from _conditions(value[key], depth + 1)


def _between(pattern: str, specifier: str) -> str | None:
    """What the star of a pattern stands for in a specifier; "" for a pattern without one that is the specifier."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == specifier else None
    if len(specifier) < len(before) + len(after) or not specifier.startswith(before) or not specifier.endswith(after):
        return None
    return specifier[len(before) : len(specifier) - len(after)]


# --- paths ------------------------------------------------------------------------------------------------------------


def ancestors(folder: str) -> Iterator[str]:
    """A folder and all above it, up to the root ""."""
    while folder:
        yield folder
        folder = parent(folder)
    yield ""


def join(folder: str, written: str) -> str:
    """A path from a folder, with its dots resolved; one that leaves the repository keeps a leading "..".

    >>> join("a/b", "../c/./d.js"), join("", "./x"), join("a", "../../x"), join("a", ".")
    ('a/c/d.js', 'x', '../x', 'a')
    """
    parts: list[str] = [part for part in folder.split("/") if part]
    for part in written.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
