"""Resolves `ref` and `source` to datasets, as seen from the referring package, and says why if that fails.

dbt looks a name up in the project, then in the package of the referring node, then in all others (a flag of the project
swaps the first two).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ctxpack.datamodel.dbt import DbtSource, Named
from ctxpack.lineage.dbt.nodes.drafts import Draft, title_of
from ctxpack.lineage.dbt.nodes.gather import Gathered
from ctxpack.lineage.dbt.nodes.registry import Registry
from ctxpack.lineage.dbt.project.settings import ProjectFile


class Meant(NamedTuple):
    """A resolved name: the dataset's name in the lineage, its table name in the database, and whether it was found."""

    dataset: str
    table: str
    known: bool


class Resolver:
    """Resolves the references of one project."""

    def __init__(self, gathered: Gathered, found: Registry, others: Sequence[Gathered]) -> None:
        self._gathered, self._found = gathered, found
        layout = gathered.layout
        inside = [package.file for package in layout.all]
        inside += [other.layout.root.file for other in others if other.layout.root.file.root in layout.local]
        self._inside = inside
        beyond = [one.layout.root.file for one in others if one is not gathered]
        self._beyond = [file for file in beyond if file not in inside]
        root = layout.root.file.root
        self._users = [other.layout.root.file for other in others if root in other.layout.local]
        flags = layout.root.file.document.entry("flags")
        self._node_first = flags.get("require_ref_prefers_node_package_to_root") is True

    def order(self, asking: ProjectFile, package: str) -> Iterator[ProjectFile]:
        """The packages in which a name is looked up, in order; only those called `package` if one is stated."""
        if package:
            yield from (file for file in (*self._inside, *self._beyond) if file.name == package)
            return
        first = [self._inside[0], asking]
        yield from reversed(first) if self._node_first else first
        yield from self._inside
        yield from self._users

    def ref(self, asking: ProjectFile, named: Named) -> Draft | None:
        """The draft that a `ref` refers to; None if there is none."""
        for file in self.order(asking, named.package):
            versions = self._found.versions.get((file.root, named.name), {})
            if named.version:
                draft = versions.get(named.version)
            else:
                draft = self._found.drafts.get((file.root, named.name))
                draft = draft or next((one for one in versions.values() if one.latest), None)
            if draft is not None:
                return draft
        return None

    def source(self, asking: ProjectFile, named: Named) -> DbtSource | None:
        """The source that a `source` call refers to; None if there is none."""
        for file in self.order(asking, ""):
            source = self._found.sources.get((file.root, named.package, named.name))
            if source is not None:
                return source
        return None

    def why_not(self, asking: ProjectFile, named: Named) -> str:
        """Why a reference cannot be resolved, for people."""
        roots = [file.root for file in self.order(asking, named.package if named.kind == "ref" else "")]
        if named.kind == "source":
            off = any((root, named.package, named.name) in self._found.off for root in roots)
            return "the source is disabled" if off else "no property file declares this source"
        if any((root, named.name) in self._found.disabled for root in roots):
            return "the model is disabled"
        if named.package and not roots:
            return f"no package {named.package} is installed"
        if named.version and any((root, named.name) in self._found.versions for root in roots):
            return f"the model has no version {named.version}"
        missing = self._gathered.layout.missing
        known = f"; not installed: {', '.join(missing)}" if missing else ""
        return f"no model, seed or snapshot has this name{known}"

    def dataset(self, asking: ProjectFile, named: Named) -> Meant:
        """The dataset that a reference means; unresolved ones keep their written name."""
        if named.kind == "source":
            source = self.source(asking, named)
            if source is None:
                return Meant(f"{named.package}.{named.name}", named.name, False)
            return Meant(source.name, source.relation.rpartition(".")[2], True)
        draft = self.ref(asking, named)
        if draft is None:
            return Meant(named.name, named.name, False)
        return self.meant(draft)

    def meant(self, draft: Draft) -> Meant:
        """The dataset of a draft."""
        name = self._found.names.get((draft.package.root, draft.local_name), draft.title)
        return Meant(name, str(draft.config.get("alias") or title_of(draft)), True)
