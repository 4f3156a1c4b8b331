"""SQL in programs: texts passed to `spark.sql` and the like, SQL cells of notebooks, and temporary views."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel.jobs import CLOSE, OPEN
from ctxpack.datamodel.lineage import DatasetKind, Definition, PlannedWrite, ReadSite
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.spark.effects import evolution, sites
from ctxpack.lineage.spark.operations.functions import spelled
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.state.sql import SqlStatement
from ctxpack.lineage.spark.state.stack import Place
from ctxpack.lineage.spark.values import templates
from ctxpack.lineage.spark.values.tables import Frame
from ctxpack.lineage.spark.values.texts import HOLE, Text, is_known, shown
from ctxpack.lineage.spark.values.uncertain import options
from ctxpack.model import Unresolved

_TEMPORARY = re.compile(
    r"(\bcreate\s+(?:or\s+replace\s+)?)(?:global\s+|local\s+)?temp(?:orary)?\s+((?:view|table)\s+(?:if\s+not\s+exists\s+)?)"
    r"([`\"\w.]+)",
    re.IGNORECASE,
)
_START = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*+(select|with|insert|create|merge|update|delete|drop|alter|replace|truncate|copy|from|"
    r"describe|show|use|set|cache|refresh|optimize|vacuum|analyze|msck|explain|values|grant|load|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_EMPTY = re.compile(r"(?:\s|;|--[^\n]*(?:\n|$)|/\*.*?\*/)*+", re.DOTALL)
_VIEW = re.compile(r"\bcreate\s+(?:or\s+(?:replace|refresh)\s+)?(?:materialized\s+)?(?:live\s+)?view\b", re.IGNORECASE)
_WORD_HOLE = re.compile(r"__(\w+?)__(?!\w)|__(\w+?)__")
_DECLARES = re.compile(
    r"\bcreate\s+(?:or\s+(?:replace|refresh)\s+)?(?:external\s+|unlogged\s+|streaming\s+|live\s+)*table\b[^;(]*\(",
    re.IGNORECASE,
)
_LONGEST = 200_000


def is_sql(text: object) -> bool:
    """Whether a string looks like a SQL statement."""
    return isinstance(text, str) and _START.match(text) is not None


@dataclass(frozen=True, slots=True)
class _Query:
    """A SQL text in a program: its dialect, the call that runs it, and the line of that call."""

    text: Text
    dialect: str
    evidence: str
    line: int


def run(machine: Machine, value: object, dialect: str, evidence: str, line: int) -> Frame | None:
    """Record the reads and writes of SQL statements; gives the frame of the last query, None if there is none."""
    result: Frame | None = None
    for text in options(value):
        if not isinstance(text, Text) or not is_sql(text):
            _missed(machine, text, evidence, line)
            continue
        machine.budget.step(10 + len(text) // 20)
        text = templates.symbolic(text)  # noqa: PLW2901
        query = _Query(text, dialect, sites.because(evidence, text.given), line)
        for mark in evolution.of_statement(machine, text, line):
            machine.recorder.evolve(mark)
        _define(machine, text, line)
        for one in _statements(machine, query):
            frame = _statement(machine, one, query)
            result = frame if frame is not None else result
    return result


def _define(machine: Machine, text: Text, line: int) -> None:
    """Record a text with statements that declare tables with columns."""
    if len(text) <= _LONGEST and _DECLARES.search(text):
        place = machine.stack.place(text, line)
        literal = text.line if text.path == place.path else 0
        machine.recorder.define(Definition(shown(text), place.path, place.line, literal))


def _missed(machine: Machine, text: object, evidence: str, line: int) -> None:
    if isinstance(text, Text) and (is_known(text) or _EMPTY.fullmatch(text)):
        return
    place = machine.stack.place(text, line)
    said = " ".join(shown(text).split())[:80] if isinstance(text, Text) else "…"
    why = "the text of the query is not known"
    machine.recorder.miss(Unresolved(place.path, place.line, f"{evidence}({said})", why))


def _statements(machine: Machine, query: _Query) -> list[SqlStatement]:
    text = query.text
    here = text.line if text.path == machine.stack.here.path and text.line else query.line
    # TEMPORARY is removed, so that a session's view parses as an ordinary write; `_statement` recognises it.
    lasting = evolution.plain(_TEMPORARY.sub(r"\1\2\3", spelled(text[:_LONGEST])))
    try:
        return list(machine.sql.statements(lasting, query.dialect, first_line=max(1, here)))
    except RecursionError:
        return []


def _statement(machine: Machine, one: SqlStatement, query: _Query) -> Frame | None:
    text = query.text
    place = machine.stack.place(text, one.line if text.path == machine.stack.here.path else query.line)
    if one.problem:
        said = " ".join(shown(text).split())[:80]
        machine.recorder.miss(Unresolved(place.path, place.line, said, one.problem))
    if one.plan is None:
        return None
    plan = _resolved(machine, one.plan, query.dialect, text.path or place.path)
    for scan in scans(plan):
        _note_read(machine, scan, place, query)
    frame = Frame(plan, "spark", max(1, len(scans(plan)) * 4))
    if one.kind == "query":
        return frame
    if one.kind == "write" and one.target:
        _write(machine, one, frame, place, query)
    return None


def _confidence(text: Text) -> float:
    if not text.folded:
        return 1.0
    return 0.7 if HOLE.search(text) else 0.95


def _says_something(name: str) -> bool:
    return sites.says_something(name.replace("{", OPEN).replace("}", CLOSE), "table")


def _note_read(machine: Machine, scan: to.Scan, place: Place, query: _Query) -> None:
    if not _says_something(scan.dataset):
        machine.recorder.miss(Unresolved(place.path, place.line, scan.dataset, "the name is not known"))
        return
    confidence = min(_confidence(query.text), 0.7 if "{" in scan.dataset else 1.0)
    line = scan.line if scan.line and query.text.path == place.path else place.line
    machine.recorder.read(ReadSite(scan.dataset, place.path, line, confidence, query.evidence))


def _write(machine: Machine, one: SqlStatement, frame: Frame, place: Place, query: _Query) -> None:
    target = unspelled(one.target).removeprefix("live.")
    temporary = {match[3].strip('`"').lower(): match[0] for match in _TEMPORARY.finditer(query.text)}
    made = temporary.get(target) or temporary.get(target.rpartition(".")[2])
    if made is None and target in machine.process.views:
        return
    if made is not None:
        shared = f"global_temp.{target.removeprefix('global_temp.')}"
        machine.process.views[target] = machine.process.views[shared] = frame
        if "global" not in made.lower():
            return
        target = shared
    if not _says_something(target):
        machine.recorder.miss(Unresolved(place.path, place.line, target, "the name is not known"))
        return
    kind: DatasetKind = "view" if made is not None or _VIEW.search(query.text) else "table"
    adds = one.adds or one.mode in ("update", "merge")
    own = not place.followed and not place.inherited and query.text.path == machine.stack.here.path
    machine.recorder.write(
        PlannedWrite(
            target, frame.plan, place.path, one.line if own else place.line, query.dialect, kind, one.mode,
            _confidence(query.text), query.evidence, adds, positional=one.positional,
        )
    )  # fmt: skip


def unspelled(name: str) -> str:
    """A name with the stand-ins for unknown parts ("__env__") turned back into placeholders ("{env}")."""
    return _WORD_HOLE.sub(lambda match: f"{{{match[1] or match[2]}}}", name)


def _resolved(machine: Machine, plan: to.PlanTree, dialect: str, path: str) -> to.PlanTree:
    """The plan with temporary views replaced by their plans, and with placeholders in dataset names.

    Its datasets are read in the file `path`. In DuckDB names may also refer to frames in variables of the program.
    """
    known = {**machine.pipelines.views, **machine.process.views}
    if dialect == "duckdb":
        scope = machine.stack.here.scope
        for scan in scans(plan):
            holder = scope.holding(scan.dataset) if scope is not None else None
            value = holder.variables[scan.dataset] if holder is not None else None
            if isinstance(value, Frame):
                known[scan.dataset] = value
    views = {name: view.plan for name, view in known.items() if isinstance(view, Frame)}
    changed = rewritten(plan, lambda scan: _scan(scan, views, path))
    return changed if isinstance(changed, to.Plan) else plan  # type: ignore[return-value]


def _scan(scan: to.Scan, views: dict[str, to.PlanTree], path: str) -> to.PlanTree:
    view = views.get(scan.dataset.lower())
    if view is not None:
        return to.Named(view, scan.dataset.rpartition(".")[2])
    return msgspec.structs.replace(scan, dataset=unspelled(scan.dataset), path=path)


def rewritten(value: object, change: object) -> object:
    """The plan with `change` applied to each scan; parts without a scan are shared with the original."""
    if isinstance(value, to.Scan):
        return change(value)  # type: ignore[operator]
    if isinstance(value, tuple):
        items = tuple(rewritten(one, change) for one in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, (to.Plan, to.Expression, to.Output)):
        changes = {}
        for name in value.__struct_fields__:
            before = getattr(value, name)
            after = rewritten(before, change)
            if after is not before:
                changes[name] = after
        return msgspec.structs.replace(value, **changes) if changes else value
    return value
