"""Answers with the source of definitions, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctxpack.agents.answer import Answer, Entry, Meter, Question, Shrinking
from ctxpack.errors import TargetError
from ctxpack.nearest import nearest, perhaps
from ctxpack.paths import TABLE
from ctxpack.services import targets
from ctxpack.workspace import Workspace

_MEMBERS = 30
_MOST = 50
_ASKED_FOR = ("class", "enum", "function", "interface", "macro", "method", "table", "type", "view")
_COMPARED = 3000
_ALIKE = 0.6


def read_symbol(
    workspace: Workspace, name: str, meter: Meter, *, start_line: int | None = None, offset: int = 0
) -> Answer:
    """The source of a definition with its signature, documentation and lines.

    `name` is `path::symbol`, or a bare or dotted name that is searched everywhere; each definition found is an entry,
    tests last, from number `offset` on. `start_line` continues an answer that was cut: it selects the definitions that
    contain this line, and starts their source there. Raises TargetError for an unknown name, with the nearest ones, and
    for a line outside of the definition.
    """
    found = places(name, workspace)
    if start_line is not None:
        found = [place for place in found if _holds(place, start_line, workspace)] or found[:1]
    entries = [_entry(path, index, workspace, start_line) for path, index in found[:_MOST]]
    more = len(found) - len(entries)
    notes = [f"{more:,} more definitions of that name; say path::symbol"] if more > 0 else []
    shrinking = Shrinking(_lines_of, lambda entry, parts: _first_lines(entry, parts, workspace))
    head = {"name": name}
    return meter.answer(Question("read_symbol", head, "definitions", entries, "definitions", offset, notes, shrinking))


def places(name: str, workspace: Workspace) -> list[tuple[str, int]]:
    """The definitions with this name, as (path, index), in order; raises TargetError where there is none."""
    if name.startswith(TABLE) or "::" in name:
        target = targets.resolve([name], workspace)
        wanted = dict.fromkeys(target.symbols)
        return [
            (path, index)
            for path, qualname in wanted
            for index, one in enumerate(workspace.facts(path).definitions)
            if one.qualname == qualname
        ]
    if name in workspace.files:
        raise TargetError(f"{name} is a file: say which of its definitions, as in {name}::NAME")
    return _anywhere(name, workspace)


def _anywhere(name: str, workspace: Workspace) -> list[tuple[str, int]]:
    found = targets.called(name, workspace)
    if found:
        return [(one.path, one.symbol) for one in found]
    last = name.rpartition(".")[2]
    named = workspace.named(last) if last else []
    near = named or [one for one in workspace.of_kinds(_ASKED_FOR) if one.name[:2].lower() == last[:2].lower()]
    known = list(dict.fromkeys(one.qualname if named else one.name for one in near))
    likely = nearest(name if named else last, known[:_COMPARED], alike=_ALIKE)
    raise TargetError(f"nothing here is named {name!r}{perhaps(likely)}")


def _holds(place: tuple[str, int], line: int, workspace: Workspace) -> bool:
    first, last = workspace.facts(place[0]).definitions[place[1]].span
    return first <= line <= last


def _entry(path: str, index: int, workspace: Workspace, start_line: int | None) -> Mapping[str, Any]:
    facts = workspace.facts(path)
    one = facts.definitions[index]
    first, last = one.span
    begin = first if start_line is None else start_line
    if not first <= begin <= last:
        raise TargetError(f"{path}::{one.qualname} has the lines {first} to {last}, and no line {begin}")
    lines = workspace.text(path).split("\n")[begin - 1 : last]
    return {
        "path": path, "symbol": one.qualname, "kind": one.kind, "language": facts.language, "lines": [first, last],
        "signature": one.signature, "doc": one.doc, "source_lines": [begin, last], "source": "\n".join(lines),
    }  # fmt: skip


def _lines_of(entry: Entry) -> int:
    assert not isinstance(entry, str)
    first, last = entry["source_lines"]
    return int(last - first + 1)


def _first_lines(entry: Entry, parts: int, workspace: Workspace) -> tuple[Entry, str]:
    """An entry cut to the first lines of its source, and the sentence on what was cut."""
    assert not isinstance(entry, str)
    first, last = entry["source_lines"]
    cut = first + parts
    source = "\n".join(entry["source"].split("\n")[:parts])
    members = [
        f"{one.name} ({one.line})"
        for one in workspace.facts(entry["path"]).definitions
        if one.qualname.startswith(f"{entry['symbol']}.") and cut <= one.line <= last and one.kind != "field"
    ]
    inside = f", in which begin {', '.join(members[:_MEMBERS])}" if members else ""
    smaller = {**entry, "source_lines": [first, cut - 1] if parts else [], "source": source}
    return smaller, f"lines {cut} to {last} of {entry['symbol']}{inside}; start_line={cut} goes on with them"
