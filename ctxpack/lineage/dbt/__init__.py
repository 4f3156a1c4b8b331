"""Reads dbt projects from their files, without dbt: models with rendered SQL, sources, seeds, snapshots, exposures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctxpack.datamodel.dbt import DbtProject
from ctxpack.lineage.dbt.nodes.building import project
from ctxpack.lineage.dbt.nodes.gather import Render, gather, switch_on
from ctxpack.lineage.dbt.nodes.naming import relation_names
from ctxpack.lineage.dbt.nodes.registry import registry
from ctxpack.lineage.dbt.project.files import Files
from ctxpack.lineage.dbt.project.layout import layouts
from ctxpack.lineage.dbt.project.settings import NAMES
from ctxpack.lineage.dbt.templates.static import forget

__all__ = ["has_project", "projects"]


def has_project(paths: Sequence[str]) -> bool:
    """Whether the files include a dbt project; without one `projects` gives ()."""
    return any(path.rpartition("/")[2] in NAMES for path in paths)


def projects(paths: Sequence[str], read: Callable[[str], str], render: Render | None = None) -> tuple[DbtProject, ...]:
    """The dbt projects among the files of a repository, sorted by their folders.

    `paths` are all files, including those of installed packages; `read` gives the text of one. `render` renders
    templates, by default `worker.render_many`; a caller with a cache passes its own function, which looks results up
    under `render.render_key` first.
    """
    if not has_project(paths):
        return ()
    if render is None:
        from ctxpack.lineage.dbt.rendering.worker import render_many

        render = render_many
    files = Files(read)
    found = layouts(paths, files)
    by_root = {layout.root.file.root: layout for layout in found}
    gathered = [gather(layout, by_root, paths, files, render) for layout in found]
    for one in gathered:
        for user in gathered:
            if user is not one and one.layout.root.file.root in user.layout.local:
                switch_on(one, user, files, render)
    names = registry(gathered)
    relations = [relation_names(one, render) for one in gathered]
    forget()
    return tuple(project(one, names, gathered, known) for one, known in zip(gathered, relations, strict=True))
