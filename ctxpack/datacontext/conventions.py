"""Models that frameworks map to tables by what they are called, where nothing says which tables they have.

Rails and Laravel name no table in their models; Django names a table by the app and the model, also where the model's
own base is what makes it one, so that nothing in its file does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ctxpack.lineage.django import label_of
from ctxpack.model import Definition
from ctxpack.parse.schemas.laravel_columns import snake
from ctxpack.parse.schemas.words import plural, singular
from ctxpack.workspace import Workspace

_STATED, _CALLED = 0.99, 0.9
_RAILS_MODELS = re.compile(r"(?:^|/)models/.*\.rb$")
_DJANGO_MODELS = re.compile(r"(?:^|/)models(?:\.py$|/.*\.py$)")
_ELOQUENT = frozenset({"Model", "Pivot", "MorphPivot", "Authenticatable", "Eloquent"})
"""What classes are called that every model of Laravel inherits from, near or far."""

_PIVOTS = frozenset({"Pivot", "MorphPivot"})
_ELOQUENT_NAME = re.compile(
    r"^[ \t]*(?:protected|public)\s+(?:\?string\s+|string\s+)?\$table\s*=\s*['\"](?P<name>[\w.]+)['\"]"
    r"|^#\[Table\((?:name:\s*)?['\"](?P<marked>[\w.]+)['\"]",
    re.MULTILINE,
)
_DEEPEST = 6
_GIVEN_NAME = re.compile(r"^[ \t]*self\.table_name\s*=\s*['\":](?P<name>[\w.]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Model:
    """The class of a model by its index in a file; `symbol` is the same, or the field of a table that joins two."""

    path: str
    owner: int
    symbol: int
    confidence: float


class Rails:
    """Which models of Rails have a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """Those that state its name, and of those that state none the one that is called so, in the singular."""
        called = singular(table).replace("_", "")
        for path, index, one in _classes(self._workspace, self._paths):
            lines = ((line, name) for line, name in self._given.get(path, ()) if one.span[0] <= line <= one.span[1])
            stated = next((name for _, name in lines), "")
            if stated:
                if stated.rpartition(".")[2].lower() == table:
                    yield Model(path, index, index, _STATED)
            elif one.qualname.replace(".", "").lower() == called:
                yield Model(path, index, index, _CALLED)

    @cached_property
    def _paths(self) -> list[str]:
        return _paths(self._workspace, _RAILS_MODELS.search)

    @cached_property
    def _given(self) -> dict[str, list[tuple[int, str]]]:
        """The names of tables that models state, with their lines, by path."""
        found: dict[str, list[tuple[int, str]]] = {}
        for path in self._paths:
            text = self._workspace.text(path)
            found[path] = [
                (text.count("\n", 0, match.start("name")) + 1, match["name"]) for match in _GIVEN_NAME.finditer(text)
            ]
        return found


class Eloquent:
    """Which models of Laravel have a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """Those that state its name, and of those that state none the one that is called so; pivots in the singular."""
        for path, index, one, bases in self._models:
            stated = self._stated(path, one)
            if stated:
                if stated.rpartition(".")[2].lower() == table:
                    yield Model(path, index, index, _STATED)
            elif table == (snake(one.name) if _PIVOTS & bases else plural(snake(one.name))):
                yield Model(path, index, index, _CALLED)

    def _stated(self, path: str, one: Definition) -> str:
        """The table that a class states, by a property in it or a mark before it."""
        lines = self._workspace.text(path).split("\n")[one.span[0] - 1 : one.span[1]]
        found = _ELOQUENT_NAME.search("\n".join(lines))
        return (found["name"] or found["marked"]) if found else ""

    @cached_property
    def _models(self) -> list[tuple[str, int, Definition, frozenset[str]]]:
        """The classes that inherit from one of the framework's models, with the names of those they inherit from."""
        found: dict[tuple[str, int], tuple[str, int, Definition, frozenset[str]]] = {}
        above = {name: frozenset({name}) for name in _ELOQUENT}
        for _ in range(_DEEPEST):
            files = self._workspace.files
            using = self._workspace.using(frozenset(above))
            paths = [path for path in sorted(using) if files[path].language == "php" and files[path].role != "test"]
            further: dict[str, frozenset[str]] = {}
            for path, index, one in _classes(self._workspace, paths):
                bases = [above[name] for base in one.bases if (name := base.rpartition("\\")[2]) in above]
                if bases and (path, index) not in found:
                    whole = frozenset().union(*bases)
                    found[path, index] = (path, index, one, whole)
                    further[one.name] = whole
            above = further
            if not above:
                break
        return [found[key] for key in sorted(found)]


class Django:
    """Which models of Django have a table by their names."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """The model that is called so in its app, or the field of a model that joins it with another."""
        for path, index, one in _classes(self._workspace, self._paths):
            name = f"{label_of(path)}_{one.name.lower()}"
            if one.parent >= 0 or not f"{table}_".startswith(f"{name}_"):
                continue
            if table == name:
                yield Model(path, index, index, _CALLED)
                continue
            for at, field in enumerate(self._workspace.facts(path).definitions):
                if field.parent == index and f"{name}_{field.name.lower()}" == table:
                    yield Model(path, index, at, _CALLED)

    @cached_property
    def _paths(self) -> list[str]:
        return _paths(self._workspace, _DJANGO_MODELS.search)


def _paths(workspace: Workspace, is_model: Callable[[str], object]) -> list[str]:
    return [path for path in sorted(workspace.files) if is_model(path) and workspace.files[path].role != "test"]


def _classes(workspace: Workspace, paths: Sequence[str]) -> Iterator[tuple[str, int, Definition]]:
    facts = workspace.facts_of(paths)
    for path in paths:
        for index, one in enumerate(facts[path].definitions if path in facts else ()):
            if one.kind == "class":
                yield path, index, one
