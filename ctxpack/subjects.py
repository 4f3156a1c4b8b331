"""Subjects: what people and programs name to say what they mean.

A subject is `path`, `path::symbol`, `dir/`, `table:NAME` or `table:NAME.column`; paths are relative to the root of the
view, or absolute inside it. A subject that names nothing is an error that offers the nearest names.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from ctxpack.errors import TargetError
from ctxpack.graph.edges import symbol_id
from ctxpack.model import Target
from ctxpack.rank.lexical import Named
from ctxpack.workspace import Workspace

TABLE = "table:"
TABLE_KINDS = frozenset({"table", "view", "model"})


def resolve(named: Sequence[str], workspace: Workspace) -> Target:
    """The target made of these subjects alone; raises TargetError for one that names nothing."""
    paths: list[str] = []
    symbols: list[tuple[str, str]] = []
    tables: list[str] = []
    for subject in named:
        if subject.startswith(TABLE):
            tables.append(_table(subject.removeprefix(TABLE), workspace))
        elif "::" in subject:
            symbols.extend(_symbols(subject, workspace))
        else:
            paths.extend(_paths(subject, workspace))
    return Target(
        paths=tuple(dict.fromkeys(paths)), symbols=tuple(dict.fromkeys(symbols)), tables=tuple(dict.fromkeys(tables))
    )


def nodes(target: Target, workspace: Workspace, level: str) -> list[str]:
    """The nodes of a graph of this level that a target names."""
    found = list(target.paths)
    for path, symbol in target.symbols:
        found.append(symbol_id(path, symbol) if level == "symbol" else path)
    for table in target.tables:
        found.extend(named.path for named in defining(table, workspace))
    if level == "symbol":
        for path in target.paths:
            facts = workspace.facts_of((path,)).get(path)
            found.extend(symbol_id(path, definition.qualname) for definition in (facts.definitions if facts else ()))
    return list(dict.fromkeys(found))


def defining(table: str, workspace: Workspace) -> list[Named]:
    """The definitions of a table, by its whole name or by the last part of it."""
    last = table.rpartition(".")[2]
    found = [named for named in workspace.index.named(last) if named.kind in TABLE_KINDS]
    exact = [named for named in found if named.qualname.lower() == table.lower()]
    return exact or found


def _paths(subject: str, workspace: Workspace) -> list[str]:
    path = _relative(subject, workspace.repository.root)
    if path in workspace.files:
        return [path]
    prefix = f"{path}/" if path else ""
    inside = [known for known in workspace.files if known.startswith(prefix)]
    if not inside:
        skipped = next((skip.reason for skip in workspace.snapshot.skipped if skip.path == path), "")
        if skipped:
            raise TargetError(f"{path} was skipped: {skipped}")
        raise TargetError(f"no such file or directory: {subject}{_nearest(path, workspace.files)}")
    return sorted(inside)


def _symbols(subject: str, workspace: Workspace) -> list[tuple[str, str]]:
    written, _, symbol = subject.partition("::")
    path = _relative(written, workspace.repository.root)
    if path not in workspace.files:
        raise TargetError(f"no such file: {written}{_nearest(path, workspace.files)}")
    wanted = symbol.replace("::", ".")
    names = [definition.qualname for definition in workspace.facts(path).definitions]
    exact = [name for name in names if name == wanted]
    found = exact or [name for name in names if name.endswith(f".{wanted}")]
    if not found:
        raise TargetError(f"{path} defines no {symbol}{_nearest(wanted, names)}")
    return [(path, name) for name in dict.fromkeys(found)]


def _table(name: str, workspace: Workspace) -> str:
    plain = name.strip().replace('"', "").replace("`", "")
    candidates = [plain, plain.rpartition(".")[0]]
    for candidate in candidates:
        if candidate and defining(candidate, workspace):
            return plain
    known = sorted({named.qualname for named in workspace.index.of_kinds(sorted(TABLE_KINDS))})
    raise TargetError(f"no table {name!r} is defined here{_nearest(plain, known)}")


def _relative(subject: str, root: Path) -> str:
    """The path as the listing has it; raises TargetError for one outside the root."""
    path = PurePosixPath(subject)
    if path.is_absolute():
        if not path.is_relative_to(root.as_posix()):
            raise TargetError(f"{subject} is outside the repository {root}")
        path = path.relative_to(root.as_posix())
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            if not parts:
                raise TargetError(f"{subject} is outside the repository {root}")
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _nearest(wanted: str, known: Iterable[str]) -> str:
    """Up to three known names that are like `wanted`, as the end of a sentence."""
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.55)
    if not near:
        last = wanted.rpartition("/")[2]
        by_last = {name.rpartition("/")[2]: name for name in reversed(names)}
        near = [by_last[match] for match in difflib.get_close_matches(last, list(by_last), n=3, cutoff=0.6)]
    return f"; did you mean {', '.join(near)}?" if near else ""
