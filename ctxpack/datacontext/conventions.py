"""Maps tables to models by the naming conventions of frameworks, where no declaration states the table of a model.

Models of Rails, Laravel and Entity Framework rarely name their table. Django derives it from app and model; a class may
be a Django model only through a base in another file, so that its own file does not read as a declaration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ctxpack.lineage.orm.django import label_of
from ctxpack.model import Definition
from ctxpack.parse.schemas.efcore import SET, TO_TABLE, given
from ctxpack.parse.schemas.laravel_columns import snake
from ctxpack.parse.schemas.words import plural, singular
from ctxpack.paths import shared_depth
from ctxpack.workspace import Workspace

_STATED, _CALLED, _REACHED = 0.99, 0.9, 0.7
"""Confidences: the model states its table, its name fits the convention, its class alone has the table's name."""

_RAILS_MODELS = re.compile(r"(?:^|/)models/.*\.rb$")
_DJANGO_MODELS = re.compile(r"(?:^|/)models(?:\.py$|/.*\.py$)")
_ELOQUENT = frozenset({"Model", "Pivot", "MorphPivot", "Authenticatable", "Eloquent"})
"""The base classes that every Laravel model inherits from, directly or not."""

_PIVOTS = frozenset({"Pivot", "MorphPivot"})
_ELOQUENT_NAME = re.compile(
    r"^[ \t]*(?:protected|public)\s+(?:\?string\s+|string\s+)?\$table\s*=\s*['\"](?P<name>[\w.]+)['\"]"
    r"|^#\[Table\((?:name:\s*)?['\"](?P<marked>[\w.]+)['\"]",
    re.MULTILINE,
)
_DEEPEST = 6
_CONTEXTS = frozenset({"DbSet", "ToTable", "Table", "TableAttribute", "HasColumnName", "Column", "ColumnAttribute"})
"""Words of C# files that may map a class to a table, or a member to a column of another name."""

_COLUMN_NAME = re.compile(
    r"\.\s*Property\(\s*\w+\s*=>\s*\w+\.(\w+)\s*\)(?:(?!\.\s*Property\()[^;])*?\.\s*HasColumnName\(\s*\"(\w+)\""
)
_TABLE_ATTRIBUTE = re.compile(
    r"\[(?:[^\[\]\n]*,\s*)?Table\(\s*(?:[nN]ame\s*[:=]\s*)?\"(?P<table>\w+)\"[^\]]*\]"
    r"(?:\s|\[[^\]]*\]|//[^\n]*)*(?:(?:public|internal|sealed|partial|abstract)\s+)*(?:class|record)\s+(?P<name>\w+)"
)
_CLASS = re.compile(r"\b(?:class|record)\s+(?P<name>\w+)")
_COLUMN_ATTRIBUTE = re.compile(
    r"\[(?:[^\[\]\n]*,\s*)?Column\(\s*(?:[nN]ame\s*[:=]\s*)?\"(?P<column>\w+)\"[^\]]*\](?:\s|\[[^\]]*\])*"
    r"(?:(?:public|internal|protected|virtual|required|override)\s+)+[\w.<>?\[\],]+\s+(?P<name>\w+)"
)
_IDENTITY = {"IdentityUser": "aspnetusers", "IdentityRole": "aspnetroles", "IdentityUserRole": "aspnetuserroles"}
"""The tables of classes that inherit from the identity classes of ASP.NET, by base class."""

_GIVEN_NAME = re.compile(r"^[ \t]*self\.table_name\s*=\s*['\":](?P<name>[\w.]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Model:
    """A model class: `owner` is the index of its definition in the file `path`.

    `symbol` is the same index, or that of the many-to-many field that a join table stands for. `columns` are
    (column, member) pairs, only for columns whose name differs from that of their member. `origin` names what tells.
    """

    path: str
    owner: int
    symbol: int
    confidence: float
    columns: tuple[tuple[str, str], ...] = ()
    origin: str = "model by its name"


def is_model_of_rails(path: str) -> bool:
    """Whether the path is that of a Rails model (a Ruby file below "models/")."""
    return _RAILS_MODELS.search(path) is not None


def stated_table(language: str, text: str, one: Definition) -> str:
    """The table that a Ruby or PHP model states (`self.table_name = "x"`, `$table = 'x'`); "" for none."""
    lines = text.split("\n")[one.span[0] - 1 : one.span[1]]
    found = (_GIVEN_NAME if language == "ruby" else _ELOQUENT_NAME).search("\n".join(lines))
    return next((name for name in found.groupdict().values() if name), "") if found is not None else ""


class Rails:
    """Finds the Rails models of a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """The models that state this table, and those that state none and have its name in the singular."""
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
        """By path, the (line, table) pairs that models state."""
        found: dict[str, list[tuple[int, str]]] = {}
        for path in self._paths:
            text = self._workspace.text(path)
            found[path] = [
                (text.count("\n", 0, match.start("name")) + 1, match["name"]) for match in _GIVEN_NAME.finditer(text)
            ]
        return found


class Eloquent:
    """Finds the Laravel models of a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """The models that state this table, and those that state none and whose name gives it.

        The convention is the plural of the snake-case name, the singular for pivots.
        """
        for path, index, one, bases in self._models:
            stated = stated_table("php", self._workspace.text(path), one)
            if stated:
                if stated.rpartition(".")[2].lower() == table:
                    yield Model(path, index, index, _STATED)
            elif table == (snake(one.name) if _PIVOTS & bases else plural(snake(one.name))):
                yield Model(path, index, index, _CALLED)

    @cached_property
    def _models(self) -> list[tuple[str, int, Definition, frozenset[str]]]:
        """(path, index, definition, names of framework bases) of each class that inherits from a framework model."""
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


class EntityFramework:
    """Finds the C# classes of a table: by a `DbSet` of a context, a `[Table]` attribute, or a `ToTable` call."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """The classes mapped to a table; of several with the same name, the one nearest to the file that maps it.

        A table that nothing maps may belong to a class that is only referred to: the only one with just its name, or
        for an identity table of ASP.NET the only class that inherits from that identity class.
        """
        seen: set[tuple[str, int]] = set()
        for name, path, confidence in self._named.get(table, ()):
            near = {
                (-shared_depth(one, path), one.count("/"), one): (one, at) for one, at in self._classes.get(name, ())
            }
            place = near[min(near)] if near else None
            if place is not None and place not in seen:
                seen.add(place)
                yield Model(*place, place[1], confidence, self._columns.get(name, ()))
        alone = self._alone.get(table, []) if not seen else []
        if len(alone) == 1:
            (path, index), name = alone[0]
            yield Model(path, index, index, _REACHED, self._columns.get(name, ()))

    def columns_of(self, name: str) -> tuple[tuple[str, str], ...]:
        """The (column, member) pairs of a class whose names differ."""
        return self._columns.get(name, ())

    @cached_property
    def _texts(self) -> dict[str, str]:
        using = self._workspace.using(_CONTEXTS)
        files = self._workspace.files
        paths = [path for path in sorted(using) if files[path].language == "csharp" and files[path].role != "test"]
        return {path: self._workspace.text(path) for path in paths}

    @cached_property
    def _named(self) -> dict[str, list[tuple[str, str, float]]]:
        """By table, the (class, file that maps it, confidence) triples."""
        stated: dict[str, list[tuple[str, str, float]]] = {}
        called: dict[str, list[tuple[str, str, float]]] = {}
        for path, text in self._texts.items():
            for name, match in given(text, TO_TABLE):
                stated.setdefault(match[1].lower(), []).append((name, path, _STATED))
            for match in _TABLE_ATTRIBUTE.finditer(text):
                stated.setdefault(match["table"].lower(), []).append((match["name"], path, _STATED))
        known = {name for found in stated.values() for name, _, _ in found}
        for path, text in self._texts.items():
            for match in SET.finditer(text):
                if match["name"] not in known:
                    called.setdefault(match["set"].lower(), []).append((match["name"], path, _CALLED))
        return {table: stated.get(table, []) + called.get(table, []) for table in sorted({*stated, *called})}

    @cached_property
    def _columns(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """By class, the (column, member) pairs whose names differ."""
        found: dict[str, list[tuple[str, str]]] = {}
        for text in self._texts.values():
            for name, match in given(text, _COLUMN_NAME):
                found.setdefault(name, []).append((match[2].lower(), match[1]))
            heads = list(_CLASS.finditer(text))
            for head, after in zip(heads, [*heads[1:], None], strict=True):
                body = text[head.end() : after.start() if after is not None else len(text)]
                pairs = [(match["column"].lower(), match["name"]) for match in _COLUMN_ATTRIBUTE.finditer(body)]
                found.setdefault(head["name"], []).extend(pairs)
        return {name: tuple(pairs) for name, pairs in found.items() if pairs}

    @cached_property
    def _classes(self) -> dict[str, list[tuple[str, int]]]:
        """By class name, the (path, index) of each definition."""
        found: dict[str, list[tuple[str, int]]] = {}
        for path, index, one in self._all:
            found.setdefault(one.name, []).append((path, index))
        return found

    @cached_property
    def _alone(self) -> dict[str, list[tuple[tuple[str, int], str]]]:
        """By table, the unmapped classes ((path, index), name) that may have it."""
        said = {name for found in self._named.values() for name, _, _ in found}
        found: dict[str, list[tuple[tuple[str, int], str]]] = {}
        for path, index, one in self._all:
            bases = {base.partition("<")[0].rpartition(".")[2] for base in one.bases}
            users = next((_IDENTITY[base] for base in sorted(bases) if base in _IDENTITY), "")
            table = users or one.name.lower()
            if users or one.name not in said:
                found.setdefault(table, []).append(((path, index), one.name))
        return found

    @cached_property
    def _all(self) -> list[tuple[str, int, Definition]]:
        files = self._workspace.files
        paths = [path for path, file in sorted(files.items()) if file.language == "csharp" and file.role != "test"]
        return list(_classes(self._workspace, paths))


class Django:
    """Finds the Django models of a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Iterator[Model]:
        """The model whose app label and name give the table, or the many-to-many field whose join table it is."""
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
