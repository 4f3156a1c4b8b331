"""Finds schema evolution in code: options that let a dataset's schema change without a definition, and ALTER TABLE.

These are options of writers and readers, session settings, clauses of MERGE, and ALTER statements in strings. Their
effect shows only in the stored table, but readers need to know that they are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel.lineage import Evolution
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.tables import Frame, Mark
from ctxpack.lineage.spark.values.texts import Text, is_known, shown

_OPTIONS = {
    "mergeschema": "mergeSchema",
    "overwriteschema": "overwriteSchema",
    "cloudfiles.schemaevolutionmode": "cloudFiles.schemaEvolutionMode",
}
_OF_SESSION = "spark.databricks.delta.schema.automerge.enabled"
_SET = re.compile(rf"^\s*set\s+{re.escape(_OF_SESSION)}\s*=\s*true\b", re.IGNORECASE)
_NAME = r"(?P<name>(?:[`\"]?[\w{}$.\-]+[`\"]?)(?:\.[`\"]?[\w{}$.\-]+[`\"]?)*)"
_ABOUT_COLUMNS = r"(?P<what>(?:add|drop|rename|alter|change|replace)\s+columns?\b[^;]*)"
_STATEMENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (option, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for option, pattern in (
        ("", rf"\balter\s+table\s+(?:if\s+exists\s+)?{_NAME}\s+{_ABOUT_COLUMNS}"),
        ("WITH SCHEMA EVOLUTION", rf"\b(?:merge|insert)\s+with\s+schema\s+evolution\s+into\s+(?:table\s+)?{_NAME}"),
        ("INSERT BY NAME", rf"\binsert\s+(?:into|overwrite)\s+(?:table\s+)?{_NAME}\s+by\s+name\b"),
        ("mergeSchema", rf"\bcopy\s+into\s+{_NAME}\b[^;]*'mergeSchema'\s*=\s*'true'"),
    )
)  # fmt: skip
_EVOLVING = re.compile(r"\b(merge|insert)\s+with\s+schema\s+evolution\b", re.IGNORECASE)
_CLUSTERED = re.compile(r"\bcluster\s+by\s+(?:auto|none)\b(?!\s*[.(,])", re.IGNORECASE)
_LONGEST = 120
_DEEPEST = 120
_GROWING = frozenset({"append", "merge", "update", "stream"})


def mark(machine: Machine, option: str, line: int) -> Mark:
    """An option at a line of the file that is run, 0 for the current one."""
    here = machine.stack.here
    return Mark(option, here.path, line or here.line)


def of_option(machine: Machine, key: object, value: object, line: int) -> tuple[Mark, ...]:
    """The mark of a reader or writer option, as a tuple of one; () for other options and disabled ones."""
    option = _OPTIONS.get(str(key).lower()) if isinstance(key, str) else None
    said = str(value).lower() if isinstance(value, (str, bool)) else ""
    if option is None or said in ("false", "none", "failonnewcolumns"):
        return ()
    mode = f" {shown(value)}" if option.startswith("cloudFiles") and isinstance(value, Text) and is_known(value) else ""
    return (mark(machine, option + mode, line),)


def of_options(machine: Machine, given: Mapping[str, object], line: int) -> tuple[Mark, ...]:
    """The marks of several options."""
    return tuple(one for key, value in given.items() for one in of_option(machine, key, value, line))


def set_for_session(machine: Machine, key: object, value: object, line: int) -> None:
    """Record a session setting that lets all tables written in the session evolve."""
    if isinstance(key, str) and key.lower() == _OF_SESSION and str(value).lower() != "false":
        machine.process.growing = mark(machine, "schema.autoMerge.enabled", line)


def of_statement(machine: Machine, text: Text, line: int) -> Iterator[Evolution]:
    """The schema evolution in a SQL text."""
    if _SET.match(text):
        set_for_session(machine, _OF_SESSION, True, line)
    place = machine.stack.place(text, line)
    for option, pattern in _STATEMENTS:
        for match in pattern.finditer(shown(text)):
            name = match["name"].replace("`", "").replace('"', "").lower()
            said = option or f"ALTER TABLE {' '.join(match['what'].split())}"
            at = place.line + text.count("\n", 0, match.start()) * (text.line > 0 and text.path == place.path)
            yield Evolution(name, said[:_LONGEST], place.path, at, by_itself=bool(option))


def plain(text: str) -> str:
    """A statement without clauses that the SQL parser does not know and that do not affect what it computes."""
    return _CLUSTERED.sub("", _EVOLVING.sub(r"\1", text))


def of_write(machine: Machine, frame: Frame, mode: str, marks: tuple[Mark, ...], *, declared: bool) -> list[Mark]:
    """The marks of a write: its own, the session's, and those of evolving sources whose columns it passes on.

    A `declared` table of a pipeline adopts new columns without any option.
    """
    found = list(marks)
    growing = machine.process.growing
    if growing is not None and mode in _GROWING:
        found.append(growing)
    if declared or marks or growing is not None:
        found += [machine.evolving[name] for name in passed_on(frame.plan) if name in machine.evolving]
    return list(dict.fromkeys(found))


def passed_on(plan: to.PlanTree, depth: int = 0) -> Iterator[str]:
    """The datasets whose columns a plan passes on, whatever they are (`SELECT *`)."""
    if depth > _DEEPEST:
        return
    if isinstance(plan, to.Scan):
        yield plan.dataset
    elif isinstance(plan, to.Project):
        if plan.keep or any(isinstance(one.expression, to.Star) for one in plan.outputs):
            yield from passed_on(plan.plan, depth + 1)
    elif isinstance(plan, (to.Named, to.Drop, to.Rename, to.Filter, to.FillNull, to.DropNull)):
        yield from passed_on(plan.plan, depth + 1)
    elif isinstance(plan, to.SetOperation):
        for one in plan.plans:
            yield from passed_on(one, depth + 1)
    elif isinstance(plan, to.Join):
        yield from passed_on(plan.left, depth + 1)
        yield from passed_on(plan.right, depth + 1)
