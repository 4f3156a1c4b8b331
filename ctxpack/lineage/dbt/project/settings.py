"""Reads `dbt_project.yml`: the folders of resources, the variables, and the settings by folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jinja2

from ctxpack.datamodel.dbt import RenderSettings
from ctxpack.lineage.dbt.templates.environment import native
from ctxpack.lineage.dbt.templates.static import Dynamic, Static, parse
from ctxpack.lineage.documents import Entry, Unreadable, read
from ctxpack.model import Problem

NAMES = ("dbt_project.yml", "dbt_project.yaml")
"""The possible names of a project file."""

_PATHS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "model": (("model-paths", "source-paths"), ("models",)),
    "seed": (("seed-paths", "data-paths"), ("seeds", "data")),
    "snapshot": (("snapshot-paths",), ("snapshots",)),
    "macro": (("macro-paths",), ("macros",)),
    "test": (("test-paths",), ("tests",)),
    "analysis": (("analysis-paths",), ("analyses", "analysis")),
}
_INSTALL = ("dbt_packages", "dbt_modules")
_SECTIONS = {"model": "models", "seed": "seeds", "snapshot": "snapshots", "source": "sources", "test": "tests"}
_PLAIN_KEYS = frozenset(
    """enabled materialized schema database alias tags meta docs group access contract unique_key strategy
    incremental_strategy on_schema_change persist_docs quoting pre-hook post-hook pre_hook post_hook full_refresh
    partition_by cluster_by quote_columns column_types delimiter target_schema target_database transient grants
    snowflake_warehouse file_format location_root dist sort bind event_time static_analysis""".split()
)

_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_QUOTED = re.compile(r"['\"](\w+)['\"]")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A parsed `dbt_project.yml`; `folders` are by kind, `install` those of installed packages.

    All folders are relative to the repository.
    """

    path: str
    root: str
    name: str
    folders: Mapping[str, tuple[str, ...]]
    document: Entry
    profile: str
    install: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    local: tuple[str, ...] = field(default=())

    @property
    def variables(self) -> Entry:
        """The section `vars`."""
        return self.document.entry("vars")


def joined(*parts: str) -> str:
    """Parts of a path joined and normalised ("." and ".." resolved); "" for the root, "?outside?" above it."""
    out: list[str] = []
    for part in "/".join(parts).split("/"):
        if part == "..":
            if not out:
                return "?outside?"
            out.pop()
        elif part not in ("", "."):
            out.append(part)
    return "/".join(out)


def project_file(path: str, text: str) -> ProjectFile:
    """Parse the project file at `path`; one that cannot be read has the default folders, and a problem."""
    root = path.rpartition("/")[0]
    problems: list[Problem] = []
    try:
        document = read(text)
    except Unreadable as error:
        document = Entry()
        problems.append(Problem(path, f"{path} {error}", error.line))
    folders = {}
    for kind, (keys, usual) in _PATHS.items():
        stated = next((document.texts(key) for key in keys if key in document), None)
        folders[kind] = tuple(joined(root, folder) for folder in (usual if stated is None else stated))
    name = document.text("name") or root.rpartition("/")[2] or "project"
    install = tuple(dict.fromkeys([*document.texts("packages-install-path"), *_INSTALL]))
    places = tuple(joined(root, folder) for folder in install)
    return ProjectFile(path, root, name, folders, document, document.text("profile"), places, tuple(problems))


def wanted(texts: Mapping[str, str], root: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Problem, ...]]:
    """The packages required in `packages.yml` and `dependencies.yml`: likely names, local folders, and problems."""
    names: dict[str, None] = {}
    local: dict[str, None] = {}
    problems: list[Problem] = []
    for path, text in texts.items():
        try:
            document = read(text)
        except Unreadable as error:
            problems.append(Problem(path, f"{path} {error}", error.line))
            continue
        for entry in (*document.entries("packages"), *document.entries("projects")):
            if entry.text("local"):
                local[joined(root, entry.text("local"))] = None
            stated = entry.text("package") or entry.text("git") or entry.text("tarball") or entry.text("name")
            if stated and not entry.text("local"):
                names[stated.rpartition("/")[2].removesuffix(".git").replace("-", "_")] = None
    return tuple(names), tuple(local), tuple(problems)


# --- variables ---


def merged_variables(root: ProjectFile, package: ProjectFile) -> dict[str, Any]:
    """The variables visible in templates of a package; those of the project override the package's own."""
    merged: dict[str, Any] = {}
    for owner in (package, root):
        merged.update(owner.variables)
        merged.update(owner.variables.entry(package.name))
    return {name: _stated(value) for name, value in merged.items()}


def _stated(value: Any) -> Any:
    """The value of a variable; an unquoted placeholder ({YOUR_CATALOG}), a mapping in YAML, becomes text again."""
    if isinstance(value, dict) and len(value) == 1:
        ((key, inner),) = value.items()
        return f"{{{key}}}" if inner is None else value
    return value


def variables_of(settings: RenderSettings, package: str) -> Mapping[str, Any]:
    """The variables visible in templates of a package; cached and shared, so callers must not change them."""
    stated = dict(settings.variables)
    return _decoded(stated.get(package) or stated.get(settings.project) or "{}")


@lru_cache(maxsize=64)
def _decoded(text: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


# --- values that are templates ---


class Values:
    """Evaluates settings that are templates; unresolved parts become placeholders ("{name}")."""

    def __init__(self, variables: Mapping[str, Any], target: Mapping[str, Any]) -> None:
        self._variables, self._target = variables, target

    def value(self, raw: Any) -> Any:
        """The value of a setting; the text of a template is converted to a bool or number where it is a literal."""
        if not isinstance(raw, str) or ("{{" not in raw and "{%" not in raw):
            return raw
        return native(self.text(raw))

    def text(self, raw: str) -> str:
        """The text of a setting, with templates evaluated."""
        if "{{" not in raw and "{%" not in raw:
            return raw
        functions: dict[str, Callable[..., Any]] = {
            "var": self._var,
            "env_var": lambda _line, args, _settings: str(args[1] if len(args) > 1 else "{" + str(args[0]) + "}"),
        }
        try:
            pieces = Static({"target": dict(self._target)}, functions).run(parse(raw))
        except (Dynamic, jinja2.TemplateSyntaxError):
            return self._in_parts(raw)
        return "".join(text for text, _, _ in pieces)

    def _in_parts(self, raw: str) -> str:
        """A setting evaluated expression by expression; those that fail become placeholders."""
        if "{%" in raw or (len(_EXPRESSION.findall(raw)) < 2 and not _EXPRESSION.sub("", raw).strip()):
            return "{" + _word_of(raw) + "}"
        return _EXPRESSION.sub(lambda match: self.text(match.group()), raw)

    def _var(self, _line: int, args: tuple[Any, ...], settings: dict[str, Any]) -> Any:
        default = args[1] if len(args) > 1 else settings.get("default", "{" + str(args[0]) + "}")
        value = self._variables.get(str(args[0]), default)
        return native(value) if isinstance(value, str) else value


def _word_of(raw: str) -> str:
    """The placeholder name of an expression that cannot be evaluated: its first quoted or bare word."""
    quoted, bare = _QUOTED.search(raw), _WORD.search(raw)
    return quoted.group(1) if quoted else bare.group() if bare else "?"


# --- settings by folder ---


def configured(
    owner: ProjectFile, package: ProjectFile, kind: str, parts: Sequence[str], values: Values
) -> dict[str, Any]:
    """The settings that the project file `owner` states for a resource of `package`, by its key path `parts`."""
    found: dict[str, Any] = {}
    level = owner.document.entry(_SECTIONS.get(kind, f"{kind}s"))
    _take(level, found, values)
    for part in (package.name, *parts):
        if not isinstance(level.get(part), Entry):
            break
        level = level.entry(part)
        _take(level, found, values)
    return found


def _take(level: Entry, found: dict[str, Any], values: Values) -> None:
    for key, raw in level.items():
        plain = key.removeprefix("+")
        if key.startswith("+") or not isinstance(raw, Entry) or plain in _PLAIN_KEYS:
            value = values.value(raw)
            if plain == "tags" and plain in found:
                value = [*_several(found[plain]), *_several(value)]
            found[plain] = value


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
