"""Resolves subjects, the names by which people and programs say what they mean, into targets.

A subject is `path`, `path::symbol`, `dir/`, `table:NAME` or `table:NAME.column`; paths are relative to the root of the
view, or absolute inside it. A subject that names nothing raises TargetError, with the nearest names.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from ctxpack.errors import TargetError
from ctxpack.graph.edges import symbol_id
from ctxpack.graph.impact import Place, members, whole
from ctxpack.model import FileFacts, Target
from ctxpack.nearest import nearest, perhaps
from ctxpack.paths import TABLE
from ctxpack.rank.lexical import Named
from ctxpack.text import well_formed
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext.mapped import Mapped
    from ctxpack.datamodel.lineage import TableSchema
    from ctxpack.lineage.flow.columns import Flow

_NEAR = 3
"""How many similar names are suggested for an unknown one."""

_ALIKE = 0.65
"""The least similarity (difflib's ratio) of two file names for one to be suggested for the other."""

_VALUES = frozenset({"variable", "constant", "field"})
"""Kinds of definitions that are too small to count as the place that makes a table."""

TABLE_KINDS = frozenset({"table", "view", "model"})


def resolve(
    named: Sequence[str],
    workspace: Workspace,
    flow: Callable[[], Flow | None] = lambda: None,
    mapped: Callable[[str], Iterable[Mapped]] = lambda _table: (),
) -> Target:
    """The target that these subjects name; raises TargetError for a subject that names nothing.

    `flow` gives the data flow, which also knows tables without a definition; it is called only for a table that no
    definition declares. `mapped` gives the code that a table is mapped to, which is added to the target's symbols.
    """
    paths: list[str] = []
    symbols: list[tuple[str, str]] = []
    tables: list[str] = []
    for written in named:
        subject = well_formed(written)
        if not subject:
            raise TargetError("a target is empty: name a path, path::symbol, a directory with a slash, or table:NAME")
        if subject != written:
            _must_be_utf8(written, workspace)
        if subject.startswith(TABLE) and subject not in workspace.files:
            table = _table(subject.removeprefix(TABLE), workspace, flow)
            tables.append(table)
            symbols.extend((named.path, named.qualname) for named in _of_table(table, workspace))
            symbols.extend(_owners(mapped(table), workspace))
        elif "::" in subject and not _inside(_relative(subject, workspace.repository.root), workspace):
            symbols.extend(_symbols(subject, workspace))
        else:
            paths.extend(_paths(subject, workspace))
    return Target(
        paths=tuple(dict.fromkeys(paths)), symbols=tuple(dict.fromkeys(symbols)), tables=tuple(dict.fromkeys(tables))
    )


def nodes(target: Target, workspace: Workspace, level: str) -> list[str]:
    """The ids of the graph nodes that a target names; `level` is "symbol" or "file"."""
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


def places(target: Target, workspace: Workspace) -> list[Place]:
    """The files and definitions that a target names, with all definitions nested in them."""
    found: list[Place] = []
    for path in target.paths:
        found.extend(whole(path, workspace.facts(path)))
    for path, symbol in target.symbols:
        facts = workspace.facts(path)
        named = [index for index, one in enumerate(facts.definitions) if one.qualname == symbol]
        found.extend((path, inner) for index in named for inner in members(facts, index))
    for table in target.tables:
        for one in defining(table, workspace):
            facts = workspace.facts(one.path)
            found.extend((one.path, index) for index, d in enumerate(facts.definitions) if d.qualname == one.qualname)
    return found


def defining(table: str, workspace: Workspace) -> list[Named]:
    """The definitions of a table, by its full name or else by the last part; ignoring case if none matches exactly."""
    last = table.rpartition(".")[2]
    found = [named for named in workspace.named(last) if named.kind in TABLE_KINDS]
    if not found:
        found = [named for named in workspace.of_kinds(sorted(TABLE_KINDS)) if named.name.lower() == last.lower()]
    exact = [named for named in found if named.qualname.lower() == table.lower()]
    return exact or found


def with_makers(target: Target, workspace: Workspace, flow: Flow) -> Target:
    """The target plus the places that declare and make its tables, since a change of a table is made there.

    Of several places that make a table, only those with the highest confidence are added.
    """
    symbols, paths = dict.fromkeys(target.symbols), dict.fromkeys(target.paths)
    for name in target.tables:
        dataset = flow.find(name) or flow.find(name.rpartition(".")[0])
        if dataset is None:
            continue
        made = flow.network.written.get(dataset, ())
        surest = max((use.confidence for use in made), default=0.0)
        whole = flow.datasets[dataset].of_whole_file
        makers = [(use.path, 0 if whole else use.line) for use in made if use.confidence == surest]
        for path, line in (*flow.network.declared.get(dataset, ()), *makers):
            if path not in workspace.parsed:
                continue
            symbol = _symbol_at(workspace.facts(path), line)
            if symbol is None:
                paths[path] = None
            else:
                symbols[path, symbol] = None
    return msgspec.structs.replace(target, paths=tuple(paths), symbols=tuple(symbols))


def _symbol_at(facts: FileFacts, line: int) -> str | None:
    """The innermost definition that contains a line and is not a mere value; None where there is none."""
    around = [one for one in facts.definitions if one.span[0] <= line <= one.span[1] and one.kind not in _VALUES]
    return around[-1].qualname if around else None


def datasets(named: Sequence[str], flow: Flow) -> list[str]:
    """The datasets with these names, bare or as `table:NAME`; raises TargetError for an unknown one."""
    found: list[str] = []
    for one in named:
        name = one.removeprefix(TABLE)
        dataset = flow.find(name)
        if dataset is None:
            raise TargetError(f"no dataset {name!r} is known here{_like(name, sorted(flow.datasets))}")
        found.append(dataset)
    return list(dict.fromkeys(found))


def tables(
    named: Sequence[str], flow: Flow, records: Callable[[], Sequence[TableSchema]]
) -> tuple[list[str], list[TableSchema]]:
    """The datasets with these names, and for names that are no dataset the records with that name.

    `records` is called only if there are such names. Raises TargetError for a name that is neither.
    """
    known = [one for one in named if flow.find(one.removeprefix(TABLE)) is not None]
    found: list[TableSchema] = []
    for one in named:
        name = one.removeprefix(TABLE)
        if one in known:
            continue
        fitting = [record for record in records() if record.name == name or record.name.endswith(f".{name}")]
        if not fitting:
            near = [*sorted(flow.datasets), *(record.name for record in records())]
            raise TargetError(f"no dataset {name!r} is known here{_like(name, near)}")
        found.extend(fitting)
    return datasets(known, flow), found


def _paths(subject: str, workspace: Workspace) -> list[str]:
    path = _relative(subject, workspace.repository.root)
    inside = _inside(path, workspace)
    if not inside:
        _must_not_be_skipped(path, workspace)
        near = _symbols_called(subject, workspace) or _near_path(subject, path, workspace.files)
        raise TargetError(f"no such file or directory: {subject}{near}")
    return sorted(inside)


def _inside(path: str, workspace: Workspace) -> list[str]:
    """The file with this path, or the files in the directory with this path."""
    if path in workspace.files:
        return [path]
    prefix = f"{path}/" if path else ""
    return [known for known in workspace.files if known.startswith(prefix)]


def _must_not_be_skipped(path: str, workspace: Workspace) -> None:
    """Raise TargetError with the reason where a path, a directory that it is in, or all that is in it was skipped."""
    reasons = {skip.path: skip.reason for skip in workspace.snapshot.skipped}
    if path in reasons:
        raise TargetError(f"{path} was skipped: {reasons[path]}")
    for directory in map(str, PurePosixPath(path).parents):
        if directory != "." and directory in reasons:
            raise TargetError(f"{path} is not read, since {directory} was skipped: {reasons[directory]}")
    for skipped, reason in reasons.items():
        if path and skipped.startswith(f"{path}/"):
            raise TargetError(f"no file in {path}/ is read; {skipped} was skipped: {reason}")


def _must_be_utf8(written: str, workspace: Workspace) -> None:
    """Raise TargetError where a subject with bytes that are not UTF-8 (as lone surrogates) names a skipped file."""
    try:
        escaped = written.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return
    for path in (escaped, escaped.partition("::")[0]):
        _must_not_be_skipped(_relative(path, workspace.repository.root), workspace)


def called(name: str, workspace: Workspace) -> list[Named]:
    """The definitions in any file with this bare or dotted name, those in tests last."""
    last = name.rpartition(".")[2]
    named = workspace.named(last) if last else []
    found = [one for one in named if one.qualname == name or one.qualname.endswith(f".{name}")]
    return sorted(found, key=lambda one: one.path in workspace.tests)


def _symbols_called(name: str, workspace: Workspace) -> str:
    """A suggestion of definitions with this name, as the end of an error message; "" where there is none."""
    found = [symbol_id(one.path, one.qualname) for one in called(name.replace("::", "."), workspace)]
    return f"; did you mean {', '.join(list(dict.fromkeys(found))[:_NEAR])}?" if found else ""


def _symbols(subject: str, workspace: Workspace) -> list[tuple[str, str]]:
    written, symbol = _split(subject, workspace)
    if not written:
        raise TargetError(f"{subject} names no file before the '::'{_symbols_called(symbol, workspace)}")
    path = _relative(written, workspace.repository.root)
    if path not in workspace.files:
        _must_not_be_skipped(path, workspace)
        near = _symbols_called(f"{written}.{symbol}", workspace)
        near = near or _near_path(written, path, workspace.files, directories=False)
        raise TargetError(f"no such file: {written}{near}")
    if not symbol.strip():
        raise TargetError(f"{subject} names no symbol after the '::'; {path} alone means the whole file")
    wanted = symbol.replace("::", ".")
    names = [definition.qualname for definition in workspace.facts(path).definitions]
    exact = [name for name in names if name == wanted]
    found = exact or [name for name in names if name.endswith(f".{wanted}")]
    if not found:
        raise TargetError(f"{path} defines no {symbol}{_nearest(wanted, names)}")
    return [(path, name) for name in dict.fromkeys(found)]


def _split(subject: str, workspace: Workspace) -> tuple[str, str]:
    """The path and the symbol of a subject: the longest path that is a file, since names of files may have "::" too."""
    marks = [mark.start() for mark in re.finditer("::", subject)]
    for at in reversed(marks):
        if _relative(subject[:at], workspace.repository.root) in workspace.files:
            return subject[:at], subject[at + 2 :]
    return subject[: marks[0]], subject[marks[0] + 2 :]


def _table(name: str, workspace: Workspace, flow: Callable[[], Flow | None]) -> str:
    plain = name.strip().replace('"', "").replace("`", "")
    owner, _, column = plain.rpartition(".")
    if defining(plain, workspace) or _declares(owner, column, workspace):
        return plain
    data = flow()
    if data is not None and data.find(plain):
        return plain
    found = data.find(owner) if data is not None and owner else None
    if data is not None and found is not None:
        _ensure_column(data.table(found), column)
    if found is not None or (owner and defining(owner, workspace)):
        return plain
    known = {named.qualname for named in workspace.of_kinds(sorted(TABLE_KINDS))}
    known.update(data.datasets if data is not None else ())
    raise TargetError(f"no table {name!r} is defined here{_nearest(plain, sorted(known))}")


def _declares(table: str, column: str, workspace: Workspace) -> bool:
    """Whether a file that defines a table declares this column (a later migration may have dropped it)."""
    return any(
        column.lower() == known.name.lower()
        for path in sorted({one.path for one in defining(table, workspace)} if table else ())
        for declared in workspace.facts(path).tables
        if declared.name.rpartition(".")[2].lower() == table.rpartition(".")[2].lower()
        for known in declared.columns
    )


def _ensure_column(table: TableSchema, column: str) -> None:
    """Raise TargetError if all columns of a table are known and `column` is not among them."""
    names = [one.name for one in table.columns]
    if not table.complete or column.lower() in {name.lower() for name in names}:
        return
    more = f" and {len(names) - _NEAR:,} more" if len(names) > _NEAR else ""
    near = _nearest(column.lower(), names) or f"; it has {', '.join(names[:_NEAR])}{more}"
    raise TargetError(f"table {table.name} has no column {column!r}{near}")


def _of_table(name: str, workspace: Workspace) -> list[Named]:
    """The definitions of the table `name`, or of the table if `name` is `table.column`."""
    return defining(name, workspace) or (defining(name.rpartition(".")[0], workspace) if "." in name else [])


def _owners(mapped: Iterable[Mapped], workspace: Workspace) -> list[tuple[str, str]]:
    """The classes that a table is mapped to, as (path, qualified name); those in tests only if there are no others."""
    found = dict.fromkeys((one.path, workspace.facts(one.path).definitions[one.owner].qualname) for one in mapped)
    return [one for one in found if one[0] not in workspace.tests] or list(found)


def _relative(subject: str, root: Path) -> str:
    """A path as the listing spells it, relative to the root; raises TargetError for one outside the root."""
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


def _like(wanted: str, known: Sequence[str]) -> str:
    """A suggestion of datasets with similar names, or else some of all, as the end of an error message."""
    near = nearest(wanted, known, most=_NEAR, alike=0.75)
    near += nearest(wanted, known, most=_NEAR, alike=0.7, by=lambda name: name.rpartition(".")[2].lower())
    if near:
        return perhaps(list(dict.fromkeys(near))[:_NEAR])
    if not known:
        return ", nor any other"
    more = f" and {len(known) - _NEAR:,} more" if len(known) > _NEAR else ""
    return _nearest(wanted, known) or f"; there are {', '.join(known[:_NEAR])}{more}"


def _near_path(subject: str, path: str, files: Iterable[str], *, directories: bool = True) -> str:
    """A suggestion of up to three files (and directories) with similar names, as the end of an error message.

    Only the last name without its suffix is compared: files of the same type, or in the same folder, are not similar
    for that. A subject that ends in a slash can only be a directory.
    """
    listed = list(files)
    around = {parent for one in listed for parent in PurePosixPath(one).parents if parent.name} if directories else ()
    by_stem: dict[str, list[str]] = {}
    for one in [*([] if subject.endswith("/") else listed), *sorted(f"{directory}/" for directory in around)]:
        by_stem.setdefault(PurePosixPath(one).stem.lower(), []).append(one)
    stems = nearest(PurePosixPath(path).stem.lower(), by_stem, most=_NEAR, alike=_ALIKE)
    ending = "/" if subject.endswith("/") else PurePosixPath(path).suffix

    def unlike(one: str) -> tuple[bool, float, str]:
        other = "/" if subject.endswith("/") else PurePosixPath(one).suffix
        return other != ending, -difflib.SequenceMatcher(None, path, one).ratio(), one

    near = [one for stem in stems for one in sorted(by_stem[stem], key=unlike)]
    return perhaps(near[:_NEAR])


def _nearest(wanted: str, known: Iterable[str]) -> str:
    """A suggestion of up to three similar names, as the end of an error message."""
    names = list(known)
    near = nearest(wanted, names, most=_NEAR, alike=0.55)
    return perhaps(near or nearest(wanted, names, most=_NEAR, alike=0.6, by=lambda name: name.rpartition("/")[2]))
