"""The registry of all referable nodes and sources, and the repository-wide name of each dataset.

Datasets of the same name are distinguished by package, and if that is the same too, by folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ctxpack.datamodel.dbt import DbtSource
from ctxpack.lineage.dbt.nodes.descriptions import documentation, documented
from ctxpack.lineage.dbt.nodes.drafts import Draft
from ctxpack.lineage.dbt.nodes.gather import Gathered
from ctxpack.lineage.dbt.project.properties import DeclaredSource
from ctxpack.lineage.dbt.project.settings import ProjectFile
from ctxpack.model import Problem

DATASETS = ("model", "seed", "snapshot")

_Key = tuple[str, str]
"""(root of a package, local name)."""


@dataclass(slots=True)
class Registry:
    """All datasets of the repository by package and local name, with their repository-wide names.

    `off` are disabled sources; `problems` are by the root folder of the project.
    """

    drafts: dict[_Key, Draft] = field(default_factory=dict)
    versions: dict[_Key, dict[str, Draft]] = field(default_factory=dict)
    disabled: dict[_Key, Draft] = field(default_factory=dict)
    sources: dict[tuple[str, str, str], DbtSource] = field(default_factory=dict)
    off: set[tuple[str, str, str]] = field(default_factory=set)
    names: dict[_Key, str] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)


def registry(all_gathered: Sequence[Gathered]) -> Registry:
    """Register the datasets and sources of all projects."""
    found = Registry()
    for gathered in all_gathered:
        problems = found.problems.setdefault(gathered.layout.root.file.root, [])
        for draft in sorted(gathered.drafts, key=lambda one: (one.declared_only, one.path, one.line)):
            if draft.kind in DATASETS:
                _register(found, draft, problems)
    _name(found)
    _register_sources(found, all_gathered)
    return found


def _register(found: Registry, draft: Draft, problems: list[Problem]) -> None:
    key = (draft.package.root, draft.local_name)
    if not draft.enabled:
        found.disabled.setdefault(key, draft)
        return
    if draft.declared_only and key in found.disabled:
        return
    first = found.drafts.setdefault(key, draft)
    if first is not draft:
        message = f"{draft.kind} {draft.local_name} is also at {first.path}; dbt takes no two of one name"
        problems.append(Problem(draft.path, message, draft.line))
        return
    if draft.version is not None:
        found.versions.setdefault((draft.package.root, draft.title), {})[draft.version.number] = draft


def _name(found: Registry) -> None:
    """Name all datasets: by local name, prefixed with the package if ambiguous, and with the folder if still so."""
    bare = Counter(local for _, local in found.drafts)
    packaged = Counter((draft.package.name, local) for (_, local), draft in found.drafts.items())
    for (root, local), draft in found.drafts.items():
        name = local
        if bare[local] > 1:
            name = f"{draft.package.name}.{local}"
            if packaged[draft.package.name, local] > 1:
                name = f"{root}/{name}".lstrip("/")
        found.names[root, local] = name


SourceKey = tuple[str, str, str]
"""The folder of a project, the name of a source and that of its table."""

_Stated = tuple[ProjectFile, DeclaredSource, Gathered]


def _register_sources(found: Registry, all_gathered: Sequence[Gathered]) -> None:
    """Enter all sources that are on; one of several of a name, with other relations, is named with its project."""
    stated = _stated_sources(found, all_gathered)
    relations = {key: _source_relation(*one) for key, one in stated.items()}
    where: dict[tuple[str, str], set[str]] = {}
    for (_, source_name, table), relation in relations.items():
        where.setdefault((source_name, table), set()).add(relation)
    for key, (file, source, gathered) in stated.items():
        name = f"{source.source}.{source.table}"
        if len(where[source.source, source.table]) > 1:
            name = f"{file.name}.{name}"
        found.sources[key] = DbtSource(
            name,
            source.source,
            source.table,
            file.name,
            source.path,
            source.line,
            relations[key],
            documented(source.columns, gathered, file),
            source.keys,
            documentation(source.doc, gathered, file),
        )


def _stated_sources(found: Registry, all_gathered: Sequence[Gathered]) -> dict[SourceKey, _Stated]:
    """The declaration of each source; notes in `found` those that are off and those that are declared again."""
    stated: dict[SourceKey, _Stated] = {}
    for gathered in all_gathered:
        problems = found.problems[gathered.layout.root.file.root]
        for file, source, settings in gathered.sources:
            key = (file.root, source.source, source.table)
            if settings.get("enabled") is False:
                found.off.add(key)
            elif key in stated:
                first = stated[key][1]
                message = f"source {source.source}.{source.table} is also declared at {first.path}:{first.line}"
                problems.append(Problem(source.path, message, source.line))
            else:
                stated[key] = (file, source, gathered)
    return stated


def _source_relation(file: ProjectFile, source: DeclaredSource, gathered: Gathered) -> str:
    values = gathered.values[file.root]
    return ".".join(part for part in (values.text(one) for one in source.parts) if part)
