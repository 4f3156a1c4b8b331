"""Schemas from the Parquet and Avro files in the repository that programs read or write by path.

Only one file is opened for each dataset whose name matches files; the result is cached by content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile

import msgspec

from ctxpack.datamodel.lineage import Declaration, Sites
from ctxpack.datamodel.schema import DataFacts
from ctxpack.lineage.names.matching import is_path
from ctxpack.model import Problem
from ctxpack.parse.schemas import table as formats
from ctxpack.store import Store
from ctxpack.workspace import Workspace

_MOST_FILES = 300
_LARGEST = 64_000_000
_SCHEME = re.compile(r"^(?:file|dbfs|local):/*|^(?:\./)+")


def footers(workspace: Workspace, store: Store, sites: Sites) -> tuple[tuple[Declaration, ...], tuple[Problem, ...]]:
    """The schemas of path datasets as their data files state them, and the problems met in reading those files."""
    files = {path: one for path in workspace.files if (one := formats.binary_format(path))}
    if not files:
        return (), ()
    named = {name for name in _names(sites) if is_path(name)}
    chosen = {name: path for name in sorted(named) if (path := _meant(name, files))}
    facts, problems = _facts(workspace, store, {path: files[path] for path in list(chosen.values())[:_MOST_FILES]})
    declared = [
        Declaration(name, "path", step.columns, step.keys, path, 1, files[path], step.doc)
        for name, path in chosen.items()
        for step in (facts[path].steps if path in facts else ())[:1]
    ]
    return tuple(declared), tuple(problems)


def _names(sites: Sites) -> Iterable[str]:
    yield from (one.dataset for one in sites.reads)
    yield from (one.target for one in sites.writes if one.kind == "path")


def _meant(name: str, files: Mapping[str, str]) -> str:
    """The first data file of a path dataset: the path itself, or a file below it or its pattern; "" if none.

    Where the start of the path is unresolved ("{root}/a/b"), the rest has to occur in the path of a file; of an
    absolute path the longest end that does is taken. Several places with it give "".
    """
    parts = list(
        takewhile(lambda part: "*" not in part, _SCHEME.sub("", name.rpartition("}")[2]).strip("/").split("/"))
    )
    ending = "/".join(parts)
    exact = [path for path in sorted(files) if ending and (path == ending or path.startswith(f"{ending}/"))]
    if exact or not ("}" in name or name.startswith("/")):
        return exact[0] if exact else ""
    for start in range(len(parts) - 1 if name.startswith("/") else min(1, len(parts) - 1)):
        part = f"/{'/'.join(parts[start:])}/"
        inside = [path for path in sorted(files) if part in f"/{path}/"]
        if inside:
            return inside[0] if len({f"/{path}/".partition(part)[0] for path in inside}) == 1 else ""
    return ""


def _facts(workspace: Workspace, store: Store, wanted: Mapping[str, str]) -> tuple[dict[str, DataFacts], list[Problem]]:
    """The data facts of files, given by path and format, and their problems; those not in the store are read now."""
    keys = {path: f"{formats.VERSION}:{name}:{workspace.files[path].digest}" for path, name in wanted.items()}
    kept = store.get_many("data facts", sorted(set(keys.values())), DataFacts)
    made: dict[str, DataFacts] = {}
    problems: list[Problem] = []
    for path, key in keys.items():
        if workspace.files[path].size > _LARGEST:
            problems.append(Problem(path, "is too large for its schema to be read"))
        elif key not in kept:
            try:
                raw = workspace.repository.read(path)
            except OSError as error:
                problems.append(Problem(path, f"cannot be read: {error.strerror or error}"))
                continue
            kept[key] = made[key] = formats.read_bytes(wanted[path], raw)
    store.put_many("data facts", made)
    found = {path: kept[key] for path, key in keys.items() if key in kept}
    problems += [msgspec.structs.replace(one, path=path) for path, facts in found.items() for one in facts.problems]
    return found, problems
