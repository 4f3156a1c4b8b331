"""From drafts to nodes: which dataset each name means, and what each dataset is called in the whole repository.

dbt looks a name up in the project, then in the package of the node that asks, then in all others (the first two change
places where the project says so). A name that is bound nowhere is told with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from ctxpack.datamodel.dbt import SCHEMA, DbtNode, DbtProject, DbtRead, DbtSource, Named, Rendered
from ctxpack.lineage.dbt.adapters import ADAPTERS
from ctxpack.lineage.dbt.drafts import Draft, plain, title_of
from ctxpack.lineage.dbt.gather import Gathered
from ctxpack.lineage.dbt.properties import DeclaredSource
from ctxpack.lineage.dbt.relations import MARK
from ctxpack.lineage.dbt.settings import ProjectFile
from ctxpack.model import Column, Problem, Unresolved

DATASETS = ("model", "seed", "snapshot")
_DOC = re.compile(r"\{\{\s*doc\s*\(\s*(['\"])([\w]+)\1\s*(?:,\s*(['\"])(\w+)\3\s*)?\)\s*\}\}")
_SIMPLE = re.compile(r"[A-Za-z_]\w*")
_BACKTICKS = frozenset({"bigquery", "spark", "databricks", "hive", "mysql", "singlestore", "doris", "starrocks"})
_SNAPSHOT = (
    "select dbt_snapshotted.*, md5('') as dbt_scd_id, current_timestamp as dbt_updated_at, "
    "current_timestamp as dbt_valid_from, cast(null as timestamp) as dbt_valid_to from ("
)
_RESERVED = frozenset(
    """all and any as asc between by case cast create cross current date default delete desc distinct drop else end
    except exists false for foreign from full grant group having in inner insert intersect into is join key left like
    limit merge natural not null offset on or order outer over partition primary qualify range references right row
    rows select set some start table then time timestamp to true union unique unnest update user using values view
    when where window with""".split()
)

_Key = tuple[str, str]
"""(root of a package, local name)."""


@dataclass(slots=True)
class Registry:
    """All datasets of the repository by package, and what each is called."""

    drafts: dict[_Key, Draft] = field(default_factory=dict)
    versions: dict[_Key, dict[str, Draft]] = field(default_factory=dict)
    disabled: dict[_Key, Draft] = field(default_factory=dict)
    sources: dict[tuple[str, str, str], DbtSource] = field(default_factory=dict)
    off: set[tuple[str, str, str]] = field(default_factory=set)
    names: dict[_Key, str] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)


def registry(all_gathered: Sequence[Gathered]) -> Registry:
    """Everything that can be named."""
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
    """A dataset's own name; with its package where two share it; with its folder where these do too."""
    bare = Counter(local for _, local in found.drafts)
    packaged = Counter((draft.package.name, local) for (_, local), draft in found.drafts.items())
    for (root, local), draft in found.drafts.items():
        name = local
        if bare[local] > 1:
            name = f"{draft.package.name}.{local}"
            if packaged[draft.package.name, local] > 1:
                name = f"{root}/{name}".lstrip("/")
        found.names[root, local] = name


def _register_sources(found: Registry, all_gathered: Sequence[Gathered]) -> None:
    declared: dict[tuple[str, str, str], tuple[ProjectFile, DeclaredSource, Gathered]] = {}
    for gathered in all_gathered:
        problems = found.problems[gathered.layout.root.file.root]
        for file, source, settings in gathered.sources:
            key = (file.root, source.source, source.table)
            if settings.get("enabled") is False:
                found.off.add(key)
            elif key in declared:
                first = declared[key][1]
                message = f"source {source.source}.{source.table} is also declared at {first.path}:{first.line}"
                problems.append(Problem(source.path, message, source.line))
            else:
                declared[key] = (file, source, gathered)
    relations = {key: _source_relation(*one) for key, one in declared.items()}
    where: dict[tuple[str, str], set[str]] = {}
    for (_, source_name, table), relation in ((key, relations[key]) for key in declared):
        where.setdefault((source_name, table), set()).add(relation)
    for key, (file, source, gathered) in declared.items():
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
            _documented(source.columns, gathered, file),
            source.keys,
            _doc(source.doc, gathered, file),
            source.loader,
        )


def _source_relation(file: ProjectFile, source: DeclaredSource, gathered: Gathered) -> str:
    values = gathered.values[file.root]
    return ".".join(part for part in (values.text(one) for one in source.parts) if part)


def _doc(text: str, gathered: Gathered, file: ProjectFile) -> str:
    """A description with the pieces of documentation that it names."""
    if "{{" not in text:
        return text

    def shown(match: re.Match[str]) -> str:
        package, name = (match.group(2), match.group(4)) if match.group(4) else (file.name, match.group(2))
        root = gathered.layout.root.file.name
        return gathered.docs.get((package, name)) or gathered.docs.get((root, name)) or match.group()

    return _DOC.sub(shown, text)


def _documented(columns: Sequence[Column], gathered: Gathered, file: ProjectFile) -> tuple[Column, ...]:
    """Columns with what their types and descriptions are as templates."""
    values = gathered.values[file.root]
    return tuple(
        msgspec.structs.replace(one, type=values.text(one.type), doc=_doc(one.doc, gathered, file))
        if "{{" in one.doc or "{{" in one.type
        else one
        for one in columns
    )


# --- names in one project ---


class Meant(NamedTuple):
    """A dataset that a name means: its name in the lineage, and in the database without schema; whether it is known."""

    dataset: str
    table: str
    known: bool


class Resolver:
    """Resolves the names of one project."""

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
        """The packages in which a name is looked up, in order."""
        if package:
            yield from (file for file in (*self._inside, *self._beyond) if file.name == package)
            return
        first = [self._inside[0], asking]
        yield from reversed(first) if self._node_first else first
        yield from self._inside
        yield from self._users

    def ref(self, asking: ProjectFile, named: Named) -> Draft | None:
        """The draft that a `ref` means."""
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
        """The source that a `source` means."""
        for file in self.order(asking, ""):
            source = self._found.sources.get((file.root, named.package, named.name))
            if source is not None:
                return source
        return None

    def why_not(self, asking: ProjectFile, named: Named) -> str:
        """Why a name is not bound."""
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
        """The dataset that is meant."""
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
        """The dataset that a draft makes."""
        name = self._found.names.get((draft.package.root, draft.local_name), draft.title)
        return Meant(name, str(draft.config.get("alias") or title_of(draft)), True)


def project(
    gathered: Gathered, found: Registry, others: Sequence[Gathered], relations: Mapping[int, str]
) -> DbtProject:
    """One project, its names resolved; `relations` are names in the database by the place of their draft."""
    resolver = Resolver(gathered, found, others)
    maker = _Maker(gathered, found, resolver)
    nodes = []
    for index, draft in enumerate(gathered.drafts):
        if draft.enabled and maker.is_registered(draft):
            nodes.append(maker.node(draft, relations.get(index, "")))
    nodes.sort(key=lambda one: (one.kind not in DATASETS, one.path, one.line, one.name))
    root = gathered.layout.root.file
    roots = [package.file.root for package in gathered.layout.all]
    sources = [source for key, source in found.sources.items() if key[0] in roots]
    adapter = gathered.settings.adapter
    return DbtProject(
        root.name,
        root.root,
        adapter,
        ADAPTERS.get(adapter, ""),
        tuple(nodes),
        tuple(sorted(sources, key=lambda one: (one.path, one.line, one.name))),
        gathered.layout.missing,
        tuple(sorted(maker.unresolved, key=lambda one: (one.path, one.line, one.expression))),
        tuple(
            sorted(
                [*gathered.problems, *found.problems.get(root.root, ()), *maker.problems()],
                key=lambda one: (one.path, one.line, one.message),
            )
        ),
    )


class _Maker:
    """Makes the nodes of one project."""

    def __init__(self, gathered: Gathered, found: Registry, resolver: Resolver) -> None:
        self._gathered, self._found, self._resolver = gathered, found, resolver
        self._backticks = gathered.settings.adapter in _BACKTICKS
        self._bare = not gathered.settings.adapter
        self.unresolved: list[Unresolved] = []
        self._unknown: set[str] = set()

    def is_registered(self, draft: Draft) -> bool:
        """Whether a draft is a node: no second one of its name, nor one of which only a disabled one is declared."""
        return draft.kind not in DATASETS or self._found.drafts.get((draft.package.root, draft.local_name)) is draft

    def problems(self) -> list[Problem]:
        """One for all packages that are wanted, not installed, and whose macros were called in vain.

        Other macros that are not known here are the database's or dbt's own, and nobody can do anything about them.
        """
        layout = self._gathered.layout
        wanted = sorted({name.partition(".")[0] for name in self._unknown} & set(layout.missing))
        if not wanted:
            return []
        told = f"`dbt deps` has not installed {', '.join(wanted)}; what its macros add is not known"
        return [Problem(layout.root.file.path, told)]

    def node(self, draft: Draft, relation: str) -> DbtNode:
        """A node of its draft."""
        rendered, file = draft.rendered, draft.package
        self._unknown.update(rendered.unknown)
        own = self._resolver.meant(draft)
        datasets = [self._resolver.dataset(file, named) for named in rendered.named]
        names = [self._quoted(meant) for meant in datasets]
        this = self._quoted(own)
        declared = draft.declared
        return DbtNode(
            own.dataset,
            draft.kind,
            file.name,
            draft.path,
            draft.line,
            draft.title,
            draft.version.number if draft.version is not None else "",
            draft.language,
            self._sql(draft, names, this),
            rendered.lines,
            self._reads(draft, rendered, datasets),
            self._meanings([*names, this], [*datasets, own]),
            _documented(draft.columns, self._gathered, file),
            declared.keys if declared is not None else (),
            _doc(declared.doc, self._gathered, file) if declared is not None else "",
            plain(draft.config),
            relation,
            declared.path if declared is not None else "",
            declared.line if declared is not None else 0,
            draft.declared_only,
            rendered.why_not,
        )

    def _reads(self, draft: Draft, rendered: Rendered, datasets: list[Meant]) -> tuple[DbtRead, ...]:
        found: dict[str, DbtRead] = {}
        for named, meant in zip(rendered.named, datasets, strict=True):
            if meant.known:
                read = DbtRead(meant.dataset, named.line, named.evidence, _sureness(named))
                found.setdefault(meant.dataset, read)
            else:
                why = self._resolver.why_not(draft.package, named)
                self.unresolved.append(Unresolved(draft.path, named.line, _expression(named), why))
        for line, expression, why in rendered.lost:
            self.unresolved.append(Unresolved(draft.path, line, expression, why))
        return tuple(found.values())

    def _meanings(self, names: list[str], datasets: list[Meant]) -> tuple[tuple[str, str], ...]:
        both = {_compared(name): meant.dataset for name, meant in zip(names, datasets, strict=True)}
        return tuple(sorted(both.items()))

    def _sql(self, draft: Draft, names: list[str], this: str) -> str:
        def shown(match: re.Match[str]) -> str:
            if match.group(2):
                return this
            number = int(match.group(1))
            return names[number] if number < len(names) else match.group()

        text = MARK.sub(shown, draft.rendered.sql) if draft.rendered.sql else ""
        return f"{_SNAPSHOT}{text}\n) as dbt_snapshotted" if text.strip() and draft.kind == "snapshot" else text

    def _quoted(self, meant: Meant) -> str:
        """A name that ends as the relation does in the database, since columns may be qualified by that."""
        parts = [SCHEMA, meant.dataset, meant.table]
        if meant.dataset.endswith(f".{meant.table}"):
            parts[1] = meant.dataset.removesuffix(f".{meant.table}")
        elif meant.dataset == meant.table:
            parts.pop()
        return ".".join(self._identifier(part) for part in parts)

    def _identifier(self, part: str) -> str:
        part = re.sub(r"[\"`\[\]\s]+", " ", part)
        if self._bare and _SIMPLE.fullmatch(part) and part.lower() not in _RESERVED:
            return part
        return f"`{part}`" if self._backticks else f'"{part}"'


def _compared(name: str) -> str:
    return re.sub(r"[\"`]", "", name).lower()


def _sureness(named: Named) -> float:
    return {"template": 0.7, "macro": 0.95}.get(named.evidence, 1.0)


def _expression(named: Named) -> str:
    if named.kind == "source":
        return f"source('{named.package}', '{named.name}')"
    package = f"'{named.package}', " if named.package else ""
    version = f", v={named.version}" if named.version else ""
    return f"ref({package}'{named.name}'{version})"
