"""PowerShell: files that are dot-sourced, modules and their manifests, and commands by their name.

Names of commands do not depend on case. A file sees the functions of the files that it dot-sources or imports, there
and further on, and those of its module: the files under the folder of a module's file that dot-sources what it finds
there, or those that this names. Commands are found in all modules that are installed, so a name of a verb and a noun
that one module of the repository alone defines is meant wherever nothing nearer is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts, Import
from ctxpack.paths import joined, parent, shared_depth

_INCLUDES = "powershell\0 includes"
"""The token for what brings in what, and where modules are."""

_BINDING = frozenset({"include", "require"})
_MODULE_FILES = (".psd1", ".psm1")
_MOST_FILES = 2_000
_TESTED = "<tested>.ps1"
_TESTS = ".tests.ps1"


class PowerShellResolver(Resolver):
    """Where PowerShell's files, modules and commands are."""

    languages = ("powershell",)
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index files by path whatever its case, modules by name, and definitions by name."""
        super().__init__(project, linker)
        self._paths: dict[str, str] = {}
        self._modules: dict[str, list[str]] = defaultdict(list)
        self._roots: set[str] = set()
        self._defined: dict[str, list[Symbol]] = defaultdict(list)
        for path, facts in project.of(self.languages):
            self._paths.setdefault(path.lower(), path)
            if path.lower().endswith(_MODULE_FILES):
                self._modules[_stem(path)].append(path)
            if path.lower().endswith(".psm1") and any(found.module == "*" for found in facts.imports):
                self._roots.add(parent(path))
            for index in _offered(facts):
                self._defined[facts.definitions[index].name.lower()].append(Symbol(path, index))
        self._reached: dict[str, tuple[str, ...]] = {}

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file brings in, and the names that it defines for others."""
        if facts.language not in self.languages:
            return
        yield _INCLUDES, (path, tuple((found.kind, found.module) for found in facts.imports))
        for index in _offered(facts):
            yield _token(facts.definitions[index].name), facts.definitions[index].kind

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file of a script or a module, from the folder of the file, else from the root; a module by its name."""
        target = self._target(path, found)
        return Module(target) if target is not None else None

    def visible(self, path: str, name: str) -> Thing | None:
        """A function or class of this file (in another case), of what it brings in, of its module, of any module."""
        self.linker.consult(_token(name))
        self.linker.consult(_INCLUDES)
        found = self._defined.get(name.lower(), ())
        if not found:
            return None
        own = [one for one in found if one.path == path]
        if own:
            return own[0] if len(own) == 1 else None
        reached = frozenset(self._brought(path))
        near = [one for one in found if one.path in reached]
        if near:
            return weaker(near[0], "sourced", 0.97) if len(near) == 1 else None
        if name.startswith("$"):
            return None
        return self._of_modules(path, name, found)

    def _of_modules(self, path: str, name: str, found: Iterable[Symbol]) -> Thing | None:
        """What the file's own module defines, or one module alone."""
        module = self._module(path)
        beside = [one for one in found if module is not None and self._module(one.path) == module]
        if beside:
            return weaker(beside[0], "module", 0.96) if len(beside) == 1 else None
        held = [one for one in found if self._module(one.path) is not None]
        if len(held) != 1 or "-" not in name or self._definition_kind(held[0]) != "function":
            return None
        return weaker(held[0], "command", 0.92)

    def missing(self, path: str, found: Import) -> str:
        """A script beside this one that is not there."""
        plain = found.module.startswith(("./", "../")) and not any(mark in found.module for mark in "*$<(")
        if not plain or "." not in found.module.rpartition("/")[2] or self._target(path, found) is not None:
            return ""
        return "no such file beside this one" if found.module.lower().endswith((".ps1", ".psm1", ".psd1")) else ""

    # --- files and modules --------------------------------------------------------------------------------------------

    def _target(self, path: str, found: Import) -> str | None:
        written = found.module
        if written == _TESTED:
            tested = f"{path[: -len(_TESTS)]}.ps1" if path.lower().endswith(_TESTS) else ""
            return self._paths.get(tested.lower())
        if "$" in written or "*" in written or "(" in written or written.startswith("/"):
            return None
        for folder in dict.fromkeys((parent(path), "")):
            base = joined(folder, written).lower()
            for candidate in (base, f"{base}.psd1", f"{base}.psm1", *_inside(base)):
                if candidate and candidate in self._paths and self._paths[candidate] != path:
                    return self._paths[candidate]
        return self._named(path, written) if found.kind == "require" and not written.startswith(".") else None

    def _named(self, path: str, written: str) -> str | None:
        """The nearest module of a name, its manifest before its script."""
        found = self._modules.get(_stem(written), ())
        ranked = sorted((-shared_depth(path, one), not one.lower().endswith(".psd1"), one) for one in found)
        folders = {parent(one) for depth, _, one in ranked if depth == ranked[0][0]}
        return ranked[0][2] if len(folders) == 1 else None

    def _brought(self, path: str) -> tuple[str, ...]:
        """The files whose names a file sees through what it brings in, without itself."""
        known = self._reached.get(path)
        if known is None:
            known = self._reached[path] = tuple(self._spread(path))
        return known

    def _spread(self, path: str) -> Iterator[str]:
        waiting, seen = [path], {path}
        while waiting and len(seen) < _MOST_FILES:
            here = waiting.pop()
            for target in self._next(here):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
                    yield target

    def _next(self, path: str) -> Iterator[str]:
        for found in self.project.facts[path].imports:
            target = self._target(path, found) if found.kind in _BINDING else None
            if target is not None:
                yield target
        folder = parent(path)
        if path.lower().endswith(".psm1") and folder in self._roots:
            yield from (one for one in self._paths.values() if self._is_part(one, folder))

    def _is_part(self, path: str, folder: str) -> bool:
        return path.lower().endswith(".ps1") and not _is_test(path) and self._module(path) == folder

    def _module(self, path: str) -> str | None:
        """The folder of the module that loads a file by looking for it: none for tests."""
        if _is_test(path):
            return None
        folder = parent(path)
        if path.lower().endswith(_MODULE_FILES):
            return folder
        while True:
            if folder in self._roots:
                return folder
            if not folder:
                return None
            folder = parent(folder)

    def _definition_kind(self, symbol: Symbol) -> str:
        return self.project.facts[symbol.path].definitions[symbol.index].kind


def _offered(facts: FileFacts) -> Iterator[int]:
    """The definitions at the top of a file, by which others may mean them."""
    for index, one in enumerate(facts.definitions):
        if one.parent < 0 and one.kind in ("function", "class", "enum", "variable"):
            yield index


def _is_test(path: str) -> bool:
    parts = path.lower().split("/")
    return parts[-1].endswith(_TESTS) or any(part in ("test", "tests") for part in parts[:-1])


def _inside(base: str) -> tuple[str, ...]:
    """The files of a module that is named by its folder."""
    name = base.rpartition("/")[2]
    return (f"{base}/{name}.psd1", f"{base}/{name}.psm1") if name else ()


def _stem(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    return name[:-5] if name.endswith(_MODULE_FILES) else name


def _token(name: str) -> str:
    return f"powershell\0{name.lower()}"
