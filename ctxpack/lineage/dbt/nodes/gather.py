"""Reads the files of one project into drafts: models, seeds, snapshots, tests and analyses, with their properties."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ctxpack.datamodel.dbt import MacroFile, Rendered, RenderJob, RenderSettings
from ctxpack.lineage.dbt.nodes.drafts import Draft, file_name_of, parts_of
from ctxpack.lineage.dbt.project import adapters, python_models
from ctxpack.lineage.dbt.project.files import Files
from ctxpack.lineage.dbt.project.layout import Layout, PackageFiles
from ctxpack.lineage.dbt.project.properties import DeclaredResource, DeclaredSource, Version
from ctxpack.lineage.dbt.project.settings import ProjectFile, Values, configured, merged_variables
from ctxpack.lineage.dbt.templates import blocks
from ctxpack.lineage.dbt.templates.relations import Recorder
from ctxpack.lineage.documents import Unreadable
from ctxpack.model import Column, Problem

Render = Callable[[RenderSettings, Sequence[RenderJob]], Sequence[Rendered]]

_MOST_HEADER = 2_000
_REQUIREMENTS = ("requirements.txt", "requirements.in", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg")
_SAMPLE = 400


@dataclass(slots=True)
class Gathered:
    """One project before names are resolved: drafts, sources, docs blocks and problems."""

    layout: Layout
    settings: RenderSettings
    values: Mapping[str, Values]
    drafts: list[Draft] = field(default_factory=list)
    sources: list[tuple[ProjectFile, DeclaredSource, dict[str, Any]]] = field(default_factory=list)
    docs: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def gather(layout: Layout, others: Mapping[str, Layout], paths: Sequence[str], read: Files, render: Render) -> Gathered:
    """The drafts of a project with rendered templates; `others` are the projects of the repository by root folder."""
    around = [layout, *(others[root] for root in layout.local if root in others and others[root] is not layout)]
    packages = list({package.file.root: package for one in around for package in one.all}.values())
    target = _target(layout, paths, read)
    settings = _render_settings(layout, packages, target, read)
    values = {
        package.file.root: Values(merged_variables(layout.root.file, package.file), target) for package in packages
    }
    gathered = Gathered(layout, settings, values, problems=list(layout.problems))
    for package in layout.all:
        _Package(gathered, package, read).read()
    _render(gathered, gathered.drafts, render)
    return gathered


def switch_on(gathered: Gathered, user: Gathered, read: Files, render: Render) -> None:
    """Replace disabled drafts by those enabled in the settings of `user`, which has this project as a local package.

    A package may leave it to its users what is enabled. Whatever its own test or example project enables exists.
    """
    root = gathered.layout.root.file.root
    if root not in user.values or all(draft.enabled for draft in gathered.drafts):
        return
    other = Gathered(user.layout, user.settings, user.values)
    _Package(other, gathered.layout.root, read).read()
    places = {_place(draft): index for index, draft in enumerate(gathered.drafts) if not draft.enabled}
    wanted = [draft for draft in other.drafts if _place(draft) in places]
    _render(other, wanted, render)
    for draft in wanted:
        if draft.enabled:
            gathered.drafts[places[_place(draft)]] = draft
    _switch_on_sources(gathered, other)


def _switch_on_sources(gathered: Gathered, other: Gathered) -> None:
    on = {(source.path, source.line): one for one in other.sources for source in (one[1],)}
    for index, (file, source, settings) in enumerate(gathered.sources):
        if settings.get("enabled") is False and (source.path, source.line) in on:
            gathered.sources[index] = (file, source, on[source.path, source.line][2])


def _place(draft: Draft) -> tuple[str, str, str, int]:
    return draft.kind, draft.title, draft.path, draft.line


def _render(gathered: Gathered, among: Sequence[Draft], render: Render) -> None:
    drafts = [draft for draft in among if draft.job is not None]
    jobs = [
        msgspec.structs.replace(draft.job, decides="enabled" not in draft.overrides)
        for draft in drafts
        if draft.job is not None
    ]
    for draft, rendered in zip(drafts, render(gathered.settings, jobs) if jobs else (), strict=True):
        draft.rendered = rendered
        if rendered.why_not:
            gathered.problems.append(Problem(draft.path, f"{draft.path} {rendered.why_not}", draft.line))


# --- what all templates of a project share ---


def _target(layout: Layout, paths: Sequence[str], read: Files) -> dict[str, Any]:
    """The values of `target`: from a profile if there is one, otherwise guessed from the other files."""
    file = layout.root.file
    named = sorted(path for path in paths if path.rpartition("/")[2] in ("profiles.yml", "profiles.yaml"))
    near = sorted(named, key=lambda path: (not path.startswith(f"{file.root}/".lstrip("/")), path))
    targets = adapters.profile_targets(file.profile, adapters.profiles({path: read(path) for path in near[:50]}))
    kinds = sorted({str(one["type"]) for one in targets if "type" in one})
    kind = kinds[0] if len(kinds) == 1 else _adapter(layout, paths, read, kinds)
    stated = next((one for one in targets if str(one.get("type", "")) == kind), {})
    schema = stated.get("schema", stated.get("dataset", "target_schema"))
    database = stated.get("database", stated.get("dbname", stated.get("project", "target_database")))
    usual = {"name": "dev", "profile_name": file.profile or "default", "threads": 1, "user": "", "role": ""}
    known = {"schema": schema, "dataset": schema, "database": database, "dbname": database, "project": database}
    return {**usual, "target_name": stated.get("name", "dev"), **known, **stated, "type": kind or "default"}


def _adapter(layout: Layout, paths: Sequence[str], read: Files, among: Sequence[str]) -> str:
    """The adapter by other files than profiles; if profiles name several, `among` are those."""
    root = layout.root.file.root
    parents = {"", root, root.rpartition("/")[0]}
    beside = [path for path in sorted(paths) if path.rpartition("/")[0] in parents]
    lists = [path for path in beside if path.rpartition("/")[2] in _REQUIREMENTS]
    found = adapters.by_requirements(read(path) for path in lists)
    if found and (not among or found in among):
        return found
    linted = adapters.by_linter(read(path) for path in beside if path.rpartition("/")[2] == ".sqlfluff")
    if linted and (not among or linted in among):
        return linted
    models = [path for path in layout.root.of["model"] if path.endswith(".sql")][:_SAMPLE]
    templates = [read(path) for path in models]
    settings = [read(layout.root.file.path), *(text for text in templates if "config" in text)]
    return adapters.by_text(settings, templates, among)


def _render_settings(
    layout: Layout, packages: Sequence[PackageFiles], target: Mapping[str, Any], read: Files
) -> RenderSettings:
    root = layout.root.file
    variables = {one.file.name: json.dumps(merged_variables(root, one.file), default=str) for one in packages}
    macros = tuple(
        MacroFile(path, one.file.name, text, blocks.macro_names(text))
        for one in packages
        for path in (*one.of["macro"], *(path for path in one.of["test"] if "/generic/" in path))
        for text in (read(path),)
    )
    dispatch = tuple(
        (entry.text("macro_namespace"), tuple(entry.texts("search_order")))
        for entry in root.document.entries("dispatch")
        if entry.text("macro_namespace")
    )
    kind = str(target["type"])
    names = dict.fromkeys([*(one.file.name for one in packages), *layout.missing])
    return RenderSettings(
        root.name,
        "" if kind == "default" else kind,
        json.dumps(target, sort_keys=True, default=str),
        tuple(names),
        tuple(sorted(variables.items())),
        dispatch,
        tuple(one for one in macros if one.names),
    )


# --- the files of one package ---


class _Package:
    """Reads the files of one package into drafts."""

    def __init__(self, gathered: Gathered, package: PackageFiles, read: Files) -> None:
        self._gathered, self._package, self._read = gathered, package, read
        self._file = package.file
        self._values = gathered.values[package.file.root]
        self._declared: dict[tuple[str, str], DeclaredResource] = {}
        self._drafts: list[Draft] = []
        self._by_file: dict[str, tuple[DeclaredResource | None, Version | None]] = {}

    def read(self) -> None:
        """Read all files; properties come first, since they say which file is a version of which model."""
        for path in self._package.of["properties"]:
            self._take(path)
        for path in self._package.of["docs"]:
            for block in blocks.docs(self._read(path)):
                self._gathered.docs.setdefault((self._file.name, block.name), block.body.strip())
        for kind, make in (("model", self._model), ("seed", self._seed), ("snapshot", self._snapshots)):
            for path in self._package.of[kind]:
                make(path)
        for kind in ("test", "analysis"):
            for path in () if self._package.installed else self._package.of[kind]:
                self._reader_file(kind, path)
        self._declare()
        for draft in self._drafts:
            self._configure(draft)
        self._gathered.drafts.extend(self._drafts)

    def _problem(self, path: str, message: str, line: int = 0) -> None:
        self._gathered.problems.append(Problem(path, message, line))

    # --- property files ---

    def _take(self, path: str) -> None:
        try:
            found = self._read.properties(path)
        except Unreadable as error:
            self._problem(path, f"{path} {error}", error.line)
            return
        for declared in found.resources:
            key = (declared.kind, declared.name)
            if key in self._declared:
                first = self._declared[key]
                where = f"{first.path}:{first.line}"
                self._problem(path, f"{declared.kind} {declared.name} is declared before, at {where}", declared.line)
            else:
                self._declared[key] = declared
        for source in found.sources:
            settings, overrides = self._configured("source", (source.source, source.table))
            settings.update({key: self._values.value(raw) for key, raw in source.config.items()})
            settings.update(overrides)
            self._gathered.sources.append((self._file, source, settings))

    # --- files ---

    def _model(self, path: str) -> None:
        name = file_name_of(path)
        declared, version = self._version(name)
        title = declared.name if declared is not None and version is not None else name
        draft = Draft("model", title, self._file, path, version=version)
        text = self._read(path)
        if path.endswith(".py"):
            draft.language = "python"
            draft.rendered = python_models.read(text)
            if draft.rendered.why_not:
                self._problem(path, f"{path} {draft.rendered.why_not}")
        else:
            draft.job = RenderJob(path, self._file.name, title, "model", text)
        if declared is not None:
            draft.latest = version is None or version.number == _latest(declared)
        self._drafts.append(draft)

    def _version(self, name: str) -> tuple[DeclaredResource | None, Version | None]:
        """The model and version that a file defines, by `defined_in` or by its name; (None, None) if unversioned."""
        if not self._by_file:
            self._by_file = {"": (None, None)}
            for (kind, _), declared in self._declared.items():
                for version in declared.versions if kind == "model" else ():
                    usual = (f"{declared.name}_v{version.number}", f"{declared.name}.v{version.number}")
                    for one in (version.defined_in,) if version.defined_in else usual:
                        self._by_file.setdefault(one, (declared, version))
                if declared.versions and kind == "model":
                    newest = next((one for one in declared.versions if one.number == _latest(declared)), None)
                    self._by_file.setdefault(declared.name, (declared, newest))
        return self._by_file.get(name, (None, None))

    def _seed(self, path: str) -> None:
        draft = Draft("seed", file_name_of(path), self._file, path, language="csv")
        self._drafts.append(draft)

    def _snapshots(self, path: str) -> None:
        text = self._read(path)
        for block in blocks.snapshots(text):
            job = RenderJob(path, self._file.name, block.name, "snapshot", block.body, block.body_line)
            self._drafts.append(Draft("snapshot", block.name, self._file, path, block.line, job=job))

    def _reader_file(self, kind: str, path: str) -> None:
        if kind == "test" and "/generic/" in path:
            return
        name = file_name_of(path)
        job = RenderJob(path, self._file.name, name, kind, self._read(path))
        self._drafts.append(Draft("test" if kind == "test" else "analysis", name, self._file, path, job=job))

    # --- properties joined to files ---

    def _declare(self) -> None:
        seen = set()
        for draft in self._drafts:
            draft.declared = self._declared.get((draft.kind, draft.title))
            seen.add((draft.kind, draft.title))
        for (kind, name), declared in self._declared.items():
            if (kind, name) in seen or (kind == "model" and declared.versions and self._has_versions(declared)):
                continue
            self._drafts.append(self._from_properties(declared))

    def _has_versions(self, declared: DeclaredResource) -> bool:
        return any(draft.declared is declared for draft in self._drafts)

    def _from_properties(self, declared: DeclaredResource) -> Draft:
        """The draft of a resource without a file: a snapshot or exposure in YAML, or a model that is only declared."""
        draft = Draft(declared.kind, declared.name, self._file, declared.path, declared.line, "yaml")  # type: ignore[arg-type]
        draft.declared = declared
        draft.declared_only = declared.kind in ("model", "seed") or (declared.kind == "snapshot" and not declared.uses)
        draft.rendered = _named(declared)
        return draft

    def _configure(self, draft: Draft) -> None:
        if draft.kind == "seed":
            draft.header = _header(self._read(draft.path)) if not draft.declared_only else ()
        settings, draft.overrides = self._configured(draft.kind, parts_of(draft))
        for config in (
            draft.declared.config if draft.declared is not None else {},
            draft.version.config if draft.version is not None else {},
        ):
            settings.update({key: self._values.value(raw) for key, raw in config.items()})
        draft.settings = settings

    def _configured(self, kind: str, parts: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The settings from the package's own project file, and those from the project that it is installed in."""
        root = self._gathered.layout.root.file
        own = configured(self._file, self._file, kind, parts, self._values)
        overrides = {} if root is self._file else configured(root, self._file, kind, parts, self._values)
        return own, overrides


def _latest(declared: DeclaredResource) -> str:
    """The version that an unversioned `ref` means: the stated latest, else the highest."""
    if declared.latest:
        return declared.latest
    return max((one.number for one in declared.versions), key=_height, default="")


def _height(number: str) -> tuple[int, float, str]:
    try:
        return (1, float(number), number)
    except ValueError:
        return (0, 0.0, number)


def _named(declared: DeclaredResource) -> Rendered:
    """The datasets that a property file names: the source of a snapshot, or what an exposure reads."""
    recorder = Recorder()
    sql = ""
    for use in declared.uses:
        version = {"v": use.version} if use.version else {}
        if use.kind == "ref":
            relation = recorder.ref(use.args, version, use.line, "ref")
        else:
            relation = recorder.source(use.args, use.line, "ref")
        if declared.kind == "snapshot" and relation is not None:
            sql = f"select * from {relation}"
    lines = (declared.uses[0].line,) if sql else ()
    return Rendered(sql, lines, tuple(recorder.named), lost=tuple(recorder.lost))


def _header(text: str) -> tuple[Column, ...]:
    """The columns in the header line of a CSV file."""
    first = text.lstrip("\ufeff").split("\n", 1)[0][:100_000].rstrip("\r")
    try:
        names = next(csv.reader([first]), [])
    except csv.Error:
        names = first.split(",")
    if len(names) == 1:
        names = next((first.split(mark) for mark in (";", "|", "\t") if mark in first), names)
    found: Iterator[str] = (name.strip().strip('"') for name in names[:_MOST_HEADER])
    return tuple(Column(name, line=1) for name in dict.fromkeys(found) if name)
