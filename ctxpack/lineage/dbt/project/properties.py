"""Parses dbt property files: declarations of models, sources, seeds, snapshots, exposures and metrics.

A constraint is applied to the table only if the model's contract is enforced; only then does it exclude nulls. A test
states an expectation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ctxpack.lineage.documents import Entry
from ctxpack.model import Column

_NOT_NULL = frozenset({"not_null", "primary_key"})
_TEST_SETTINGS = frozenset(
    "name config severity description arguments tags where enabled limit warn_if error_if store_failures meta".split()
)
_NAMING = re.compile(r"^\s*(?:\{\{)?\s*(ref|source)\s*\((.*)\)\s*(?:\}\})?\s*$", re.DOTALL)
_ARGUMENT = re.compile(r"(?:(v|version)\s*=\s*)?(?:'([^']*)'|\"([^\"]*)\"|([\w.]+))\s*(?:,|$)")
_KINDS = {"models": "model", "seeds": "seed", "snapshots": "snapshot"}
_READERS = {
    "exposures": "exposure",
    "metrics": "metric",
    "semantic_models": "semantic_model",
    "saved_queries": "saved_query",
}


@dataclass(frozen=True, slots=True)
class Use:
    """A reference to a dataset in a property: the kind ("ref" or "source"), its arguments, and its line."""

    kind: str
    args: tuple[str, ...]
    version: str
    line: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model: the file that defines it, and its columns if they differ from the model's (else None)."""

    number: str
    defined_in: str
    columns: tuple[Column, ...] | None
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeclaredResource:
    """The declaration of one resource in a property file. `config` is raw: its templates are evaluated later."""

    kind: str
    name: str
    path: str
    line: int
    doc: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    config: Mapping[str, Any]
    versions: tuple[Version, ...] = ()
    latest: str = ""
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredSource:
    """One table of a source; `config` is raw, from source and table; `parts` are database, schema, identifier."""

    source: str
    table: str
    path: str
    line: int
    doc: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    config: Mapping[str, Any]
    parts: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Properties:
    """All that one property file declares."""

    resources: tuple[DeclaredResource, ...] = ()
    sources: tuple[DeclaredSource, ...] = field(default=())


def properties(path: str, document: Entry) -> Properties:
    """The declarations in a YAML document; empty if it is no property file."""
    resources = [
        _declared(kind, path, entry) for key, kind in _KINDS.items() for entry in document.entries(key) if _named(entry)
    ]
    resources += [
        _reader(kind, path, entry) for key, kind in _READERS.items() for entry in document.entries(key) if _named(entry)
    ]
    sources = [one for entry in document.entries("sources") if _named(entry) for one in _tables(path, entry)]
    return Properties(tuple(resources), tuple(sources))


def _named(entry: Entry) -> bool:
    return bool(entry.text("name"))


def _declared(kind: str, path: str, entry: Entry) -> DeclaredResource:
    config = {**_legacy(entry), **entry.entry("config")}
    contract = config.get("contract")
    enforced = isinstance(contract, Mapping) and contract.get("enforced") is True
    columns = columns_of(entry, enforced=enforced)
    relation = entry.text("relation") if kind == "snapshot" else ""
    return DeclaredResource(
        kind,
        entry.text("name"),
        path,
        entry.lines.get("name", entry.line),
        entry.text("description"),
        columns,
        _keys(entry, enforced=enforced),
        config,
        tuple(_version(one, columns, enforced=enforced) for one in entry.entries("versions")),
        entry.text("latest_version"),
        tuple(_uses([relation], entry.lines.get("relation", entry.line))) if relation else (),
    )


def _legacy(entry: Entry) -> dict[str, Any]:
    """The settings that older files have beside the name instead of under `config`."""
    return {key: entry[key] for key in ("enabled", "alias", "schema", "tags") if key in entry}


def _version(entry: Entry, columns: tuple[Column, ...], *, enforced: bool) -> Version:
    number = entry.text("v")
    own: tuple[Column, ...] | None = None
    if "columns" in entry:
        own = _selected(entry, columns, enforced=enforced)
    return Version(number, entry.text("defined_in"), own, entry.entry("config"))


def _selected(entry: Entry, columns: tuple[Column, ...], *, enforced: bool) -> tuple[Column, ...]:
    """The columns of a version: those of the model by include and exclude rules, then its own."""
    rules = [one for one in entry.entries("columns") if "include" in one or "exclude" in one]
    kept: tuple[Column, ...] = ()
    for rule in rules:
        wanted = rule.texts("include")
        out = set(rule.texts("exclude"))
        every = not wanted or wanted in (["*"], ["all"])
        kept = tuple(one for one in columns if (every or one.name in wanted) and one.name not in out)
    own = columns_of(entry, enforced=enforced)
    names = {one.name for one in own}
    return (*(one for one in kept if one.name not in names), *own)


def _reader(kind: str, path: str, entry: Entry) -> DeclaredResource:
    line = entry.lines.get("depends_on", entry.lines.get("model", entry.line))
    texts = [*entry.texts("depends_on"), *entry.texts("model")]
    uses = tuple(_uses(texts, line))
    name = entry.text("name")
    return DeclaredResource(
        kind, name, path, entry.line, entry.text("description"), (), (), {**_legacy(entry), **entry.entry("config")},
        uses=uses,
    )  # fmt: skip


def _uses(texts: list[str], line: int) -> Iterator[Use]:
    for text in texts:
        match = _NAMING.match(text)
        if match is None:
            continue
        args = [
            (found.group(1), found.group(2) or found.group(3) or found.group(4))
            for found in _ARGUMENT.finditer(match.group(2))
        ]
        names = tuple(value for key, value in args if not key and value)
        version = next((value for key, value in args if key), "")
        if names:
            yield Use(match.group(1), names, version, line)


def _tables(path: str, entry: Entry) -> Iterator[DeclaredSource]:
    source = entry.text("name")
    for table in entry.entries("tables"):
        if not _named(table):
            continue
        parts = (entry.text("database") or entry.text("catalog"), entry.text("schema") or source)
        config = {**_legacy_source(entry), **entry.entry("config"), **_legacy_source(table), **table.entry("config")}
        yield DeclaredSource(
            source,
            table.text("name"),
            path,
            table.lines.get("name", table.line),
            table.text("description"),
            columns_of(table, enforced=False),
            _keys(table, enforced=False),
            config,
            (*parts, table.text("identifier") or table.text("name")),
        )


def _legacy_source(entry: Entry) -> dict[str, Any]:
    return {"enabled": entry["enabled"]} if "enabled" in entry else {}


# --- columns, tests, keys ---


def columns_of(entry: Entry, *, enforced: bool) -> tuple[Column, ...]:
    """The columns listed in an entry; the last of the same name wins, as in dbt."""
    found: dict[str, Column] = {}
    for column in entry.entries("columns"):
        name = column.text("name").strip('"`')
        if not name:
            continue
        kinds = {one.text("type") for one in column.entries("constraints")}
        found[name] = Column(
            name,
            column.text("data_type"),
            False if enforced and kinds & _NOT_NULL else None,
            column.text("description"),
            tuple(_tests(column)),
            column.lines.get("name", column.line),
        )
    return tuple(found.values())


def _listed_tests(entry: Entry) -> Iterator[tuple[str, Entry]]:
    """(name, settings) of each test of a table or column; settings may be beside the name or under `arguments`."""
    for key in ("tests", "data_tests"):
        listed = entry.get(key)
        for test in listed if isinstance(listed, list) else []:
            if isinstance(test, str):
                yield test, Entry()
            elif isinstance(test, Entry) and test:
                yield _test(test)


def _test(test: Entry) -> tuple[str, Entry]:
    named = test.text("test_name")
    key = named or next((one for one in test if one not in _TEST_SETTINGS), next(iter(test)))
    inner = test if named else test.entry(key)
    settings = Entry(test.line)
    for level in (
        test,
        inner,
        test.entry("config"),
        inner.entry("config"),
        test.entry("arguments"),
        inner.entry("arguments"),
    ):
        settings.update({name: value for name, value in level.items() if name != key})
    return key, settings


def _tests(entry: Entry) -> Iterator[str]:
    for name, settings in _listed_tests(entry):
        if settings.get("enabled") is False:
            continue
        shown = name
        if name == "relationships" and settings.text("to"):
            shown = f"relationships({settings.text('to')}.{settings.text('field')})"
        elif name == "accepted_values" and settings.texts("values"):
            shown = f"accepted_values({', '.join(settings.texts('values')[:50])})"
        if settings.text("where"):
            shown += f" where {' '.join(settings.text('where').split())[:200]}"
        yield shown + _leniency(settings)


def _leniency(settings: Entry) -> str:
    """A suffix that tells which failures a test tolerates (", warns only"); "" if none."""
    if "warn" in settings.text("severity").lower():
        return ", warns only"
    most = "".join(settings.text("error_if").split())
    return f", fails if {most}" if most not in ("", "!=0", ">0", ">=1") else ""


def _keys(entry: Entry, *, enforced: bool) -> tuple[str, ...]:
    """The keys of a table, from constraints on it or its columns, and from tests for unique column combinations."""
    found = [*_constraint_keys(entry, "", enforced=enforced)]
    for column in entry.entries("columns"):
        if column.text("name"):
            found += _constraint_keys(column, column.text("name").strip('"`'), enforced=enforced)
    for name, settings in _listed_tests(entry):
        listed = ", ".join(settings.texts("combination_of_columns"))
        if name.endswith("unique_combination_of_columns") and listed:
            found.append(f"unique ({listed}), tested")
    return tuple(dict.fromkeys(found))


def _constraint_keys(entry: Entry, column: str, *, enforced: bool) -> Iterator[str]:
    behind = "" if enforced else ", not enforced"
    for constraint in entry.entries("constraints"):
        kind = constraint.text("type")
        listed = column or ", ".join(constraint.texts("columns"))
        if kind in ("primary_key", "unique") and listed:
            yield f"{kind.replace('_', ' ')} ({listed}){behind}"
        elif kind == "foreign_key" and listed:
            to, at = constraint.text("to"), ", ".join(constraint.texts("to_columns"))
            references = f"{to} ({at})" if at else to or constraint.text("expression")
            yield f"foreign key ({listed}) references {references}{behind}" if references else f"foreign key ({listed})"
        elif kind == "check" and constraint.text("expression"):
            yield f"check ({constraint.text('expression')}){behind}"
