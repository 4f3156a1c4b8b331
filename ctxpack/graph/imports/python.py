"""Python: modules by source root, packages with and without `__init__.py`, relative imports, re-exports, stubs.

An absolute name is looked for from the root of the importer's own package, from the declared roots around it, then
from all other roots of the repository (src folders, folders of pyproject.toml or setup.py, folders above a package).
A module or regular package goes before a namespace package; a name that several roots outside the importer's own
answer to gets no link. The standard library goes before anything that is not on the importer's own way.
"""

from __future__ import annotations

import sys

from ctxpack.graph.imports import python_calls, python_fixtures
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Package, Project, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, Import
from ctxpack.paths import parent

_SUFFIXES = (".py", ".pyi", ".ipynb", ".pyw")
_COMPUTED = "{}"
"""Stands in the name of a module for what is not known before the program runs."""

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


class PythonResolver(Resolver):
    """Where Python's imports lead."""

    languages = ("python",)
    noted = True
    reexport_kinds = frozenset({"import", "reexport", "type", "dynamic"})
    words = frozenset({python_fixtures.WORD})

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the folders that hold Python, and the roots that names can be looked up from."""
        super().__init__(project, linker)
        paths = project.paths_of(self.languages)
        self._files = frozenset(paths)
        self._folders = frozenset(folder for path in paths for folder in _above(path))
        self._packages = frozenset(parent(path) for path in paths if _is_package(path))
        self._roots = _roots(project, self._folders, {self._package_root(package + "/_") for package in self._packages})
        self._known: dict[tuple[str, str], Thing | None] = {}
        self._fixtures = python_fixtures.Fixtures(project, linker)

    def locate(self, path: str, found: Import) -> Thing | None:
        """The module, package or namespace package that the import's module part names."""
        return self._place(path, found.module)

    def bind(self, path: str, found: Import) -> Thing | None:
        """As by default; `import a.b` binds `a`, and `from package import name` may bind a submodule."""
        if not found.name and found.alias == found.module.partition(".")[0]:
            return self._place(path, found.alias)
        place = self._place(path, found.module)
        if place is None or found.name in ("", "*"):
            return place
        member = self._taken(path, place, found.name) or self._submodule(place, found.name)
        return weaker(member, "import", 0.99) if member is not None else None

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The module that the statement names: the submodule where the imported name is one."""
        place = self._place(path, found.module)
        if place is None:
            return ()
        if found.name not in ("", "*") and self._taken(path, place, found.name) is None:
            sub = self._submodule(place, found.name)
            if isinstance(sub, Module):
                return (sub.path,)
        return (place.path,) if isinstance(place, Module) else ()

    def export(self, path: str, name: str) -> Thing | None:
        """A definition, an import, or (of a package) a submodule."""
        found = super().export(path, name)
        if found is None and _is_package(path):
            return self._child(parent(path), name)
        return found

    def package_member(self, key: str, name: str) -> Thing | None:
        """A module or package inside the folders of a namespace package, or a fixture."""
        if python_fixtures.is_key(key):
            return self._fixtures.find(key, name)
        for folder in key.partition(":")[2].split("\n"):
            found = self._child(folder, name)
            if found is not None:
                return found
        return None

    def word(self, path: str, name: str, scope: int) -> Thing | None:
        """The fixtures in sight of a test."""
        return self._fixtures.around(path, scope)

    def argument(self, callee: Thing, name: str) -> Thing | None:
        """See `python_calls.argument`."""
        return python_calls.argument(self.linker, callee, name)

    def only_assigned(self, definition: Definition) -> bool:
        """See `python_calls.only_assigned`."""
        return python_calls.only_assigned(definition)

    def missing(self, path: str, found: Import) -> str:
        """A relative import that leads nowhere, or one into a package that stands here."""
        if _COMPUTED in found.module:
            return self._computed(path, found.module)
        place = self._place(path, found.module)
        if place is not None:
            own = isinstance(place, Package) and (found.module.startswith(".") or self._holds_modules(place))
            lost = own and found.name not in ("", "*") and self.bind(path, found) is None
            return f"no module {found.name} in it" if lost else ""
        if found.module.startswith("."):
            return "no such module beside this file"
        top = self._place(path, found.module.partition(".")[0])
        return "no such module in its package" if isinstance(top, Module) else ""

    def _computed(self, path: str, module: str) -> str:
        """Why a dynamic import is not followed whose name is computed after a beginning that is known here."""
        first = module.partition(_COMPUTED)[0].partition(".")[0]
        here = module.startswith(".") or (first and self._place(path, first) is not None)
        return "the rest of its name is computed" if here else ""

    def _holds_modules(self, place: Package) -> bool:
        """Whether a namespace package has modules of its own here; other distributions may add to one that has none."""
        folders = frozenset(place.key.partition(":")[2].split("\n"))
        return any(parent(path) in folders for path in self._files)

    # --- names to places ----------------------------------------------------------------------------------------------

    def _taken(self, path: str, place: Thing, name: str) -> Thing | None:
        """The member of a module that is not merely its submodule; a package importing from itself has none yet."""
        if not isinstance(place, Module) or place.path == path:
            return None
        found = self.linker.member(place, name)
        sub = self._submodule(place, name) if isinstance(found, Module) else None
        if isinstance(found, Module) and isinstance(sub, Module) and found.path == sub.path:
            return None
        return found

    def _place(self, path: str, module: str) -> Thing | None:
        key = (parent(path), module)
        if key not in self._known:
            self._known[key] = self._relative(path, module) if module.startswith(".") else self._absolute(path, module)
        return self._known[key]

    def _relative(self, path: str, module: str) -> Thing | None:
        rest = module.lstrip(".")
        folder = parent(path)
        for _ in range(len(module) - len(rest) - 1):
            if not folder:
                return None
            folder = parent(folder)
        return self._down(folder, rest.split(".")) if rest else self._as_package(folder)

    def _absolute(self, path: str, module: str) -> Thing | None:
        names = module.split(".")
        near, far = self._search_path(path)
        standard = names[0] in sys.stdlib_module_names
        spaces: list[str] = []
        for root in near:
            place = self._down(root, names)
            if isinstance(place, Module) and not (standard and root not in self._roots):
                return place
            if isinstance(place, Package):
                spaces.append(place.key.partition(":")[2])
        if standard:
            return None
        beside = self._beside(path, names)
        if beside is not None:
            return beside
        others = [place for root in far if (place := self._down(root, names)) is not None]
        modules = sorted({place.path for place in others if isinstance(place, Module)})
        if modules:
            return Module(modules[0], "import", 0.97) if len(modules) == 1 else None
        spaces.extend(place.key.partition(":")[2] for place in others if isinstance(place, Package))
        return Package("python:" + "\n".join(dict.fromkeys(spaces))) if spaces else None

    def _beside(self, path: str, names: list[str]) -> Thing | None:
        """A module beside a test, whose folder is where its modules are looked for though it is a package."""
        name = path.rpartition("/")[2]
        if not (names[0] == "conftest" or name.startswith("test_") or name in ("conftest.py", "runtests.py")):
            return None
        found = self._down(parent(path), names)
        return weaker(found, "beside the test", 0.9) if isinstance(found, Module) and found.path != path else None

    def _search_path(self, path: str) -> tuple[list[str], list[str]]:
        """The roots on the importer's way, nearest first, and all the others."""
        own = self._package_root(path)
        around = [root for root in self._roots if root != own and _inside(path, root)]
        near = [own, *sorted(around, key=lambda root: -len(root))]
        return near, [root for root in self._roots if root not in near]

    def _package_root(self, path: str) -> str:
        folder = parent(path)
        while folder and folder in self._packages:
            folder = parent(folder)
        return folder

    def _down(self, folder: str, names: list[str]) -> Thing | None:
        place: Thing | None = None
        for position, name in enumerate(names):
            place = self._child(folder, name)
            if place is None or (
                position + 1 < len(names) and isinstance(place, Module) and not _is_package(place.path)
            ):
                return None
            folder = _join(folder, name)
        return place

    def _submodule(self, place: Thing, name: str) -> Thing | None:
        if isinstance(place, Module):
            return self._child(parent(place.path), name) if _is_package(place.path) else None
        return self.package_member(place.key, name) if isinstance(place, Package) else None

    def _as_package(self, folder: str) -> Thing | None:
        for suffix in _SUFFIXES:
            path = _join(folder, f"__init__{suffix}")
            if path in self._files:
                return Module(path)
        return Package(f"python:{folder}") if folder in self._folders else None

    def _child(self, folder: str, name: str) -> Thing | None:
        base = _join(folder, name)
        package = self._as_package(base)
        if isinstance(package, Module):
            return package
        for suffix in _SUFFIXES:
            if base + suffix in self._files:
                return Module(base + suffix)
        return package


def _roots(project: Project, folders: frozenset[str], package_roots: set[str]) -> tuple[str, ...]:
    """The repository, the folders of project files and their src, and the folders above regular packages, sorted."""
    found = {""}
    for path in project.settings:
        if path.rpartition("/")[2] in _PROJECT_FILES:
            found.add(parent(path))
            found.add(_join(parent(path), "src"))
    found.update(("src", "lib", "python"))
    found.update(package_roots)
    return tuple(sorted(root for root in found if not root or root in folders))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _above(path: str) -> list[str]:
    names = path.split("/")[:-1]
    return ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]


def _is_package(path: str) -> bool:
    return path.rpartition("/")[2].partition(".")[0] == "__init__"


def _inside(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root}/")
