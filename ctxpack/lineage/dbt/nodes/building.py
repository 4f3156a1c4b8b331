"""Turns drafts into nodes: their SQL with dataset names filled in, their reads, and unresolved references."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ctxpack.datamodel.dbt import SCHEMA, DbtNode, DbtProject, DbtRead, Named, Rendered
from ctxpack.lineage.dbt.nodes.descriptions import documentation, documented
from ctxpack.lineage.dbt.nodes.drafts import Draft, plain
from ctxpack.lineage.dbt.nodes.gather import Gathered
from ctxpack.lineage.dbt.nodes.registry import DATASETS, Registry
from ctxpack.lineage.dbt.nodes.resolve import Meant, Resolver
from ctxpack.lineage.dbt.project.adapters import ADAPTERS
from ctxpack.lineage.dbt.templates.relations import GIVEN, MARK
from ctxpack.model import Problem, Unresolved

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


def project(
    gathered: Gathered, found: Registry, others: Sequence[Gathered], relations: Mapping[int, str]
) -> DbtProject:
    """One project with all names resolved; `relations` are database names by the index of the draft."""
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
    """Builds the nodes of one project, and collects its unresolved references."""

    def __init__(self, gathered: Gathered, found: Registry, resolver: Resolver) -> None:
        self._gathered, self._found, self._resolver = gathered, found, resolver
        self._backticks = gathered.settings.adapter in _BACKTICKS
        self._bare = not gathered.settings.adapter
        self.unresolved: list[Unresolved] = []
        self._unknown: set[str] = set()

    def is_registered(self, draft: Draft) -> bool:
        """Whether a draft is a node: no duplicate name, nor a mere declaration of a disabled node."""
        return draft.kind not in DATASETS or self._found.drafts.get((draft.package.root, draft.local_name)) is draft

    def problems(self) -> list[Problem]:
        """One problem naming all required packages that are not installed and whose macros were called.

        Other unknown macros are dbt's own or the adapter's, and users can do nothing about them.
        """
        layout = self._gathered.layout
        wanted = sorted({name.partition(".")[0] for name in self._unknown} & set(layout.missing))
        if not wanted:
            return []
        told = f"`dbt deps` has not installed {', '.join(wanted)}; what its macros add is not known"
        return [Problem(layout.root.file.path, told)]

    def node(self, draft: Draft, relation: str) -> DbtNode:
        """The node of a draft; `relation` is its name in the database."""
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
            documented(draft.columns, self._gathered, file),
            declared.keys if declared is not None else (),
            documentation(declared.doc, self._gathered, file) if declared is not None else "",
            plain(draft.config),
            relation,
            declared.path if declared is not None else "",
            declared.line if declared is not None else 0,
            draft.declared_only,
            rendered.why_not,
            rendered.asks,
        )

    def _reads(self, draft: Draft, rendered: Rendered, datasets: list[Meant]) -> tuple[DbtRead, ...]:
        found: dict[str, DbtRead] = {}
        for named, meant in zip(rendered.named, datasets, strict=True):
            if named.evidence == GIVEN and (not meant.known or meant.dataset == self._resolver.meant(draft).dataset):
                continue
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
        """The quoted name to put into SQL; its last part is the database's, since columns may be qualified by it."""
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
    return {"template": 0.7, GIVEN: 0.7, "macro": 0.95}.get(named.evidence, 1.0)


def _expression(named: Named) -> str:
    if named.kind == "source":
        return f"source('{named.package}', '{named.name}')"
    package = f"'{named.package}', " if named.package else ""
    version = f", v={named.version}" if named.version else ""
    return f"ref({package}'{named.name}'{version})"
