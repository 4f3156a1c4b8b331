"""Which dialect of SQL a file is in: as the settings say, or the files of its project, or else its own marks.

Of the files of a project those speak that name a database for tools to work with: the settings of a linter, of a tool
that migrates, of an ORM. Each holds for its folder and all below it, the innermost before others. A folder that is
named after a database is as good as any.
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
    (re.compile(r"^sqitch\.conf$"), re.compile(rf"^\s*engine{_VALUE}", re.MULTILINE)),
    (re.compile(r"\.prisma$"), re.compile(rf"^datasource\s[^}}]*?\bprovider{_VALUE}", re.MULTILINE)),
    (re.compile(r"^drizzle\.config\.\w+$"), re.compile(rf"\bdialect{_VALUE}")),
    (re.compile(r"^sqlc\.(?:ya?ml|json)$"), re.compile(r"\bengine[\"']?\s*:\s*[\"']?(\w+)")),
    (re.compile(r"^database\.ya?ml$"), re.compile(rf"^\s*adapter{_VALUE}", re.MULTILINE)),
    (re.compile(r"^Cargo\.toml$"), re.compile(r"^(?:diesel|sqlx)\b[^\n]*?\"(postgres|mysql|sqlite)\"", re.MULTILINE)),
)
"""Files by their names, and how each says which database it is about."""

_WITH_URLS = re.compile(r"^(?:flyway[\w.-]*\.(?:conf|toml|properties)|alembic\.ini|application[\w-]*\.properties)$")
_SETTINGS = ("config", "conf", "settings")
_LARGEST = 200_000

_FOLDERS = frozenset(
    """bigquery clickhouse databricks duckdb mariadb mssql mysql oracle postgres postgresql redshift snowflake sqlite
    sqlite3 sqlserver trino tsql""".split()
)
"""Names of databases that are hardly ever names of anything else."""


class Dialects:
    """Tells the dialects of the files of a workspace; `stated` is that of the settings, None where they say nothing."""

    def __init__(self, workspace: Workspace, stated: str | None = None) -> None:
        self._workspace, self._stated = workspace, stated

    def of(self, path: str, text: str) -> str:
        """The parser's name for the dialect of a SQL file; "" where nothing tells."""
        if self._stated is not None:
            return self._stated
        folders = path.lower().split("/")[:-1]
        named = next((folder for folder in reversed(folders) if folder in _FOLDERS), "")
        return canonical(named) or self._of_project(path) or _marked(text)

    def _of_project(self, path: str) -> str:
        """What the innermost folder around a file says."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._projects:
                return self._projects[folder]
        return ""

    @cached_property
    def _projects(self) -> dict[str, str]:
        """The dialect that files in a folder state, where all in it agree."""
        found: dict[str, set[str]] = {}
        for path in sorted(self._workspace.files):
            names = set(self._said(path))
            if names:
                found.setdefault(_folder(path), set()).update(names)
        return {folder: min(names) for folder, names in found.items() if len(names) == 1}

    def _said(self, path: str) -> Iterator[str]:
        """The dialects that a file names."""
        name = path.rpartition("/")[2]
        marks = [mark for file, mark in _STATED if file.search(name)]
        marks += [_URL] if _WITH_URLS.match(name) else []
        if marks and self._workspace.files[path].size <= _LARGEST:
            text = self._workspace.read(path)
            for mark in marks:
                yield from (known for word in mark.findall(text) if (known := canonical(word)))


def _folder(path: str) -> str:
    """The folder that a file speaks for: its own, or the one around a folder of settings."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if folder.rpartition("/")[2] in _SETTINGS else folder


def _marked(text: str) -> str:
    from ctxpack.lineage.sql.dialects import detect

    return detect(text)
