"""Drafts: the nodes of a project before names are resolved, each with its properties and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ctxpack.datamodel.dbt import DbtKind, Rendered, RenderJob
from ctxpack.lineage.dbt.project.properties import DeclaredResource, Version
from ctxpack.lineage.dbt.project.settings import ProjectFile
from ctxpack.model import Column


@dataclass(slots=True)
class Draft:
    """A node before names are resolved.

    `title` is its name; `declared` and `version` are its entries in a property file; `latest` is False for a version
    that is not the default one; `header` are the columns of a seed; `settings` come from project and property files,
    `overrides` from the project that the package is installed in. `declared_only` marks a node without a file.
    """

    kind: DbtKind
    title: str
    package: ProjectFile
    path: str
    line: int = 1
    language: str = "sql"
    job: RenderJob | None = None
    rendered: Rendered = field(default_factory=Rendered)
    declared: DeclaredResource | None = None
    version: Version | None = None
    latest: bool = True
    header: tuple[Column, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    overrides: dict[str, Any] = field(default_factory=dict)
    declared_only: bool = False

    @property
    def config(self) -> dict[str, Any]:
        """The effective settings; later ones win: by folder, property file, the file itself, the installing project."""
        return {**self.settings, **_stated(self.rendered.config), **self.overrides}

    @property
    def enabled(self) -> bool:
        """Whether the node is enabled in dbt."""
        value = self.config.get("enabled", True)
        return value is not False and str(value).lower() != "false"

    @property
    def local_name(self) -> str:
        """Its name within its package, with the version unless that is the latest."""
        number = self.version.number if self.version is not None and not self.latest else ""
        return f"{self.title}.v{number}" if number else self.title

    @property
    def columns(self) -> tuple[Column, ...]:
        """The declared columns; for a seed those of its header first, in that order."""
        declared: tuple[Column, ...] = self.declared.columns if self.declared is not None else ()
        if self.version is not None and self.version.columns is not None:
            declared = self.version.columns
        if not self.header:
            return declared
        known = {one.name.lower(): one for one in declared}
        stored = tuple(known.pop(one.name.lower(), one) for one in self.header)
        return (*stored, *known.values())


@lru_cache(maxsize=4096)
def _stated(config: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    """The decoded settings of a template; cached and shared, so callers must not change the values."""
    return {key: _value(raw) for key, raw in config}


def _value(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def file_name_of(path: str) -> str:
    """The name of a file without folders and suffix, which is that of its model."""
    return path.rpartition("/")[2].rpartition(".")[0]


def title_of(draft: Draft) -> str:
    """The default name of a node's table: its title, with the number of a version ("orders_v2")."""
    return f"{draft.title}_v{draft.version.number}" if draft.version is not None else draft.title


def parts_of(draft: Draft) -> tuple[str, ...]:
    """The key path of a node in the settings of a project file: its folders below that of its kind, and its name."""
    for folder in sorted(draft.package.folders.get(draft.kind, ()), key=len, reverse=True):
        if not folder or draft.path.startswith(f"{folder}/"):
            inner = draft.path[len(folder) + 1 if folder else 0 :].split("/")[:-1]
            return (
                *inner,
                file_name_of(draft.path),
                *([draft.title] if draft.title != file_name_of(draft.path) else []),
            )
    return (draft.title,)


def plain(config: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Settings as sorted (name, JSON) pairs."""
    return tuple(sorted((str(key), json.dumps(value, sort_keys=True, default=str)) for key, value in config.items()))
