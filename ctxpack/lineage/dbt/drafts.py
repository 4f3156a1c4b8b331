"""The nodes of a project before names are resolved: what each file holds, with its properties and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ctxpack.datamodel.dbt import DbtKind, Rendered, RenderJob
from ctxpack.lineage.dbt.properties import Declared, Version
from ctxpack.lineage.dbt.settings import ProjectFile
from ctxpack.model import Column


@dataclass(slots=True)
class Draft:
    """A node in the making."""

    kind: DbtKind
    title: str
    package: ProjectFile
    path: str
    line: int = 1
    language: str = "sql"
    job: RenderJob | None = None
    rendered: Rendered = field(default_factory=Rendered)
    declared: Declared | None = None
    version: Version | None = None
    latest: bool = True
    header: tuple[Column, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    overrides: dict[str, Any] = field(default_factory=dict)
    declared_only: bool = False

    @property
    def config(self) -> dict[str, Any]:
        """The settings as they hold: by folder, by property file, by the file itself; and for a package, before all,
        by the project that it is installed in.
        """
        return {**self.settings, **_stated(self.rendered.config), **self.overrides}

    @property
    def enabled(self) -> bool:
        """Whether dbt takes the node at all."""
        value = self.config.get("enabled", True)
        return value is not False and str(value).lower() != "false"

    @property
    def local_name(self) -> str:
        """Its name within its package: with the version, where that is not the latest."""
        number = self.version.number if self.version is not None and not self.latest else ""
        return f"{self.title}.v{number}" if number else self.title

    @property
    def columns(self) -> tuple[Column, ...]:
        """The declared columns; those of a header in its order, as they are declared, and before all others."""
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
    """The settings in a template, which many templates share; nobody changes the values."""
    return {key: _value(raw) for key, raw in config}


def _value(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def file_name_of(path: str) -> str:
    """The name of a file without folders and without its suffix: that of the model that it holds."""
    return path.rpartition("/")[2].rpartition(".")[0]


def title_of(draft: Draft) -> str:
    """The name that dbt gives a node's table where no setting gives another: a version's has its number."""
    return f"{draft.title}_v{draft.version.number}" if draft.version is not None else draft.title


def parts_of(draft: Draft) -> tuple[str, ...]:
    """The folders of a node below the folder of its kind, and its name: the way to its settings."""
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
    """Settings as JSON by their names."""
    return tuple(sorted((str(key), json.dumps(value, sort_keys=True, default=str)) for key, value in config.items()))
