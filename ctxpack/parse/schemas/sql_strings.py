"""SQL in the strings of programs: the tables that it declares, reads and changes.

For languages other than Python, whose programs are interpreted (`lineage/spark`). A string counts by what it says: it
begins like a statement and has the grammar of one. Statements that undo a migration are left out, and so is the
dropping of a table where nothing says that the schema is changed for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.datamodel.strings import SqlUse
from ctxpack.parse.schemas.sql import read as read_sql
from ctxpack.parse.schemas.string_tree import Held, Strings
from ctxpack.parse.sql.meant import table_uses

FORMAT = "sql_strings"
"""The format of the facts, whichever the language."""

_DEFINES = re.compile(rb"(?:create|alter|drop|replace)\b", re.IGNORECASE)
_UNDOING = re.compile(
    r"(?:^|\.)(?:migrat[a-z]*_?)?(?:down|rollback|revert|undo|backwards?)(?:$|[^a-z])|(?<=[a-z0-9])(?:Down|Rollback|Revert|Undo)$"
    r"|_(?:down|rollback|revert|undo)$"
)
"""The names of what takes a migration back."""

_CHANGING = re.compile(
    r"migrat|upgrade|update|schema|version|patch|evolution|setup|init|(?:^|[^a-z])up(?:$|[^a-z])|Up(?:$|[^a-z])|\d",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:migrat|upgrad|updat|version|patch|schema|step|revision|evolution)\w*\d|\d+_?[Tt]o_?\d+|_\d+$|^(?:v|up|to|from)_?\d",
    re.IGNORECASE,
)
"""The names of migrations that say their place in the order."""

_LEFTOVER = re.compile(
    r"^_?(?:old|temp|tmp|backup|bak|new|copy)_|_(?:old|temp|tmp|backup|bak|new|copy)_?\d*$|^_(?=\w)", re.IGNORECASE
)
_MIGRATING = re.compile(r"migrat|upgrade|schema_?version|user_version", re.IGNORECASE)
_TABLES = frozenset({"table", "foreign table", "view", "materialized view"})
_UNDONE = frozenset({"drop", "drop column", "drop key"})
_OPEN = re.compile(r"^\{[^{}]*\}$")
_OPEN_OWNERS = re.compile(r"^(?:\{[^{}]*\}\.)+")

_RUNS = re.compile(
    r"query|exec|prepare|sql|stmt|statement|command|fetch|select|rows|scalar|pluck|cursor|raw|batch|nonquery"
    r"|^(?:run|all|get|each|one|many|any|none|literal|first|last|query|delete|update|insert|transaction|lookup|dbi?)$",
    re.IGNORECASE,
)
"""Names of calls and variables to which SQL is given."""

_FORMATTERS = frozenset(
    """sprintf format errorf trim trimspace dedent strip concat replace squish tostring asprintf formatted fsql
    string of""".split()
)
_CALLED = re.compile(
    r"\b(?P<call>[A-Za-z_]\w*)\s*!?\s*(?:::)?(?:<[^<>()]{0,60}>)?\s*\(\s*(?:[^()\"'`;{}]{0,120},\s*)?\[?(?P<rest>[A-Za-z$@]{0,3}#*[\"'`]{0,3})$"
)
_TAGGED = re.compile(r"\b(?P<call>[A-Za-z_]\w*)(?:<[^<>()]{0,60}>)?\s*(?:<<[<~-]?[\"']?\w*|[\"'`]{0,3})$")
_BOUND = re.compile(
    r"\b(?P<name>[A-Za-z_]\w*)\s*(?:\[\])?\s*(?::\s*[^=;:\n]{1,40})?\s*(?::=|\+=|\.=|=>|=|:|\+)\s*\(?\s*[A-Za-z$@&]{0,3}#*[\"'`]{0,3}$"
)
_BOUND_PLAIN = re.compile(r"(?:string|String|str|text|const)\s+(?P<name>[A-Za-z_]\w*)\s*$")
_MAPPED = frozenset({"createQuery", "createNamedQuery", "NamedQuery", "Query"})
"""Names of calls and annotations to which mappers are given queries about classes."""

_NATIVE = re.compile(r"androidx\.room|nativeQuery|org\.jdbi|ibatis|jdbc|micronaut")
_ROOM = 240
_MOST_USES = 40
_SAYS_SQL = re.compile(r"sql|query|stmt|statement|cmd|command", re.IGNORECASE)
_GIVEN = re.compile(r"\b(?P<call>[A-Za-z_]\w*)\s*\(\s*(?:[^()\"'`;{}]{0,80},\s*)?[$&]?$")


def read(text: str, language: str) -> DataFacts:
    """What the strings of one file say of tables; `language` is its name in the table of languages."""
    strings = Strings(text, language)
    found = list(strings.held())
    if not found:
        return DataFacts(FORMAT)
    used: dict[SqlUse, None] = {}
    asks = _Handed(text, strings.data, language)
    for one in found:
        used.update(dict.fromkeys(_uses(one, asks)))
    defining = (one for one in found if _DEFINES.search(one.data))
    steps = _in_order([one for one in defining if not any(_UNDOING.search(name) for name in one.names)])
    steps = _without_leftovers(_lasting(_standing(steps), text))
    passing = _passing(steps)
    return DataFacts(FORMAT, tuple(steps), strings=tuple(one for one in used if one.table not in passing))


# --- what is declared -------------------------------------------------------------------------------------------------


def _in_order(found: Sequence[Held]) -> list[SchemaStep]:
    """The steps of all strings, in the order in which they are run.

    That is the order of the file, unless definitions or constants have numbers (`version_12`, `migrate3To4`): then
    that of the numbers. What has no number in such a file creates the tables as they are after all of it.
    """
    numbers = [_number(one) for one in found]
    steps: list[SchemaStep] = []
    for number, one in sorted(zip(numbers, found, strict=True), key=lambda pair: (not pair[0], pair[0])):
        whole = any(numbers) and not number
        steps += (_replacing(step) for step in _steps(one)) if whole else _steps(one)
    return steps


def _replacing(step: SchemaStep) -> SchemaStep:
    """The step, which takes the place of an earlier table where it creates one."""
    return msgspec.structs.replace(step, replaces=True) if step.kind == "create" else step


def _standing(steps: Sequence[SchemaStep]) -> list[SchemaStep]:
    """The steps without changes of tables that the file makes only afterwards, as they are after these changes."""
    made: list[frozenset[str]] = []
    later: frozenset[str] = frozenset()
    for step in reversed(steps):
        made.append(later)
        if step.kind == "create" or (step.kind == "rename" and step.name in later):
            later |= {step.table}
    there: set[str] = set()
    found: list[SchemaStep] = []
    for step, after in zip(steps, reversed(made), strict=True):
        if step.kind == "create":
            there.add(step.table)
        elif step.table not in there and (step.table in after or (step.kind == "rename" and step.name in after)):
            continue
        elif step.kind == "rename" and step.kind_of == "table":
            there.discard(step.table)
            there.add(step.name)
        elif step.kind == "drop":
            there.discard(step.table)
        found.append(step)
    return found


def _number(held: Held) -> tuple[int, ...]:
    """The numbers in the name of the migration that a string is part of; () for none."""
    for name in held.names:
        if _NUMBERED.search(name):
            return tuple(int(digits) for digits in re.findall(r"\d{1,18}", name))
    return ()


def _steps(held: Held) -> Iterator[SchemaStep]:
    """The steps of one string, on the lines of the file."""
    lines = held.lines()
    changing = any(_CHANGING.search(name) for name in held.names)
    for step in read_sql(held.data.decode("utf-8", "replace")).steps:
        known = _known(step)
        if known is None or (known.kind in _UNDONE and known.kind != "drop column" and not changing):
            continue
        yield _placed(known, lines)


def _known(step: SchemaStep) -> SchemaStep | None:
    """The step without what is not known of it; None if nothing is left."""
    table = _OPEN_OWNERS.sub("", step.table)
    if (
        not table
        or "{" in table.rpartition(".")[2][-1:]
        or _OPEN.match(table.rpartition(".")[2])
        or table.endswith("}")
    ):
        return None
    if _OPEN.match(step.name) or any(_OPEN.match(column.name) for column in step.columns if step.kind != "create"):
        return None
    columns = tuple(column for column in step.columns if not _OPEN.match(column.name))
    if step.kind == "create":
        views = step.kind_of in ("view", "materialized view")
        if step.kind_of not in _TABLES or not (columns or step.like or step.selected or views):
            return None
        if columns and not step.selected and not any(column.type for column in columns) and len(columns) < 2:
            return None
    name = _OPEN_OWNERS.sub("", step.name) if step.kind == "rename" else step.name
    return msgspec.structs.replace(step, table=table, columns=columns, name=name)


def _placed(step: SchemaStep, lines: list[int]) -> SchemaStep:
    """The step with lines of the file in the place of those of its text."""

    def line(own: int) -> int:
        return lines[min(max(own, 1), len(lines)) - 1] if own else 0

    columns = tuple(msgspec.structs.replace(one, line=line(one.line)) for one in step.columns)
    return msgspec.structs.replace(step, columns=columns, line=line(step.line))


def _lasting(steps: Sequence[SchemaStep], text: str) -> Iterator[SchemaStep]:
    """The steps of a file without the dropping of its own tables, unless the file says that it migrates.

    Programs drop their tables to begin anew, and tests do; what is dropped to be made again, or to make room for a
    table that is renamed, is dropped in any case.
    """
    migrates = _MIGRATING.search(text) is not None
    made = {one.table for one in steps if one.kind == "create"}
    for at, step in enumerate(steps):
        if step.kind == "drop" and step.table in made and not migrates:
            again = any(
                (one.kind == "create" and one.table == step.table) or (one.kind == "rename" and one.name == step.table)
                for one in steps[at + 1 :]
            )
            if not again:
                continue
        yield step


def _without_leftovers(steps: Iterable[SchemaStep]) -> list[SchemaStep]:
    """The steps, and behind them the dropping of tables that only hold rows while others are made anew."""
    found = list(steps)
    made = {one.table for one in found if one.kind == "create"}
    left = {one.name: one for one in found if one.kind == "rename" and one.kind_of == "table"}
    left.update((one.table, one) for one in found if one.kind == "create")
    for name, step in left.items():
        base = _LEFTOVER.sub("", name.rpartition(".")[2])
        if base != name.rpartition(".")[2] and any(one.rpartition(".")[2] == base for one in made):
            found.append(SchemaStep("drop", name, step.line))
    return found


def _passing(steps: Iterable[SchemaStep]) -> frozenset[str]:
    """The tables that a file makes, by their names, and that are gone after all its steps."""
    there: set[str] = set()
    gone: set[str] = set()
    for one in steps:
        if one.kind == "create":
            there.add(one.table)
        elif one.kind == "rename" and one.kind_of == "table":
            there.discard(one.table)
            gone.add(one.table)
            there.add(one.name)
        elif one.kind == "drop" and one.table in there:
            there.discard(one.table)
            gone.add(one.table)
    return frozenset(gone - there)


# --- what is read and changed -----------------------------------------------------------------------------------------


def _uses(held: Held, asks: _Handed) -> Iterator[SqlUse]:
    """The tables that the statements of one string read and change."""
    handed: bool | None = None
    for one in table_uses(held.data):
        if handed is None:
            handed = asks.about(held)
        parts = list(one.name.parts)
        while len(parts) > 1 and _OPEN.match(parts[0]):
            del parts[0]
        table = ".".join(parts).lower()
        if one.loose:
            table = table.partition("{")[0] if not table.startswith("{") else ""
        if table and not table.endswith("."):
            yield SqlUse(table, held.line(one.name.at), one.writes, one.verb, handed, one.loose)


class _Handed:
    """Tells whether a string is given to what runs SQL, by the name of the call or of the variable before it."""

    def __init__(self, text: str, data: bytes, language: str) -> None:
        self._text, self._data = text, data
        self._mapped = language in ("java", "kotlin", "php") and _NATIVE.search(text) is None
        self._known: dict[str, bool] = {}

    def about(self, held: Held) -> bool:
        """Whether a text is handed to a database, or kept under a name that says that it is SQL."""
        before = self._data[max(0, held.start - _ROOM) : held.start].decode("utf-8", "replace")
        for _ in range(3):
            match = _CALLED.search(before) or _TAGGED.search(before)
            if match is None or match["call"].lower() not in _FORMATTERS:
                break
            before = before[: match.start()].rstrip().removesuffix("fmt.").removesuffix("String.").rstrip()
            before = re.sub(r"(?:\w+\.)+$", "", before)
        bound = _BOUND.search(before) or _BOUND_PLAIN.search(before)
        if bound is not None:
            return self._names_sql(bound["name"])
        match = _CALLED.search(before) or _TAGGED.search(before)
        if match is not None:
            return self._runs(match["call"])
        return any(_RUNS.search(name) for name in held.names[:1])

    def _runs(self, call: str) -> bool:
        if self._mapped and call in _MAPPED:
            return False
        return _RUNS.search(call) is not None

    def _names_sql(self, name: str) -> bool:
        """Whether a variable is called as what holds SQL, or given to a call that runs it."""
        if name not in self._known:
            self._known[name] = _SAYS_SQL.search(name) is not None or any(map(self._runs, self._calls_with(name)))
        return self._known[name]

    def _calls_with(self, name: str) -> Iterator[str]:
        """The calls that a variable is given to, by their names; of a variable used often the first."""
        for found in islice(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self._text), _MOST_USES):
            before = self._text[max(0, found.start() - _ROOM) : found.start()]
            call = _GIVEN.search(before) if before.rstrip("$& \t\r\n")[-1:] in ("(", ",") else None
            if call is not None:
                yield call["call"]
