"""Detects the SQL dialect of a file: from our settings, a folder's name, the project's tool settings, or its syntax.

Tried in that order. A folder named after a database ("postgres/") states the dialect of what is in it. Tool settings
are those of linters, migration tools and ORMs that name a database; each holds for its folder and all below it, and
the innermost wins. Last come constructs in the text that only one dialect has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ctxpack.datamodel.dialects import canonical
from ctxpack.workspace import Workspace

_VALUE = r"\s*[:=]\s*[\"']?([\w.+-]+)"
_URL = re.compile(r"\b(?:jdbc:)?([a-z][a-z0-9]+)(?:\+\w+)?:(?://|thin:|@)", re.IGNORECASE)

_STATED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"^\.sqlfluff$"), re.compile(rf"^dialect{_VALUE}", re.MULTILINE)),
    (
        re.compile(r"^(?:pyproject\.toml|setup\.cfg|tox\.ini|pep8\.ini)$"),
        re.compile(rf"^\[(?:tool\.)?sqlfluff(?:[.:]core)?\][^\[]*?^dialect{_VALUE}", re.MULTILINE),
    ),
    (re.compile(r"^sqitch\.conf$"), re.compile(rf"^[ \t]*engine{_VALUE}", re.MULTILINE)),
    (re.compile(r"\.prisma$"), re.compile(rf"^datasource\s[^}}]*?\bprovider{_VALUE}", re.MULTILINE)),
    (re.compile(r"^drizzle\.config\.\w+$"), re.compile(rf"\bdialect{_VALUE}")),
    (re.compile(r"^sqlc\.(?:ya?ml|json)$"), re.compile(r"\bengine[\"']?\s*:\s*[\"']?(\w+)")),
    (re.compile(r"^database\.ya?ml$"), re.compile(rf"^[ \t]*adapter{_VALUE}", re.MULTILINE)),
    (re.compile(r"^Cargo\.toml$"), re.compile(r"^(?:diesel|sqlx)\b[^\n]*?\"(postgres|mysql|sqlite)\"", re.MULTILINE)),
)
"""Regexes of file names, each with the regex that finds the database named in such a file."""

_WITH_URLS = re.compile(r"^(?:flyway[\w.-]*\.(?:conf|toml|properties)|alembic\.ini|application[\w-]*\.properties)$")
_SETTINGS = ("config", "conf", "settings")
_LARGEST = 200_000

_FOLDERS = frozenset(
    """bigquery clickhouse databricks duckdb mariadb mssql mysql oracle postgres postgresql redshift snowflake sqlite
    sqlite3 sqlserver trino tsql""".split()
)
"""Folder names that state a dialect: databases whose names hardly ever mean anything else."""


class Dialects:
    """Detects the dialects of SQL files; `stated` is the dialect from our settings, which overrides all, or None."""

    def __init__(self, workspace: Workspace, stated: str | None = None) -> None:
        self._workspace, self._stated = workspace, stated

    def of(self, path: str, text: str) -> str:
        """The parser's (sqlglot's) name for the dialect of a SQL file; "" if unknown."""
        if self._stated is not None:
            return self._stated
        folders = path.lower().split("/")[:-1]
        named = next((folder for folder in reversed(folders) if folder in _FOLDERS), "")
        return canonical(named) or self._of_project(path) or _marked(text)

    def _of_project(self, path: str) -> str:
        """The dialect stated for the innermost folder around a file; "" if none is."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._projects:
                return self._projects[folder]
        return ""

    @cached_property
    def _projects(self) -> dict[str, str]:
        """By folder, the dialect that tool settings state; folders whose files disagree are left out."""
        found: dict[str, set[str]] = {}
        for path in sorted(self._workspace.files):
            names = set(self._said(path))
            if names:
                found.setdefault(_folder(path), set()).update(names)
        return {folder: min(names) for folder, names in found.items() if len(names) == 1}

    def _said(self, path: str) -> Iterator[str]:
        """The dialects that a settings file names."""
        name = path.rpartition("/")[2]
        marks = [mark for file, mark in _STATED if file.search(name)]
        marks += [_URL] if _WITH_URLS.match(name) else []
        if marks and self._workspace.files[path].size <= _LARGEST:
            text = self._workspace.read(path)
            for mark in marks:
                yield from (known for word in mark.findall(text) if (known := canonical(word)))


def _folder(path: str) -> str:
    """The folder that a settings file applies to: its own, or the parent of a folder called "config" or the like."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if folder.rpartition("/")[2] in _SETTINGS else folder


def _marked(text: str) -> str:
    from ctxpack.lineage.sql.dialects import detect

    return detect(text)
