"""The cache key of answers about data: a digest of every file of a view and of the versions of all readers."""

from __future__ import annotations

import hashlib
from importlib import metadata

from ctxpack.graph import VERSION as GRAPH_VERSION
from ctxpack.parse.jobs.table import VERSION as JOBS_VERSION
from ctxpack.parse.schemas.table import VERSION as FORMATS_VERSION
from ctxpack.workspace import Workspace

VERSION = 77
"""Part of the store's keys: raise it whenever the same files would give other answers."""

DBT_FILES = ("dbt_project.yml", "dbt_project.yaml")
"""The names of the file at the root of a dbt project."""

_READERS = ("sqlglot", "jinja2", "tree-sitter-python")
"""Third-party packages whose version may change the results."""


def versions_of(workspace: Workspace) -> tuple[object, ...]:
    """The versions of all readers, and the settings that change answers (the SQL dialect)."""
    versions = (VERSION, FORMATS_VERSION, JOBS_VERSION, GRAPH_VERSION, *(metadata.version(name) for name in _READERS))
    return versions, workspace.sql_dialect


def state_of(workspace: Workspace) -> str:
    """A hexadecimal digest of all files, with their roles and languages, and of `versions_of`."""
    digest = hashlib.blake2b(repr(versions_of(workspace)).encode(), digest_size=16)
    for path, file in sorted(workspace.files.items()):
        digest.update(f"{path}\0{file.digest}\0{file.role}\0{file.language}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
