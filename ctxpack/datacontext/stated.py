"""Finds the classes that state their table, in frameworks whose tables other files declare: migrations, scripts of SQL.

Each framework has its own way to state it: an annotation or attribute before the class, a member of it, a method of its
type. All of them are told by one pattern, and by where it stands relative to the class.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ctxpack.model import Definition
from ctxpack.workspace import Workspace

TYPES = frozenset({"class", "struct", "record", "object", "interface", "type", "module"})
"""Kinds of definitions that may stand for a table."""

_META = "Meta"
"""The class inside a class that describes it, in frameworks of Python."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a framework has a class state its table.

    `words` are names of which a file with it uses one. `pattern` has the group `table`. It stands `before` the class,
    `in` it, or anywhere in its file and has the group `owner`, the class's name.
    """

    languages: frozenset[str]
    words: frozenset[str]
    pattern: re.Pattern[str]
    where: Literal["before", "in", "named"]


def _way(languages: str, words: str, where: Literal["before", "in", "named"], pattern: str) -> _Way:
    return _Way(frozenset(languages.split()), frozenset(words.split()), re.compile(pattern, re.MULTILINE), where)


_NAME = r"\(\s*(?:[nN]ame\s*[:=]\s*|value\s*=\s*)?[\"'`](?P<table>[\w.]+)"

_WAYS = (
    _way(  # GORM, XORM, Beego
        "go", "TableName", "named",
        r"^func\s*\(\s*(?:\w+\s+)?\*?(?P<owner>\w+)\s*\)\s*TableName\(\s*\)\s*string\s*\{\s*return\s+[\"`](?P<table>[\w.]+)[\"`]",
    ),
    _way("go", "BaseModel", "in", r"\bbun\.BaseModel\s+`[^`\n]*\bbun:\"table:(?P<table>[\w.]+)"),
    _way("java kotlin", "TableName", "before", r"@TableName" + _NAME),  # MyBatis-Plus
    _way("java kotlin", "Table", "before", r"@Table" + _NAME),  # Spring Data
    _way("java kotlin", "Entity", "before", r"@Entity\([^()\n]{0,200}?\btableName\s*=\s*\"(?P<table>\w+)\""),  # Room
    _way(  # Exposed
        "kotlin", "Table IdTable IntIdTable LongIdTable UUIDTable", "in",
        r"\bobject\s+\w+\s*:\s*(?:\w{0,8}Id|UUID)?Table(?:<\w+>)?\(\s*(?:name\s*=\s*)?\"(?P<table>[\w.]+)\"",
    ),
    _way(  # Diesel, SeaORM
        "rust", "table_name", "before",
        r"#\[(?:(?:diesel|sea_orm)\([^\]\n]{0,200}?)?\btable_name\s*=\s*\"?(?:[\w]+::)*(?P<table>\w+)",
    ),
    _way("php", "ORM", "before", r"(?:#\[|@)ORM\\Table" + _NAME),  # Doctrine
    _way("elixir", "schema", "in", r"^[ \t]*schema\s*\(?\s*\"(?P<table>\w+)\"\s*\)?\s+do\b"),  # Ecto
    _way(  # Objection, Sequelize
        "javascript typescript tsx", "tableName", "in",
        r"\btableName\s*(?::\s*string\s*)?(?:=|:|\(\s*\)\s*(?::\s*string\s*)?\{\s*return)\s*['\"](?P<table>[\w.]+)['\"]",
    ),
    _way("python", _META, "in", r"^[ \t]+(?:table_name|table)\s*=\s*['\"](?P<table>\w+)['\"]"),  # Peewee, Tortoise
    _way(  # Fluent, GRDB
        "swift", "schema databaseTableName", "in",
        r"\bstatic\s+let\s+(?:schema|databaseTableName)\s*=\s*\"(?P<table>\w+)\"",
    ),
    _way("ruby", "Sequel", "in", r"<\s*Sequel::Model\(\s*:(?P<table>\w+)"),
    _way("csharp", "Table", "before", r"\[(?:[^\[\]\n]*,\s*)?Table" + _NAME),  # Dapper
)  # fmt: skip


class Stated:
    """Finds the classes that state a table."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of(self, table: str) -> Sequence[tuple[str, int]]:
        """The (path, index of the definition) pairs of the classes that state a table (in small letters); sorted."""
        return self._by_table.get(table, ())

    @cached_property
    def _by_table(self) -> dict[str, tuple[tuple[str, int], ...]]:
        found: dict[str, set[tuple[str, int]]] = defaultdict(set)
        files = self._workspace.files
        languages = frozenset().union(*(way.languages for way in _WAYS))
        used = self._workspace.using(frozenset().union(*(way.words for way in _WAYS)))
        possible = [path for path in sorted(used) if files[path].language in languages and files[path].role != "test"]
        for path in possible:
            language = files[path].language
            ways = [way for way in _WAYS if language in way.languages and not way.words.isdisjoint(used[path])]
            for index, table in _stating(self._workspace, path, ways) if ways else ():
                found[table].add((path, index))
        return {table: tuple(sorted(places)) for table, places in found.items()}

    def tables_in(self, path: str) -> Iterator[tuple[int, str]]:
        """The (index of the definition, table) pairs of the classes of one file that state a table."""
        language = self._workspace.files[path].language
        return _stating(self._workspace, path, [way for way in _WAYS if language in way.languages])


def _stating(workspace: Workspace, path: str, ways: Sequence[_Way]) -> Iterator[tuple[int, str]]:
    text = workspace.text(path)
    for way in ways:
        for match in way.pattern.finditer(text):
            definitions = workspace.facts(path).definitions
            index = _owner(way, match, text.count("\n", 0, match.start("table")) + 1, definitions)
            if index >= 0:
                yield index, match["table"].rpartition(".")[2].lower()


def _owner(way: _Way, match: re.Match[str], line: int, definitions: Sequence[Definition]) -> int:
    """The index of the class that a match is about, -1 for none."""
    if way.where == "named":
        return next((at for at, one in enumerate(definitions) if one.name == match["owner"] and one.kind in TYPES), -1)
    types = [(at, one) for at, one in enumerate(definitions) if one.kind in TYPES]
    if way.where == "before":
        return min(((one.line, at) for at, one in types if one.line >= line), default=(0, -1))[1]
    around = [(at, one) for at, one in types if one.span[0] <= line <= one.span[1]]
    if around:
        at, one = max(around, key=lambda pair: pair[1].span[0])
        return one.parent if one.name == _META and one.parent >= 0 else at
    others = [at for at, one in enumerate(definitions) if one.parent < 0 and one.span[0] <= line <= one.span[1]]
    return others[0] if others else types[0][0] if len(types) == 1 else -1
