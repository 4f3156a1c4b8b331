"""A project in memory, by the texts of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from ctxpack.datamodel.dbt import DbtNode, DbtProject
from ctxpack.lineage.dbt import projects

Files = Mapping[str, str]


class Repository:
    """The projects that some files make."""

    def __init__(self, files: Files) -> None:
        self.projects = projects(list(files), files.__getitem__)

    @property
    def project(self) -> DbtProject:
        return self.projects[0]

    def node(self, name: str) -> DbtNode:
        return next(node for one in self.projects for node in one.nodes if node.name == name)

    def reads(self, name: str) -> list[str]:
        return [read.dataset for read in self.node(name).reads]

    def names(self) -> list[str]:
        return sorted(node.name for one in self.projects for node in one.nodes)


@pytest.fixture
def repository() -> Callable[..., Repository]:
    """Make a repository of files; a project file is put to them where there is none."""

    def make(files: Files, settings: str = "name: shop\n") -> Repository:
        return Repository(files if "dbt_project.yml" in files else {"dbt_project.yml": settings, **files})

    return make
