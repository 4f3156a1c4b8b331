"""What pytest passes for the parameters of tests: fixtures of the class, the file, and each `conftest.py` above it."""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.graph.consulted import body
from ctxpack.graph.project import Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker

WORD = "<fixtures>"
"""The qualifier by which parsing marks a parameter that a fixture may fill."""

_DECORATORS = frozenset({"fixture", "yield_fixture"})
_KEY = "python:\0fixtures\0"


class Fixtures:
    """The fixtures of a repository, read file by file as tests ask for them."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """`linker` follows fixtures that a conftest imports."""
        self._project, self._linker = project, linker
        self._known: dict[str, frozenset[int]] = {}

    def around(self, path: str, scope: int) -> Package:
        """What the names of fixtures mean to the parameters of the definition `scope` of a file."""
        return Package(f"{_KEY}{scope}\0{path}")

    def find(self, key: str, name: str) -> Thing | None:
        """The fixture of that name, the nearest first; a fixture is no answer to its own parameter."""
        scope, _, path = key.removeprefix(_KEY).partition("\0")
        found = self._in_file(path, name, int(scope)) or self._above(path, name)
        return weaker(found, "fixture", 0.9) if found is not None else None

    def _in_file(self, path: str, name: str, scope: int) -> Thing | None:
        definitions = self._project.facts[path].definitions
        parent = definitions[scope].parent if scope >= 0 else -1
        fixtures = self._fixtures(path)
        for owner in (parent, -1):
            for index in sorted(fixtures, reverse=True):
                if index != scope and definitions[index].name == name and definitions[index].parent == owner:
                    return Symbol(path, index)
        return None

    def _above(self, path: str, name: str) -> Thing | None:
        for place in _conftests(path):
            if place not in self._project.facts or place == path:
                continue
            found = self._in_file(place, name, -1) or self._imported(place, name)
            if found is not None:
                return found
        return None

    def _imported(self, place: str, name: str) -> Thing | None:
        found = self._linker.name(place, name)
        return found if isinstance(found, Symbol) and found.index in self._fixtures(found.path) else None

    def _fixtures(self, path: str) -> frozenset[int]:
        """The definitions of a file that a decorator makes fixtures: it stands in them, above their name."""
        self._linker.consult(body(path))
        if path not in self._known:
            definitions = self._project.facts[path].definitions
            self._known[path] = frozenset(
                one.scope
                for one in self._project.references(path)
                if one.name in _DECORATORS and one.scope >= 0 and one.line < definitions[one.scope].line
            )
        return self._known[path]


def is_key(key: str) -> bool:
    """Whether a package's key is that of fixtures."""
    return key.startswith(_KEY)


def _conftests(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield f"{folder}/conftest.py"
        folder = folder.rpartition("/")[0]
    yield "conftest.py"
