"""What the answers about the data of a view depend on: every file of it, and all that reads them."""

from __future__ import annotations

import hashlib
from importlib import metadata

from ctxpack.graph import VERSION as GRAPH_VERSION
from ctxpack.parse.jobs.table import VERSION as JOBS_VERSION
from ctxpack.parse.schemas.table import VERSION as FORMATS_VERSION
from ctxpack.workspace import Workspace

VERSION = 65
"""To be raised whenever the same files would give other answers; it is part of the store's keys."""

DBT_FILES = ("dbt_project.yml", "dbt_project.yaml")
"""The files that say where a dbt project is."""

_READERS = ("sqlglot", "jinja2", "tree-sitter-python")
"""Packages on whose versions it depends what is found."""


def versions_of(workspace: Workspace) -> tuple[object, ...]:
    """The versions of all that reads the files, and the settings that count."""
    versions = (VERSION, FORMATS_VERSION, JOBS_VERSION, GRAPH_VERSION, *(metadata.version(name) for name in _READERS))
    return versions, workspace.sql_dialect


def state_of(workspace: Workspace) -> str:
    """A digest of all files, of what reads them, and of the settings that count."""
    digest = hashlib.blake2b(repr(versions_of(workspace)).encode(), digest_size=16)
    for path, file in sorted(workspace.files.items()):
        digest.update(f"{path}\0{file.digest}\0{file.role}\0{file.language}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
