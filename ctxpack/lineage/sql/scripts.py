"""A SQL text read statement by statement: what cannot be read is a problem of its statement, never of the text.

Temporary tables and views of a script are local to it: where a later statement reads one, it reads the plan that made
it, so that lineage leads past them.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections import Counter

import msgspec
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from ctxpack.datamodel.algebra import Filter, Join, Local, Named, Output, Plan, PlanTree, Project, Scalar, SetOperation
from ctxpack.datamodel.dialects import canonical
from ctxpack.datamodel.notebooks import sql_of
from ctxpack.lineage.plans import datasets, measured
from ctxpack.lineage.sql import splitting
from ctxpack.lineage.sql.context import Context
from ctxpack.lineage.sql.dialects import detect
from ctxpack.lineage.sql.dispatch import lower
from ctxpack.lineage.sql.queries import query, with_ctes
from ctxpack.lineage.sql.splitting import Piece
from ctxpack.lineage.sql.values import Origin, SqlStatement
from ctxpack.lineage.sql.writes import Write, deleted, writes

# The parser warns about statements that it does not know; such a statement is a problem here, and nothing to print.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

MAX_PLAN = 100_000
"""Operators and expressions of a plan, those that occur several times counted each time, above which it is refused."""

MAX_PROBLEMS = 20
"""Statements of one text of which each is said that it cannot be read."""

MAX_INSERTS = 10
"""Statements of one text that put rows of values into one table, of which each is read; a dump has one for each row."""

MAX_DEPTH = 400
"""Parentheses open at once above which a statement is not parsed."""

# The parser is a large program that is fed with texts of all kinds; these are what it raises on some of them.
_FAILURES = (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError)
_HARMLESS = frozenset(
    (
        "alter analyze begin call checkpoint clear close cluster comment commit connect create deallocate "
        "declare delimiter deny desc describe detach discard do drop end exec execute explain export fetch flush "
        "go grant import install kill list listen load lock move msck notify open optimize pragma prepare "
        "print put reassign refresh reindex release remove rename repair reset restore resume return revoke rollback "
        "save savepoint security set show signal start stop suspend truncate uncache undrop unlisten unlock unset use "
        "vacuum wait waitfor whenever while zorder attach cache get if else "
    ).split()
)
"""First words of statements that compute nothing of any dataset."""

_FILLING = re.compile(
    r"\s*create\s+(?:(?:or|replace|alter|temp|temporary|global|local|materialized|transient|force|secure|unlogged|live"
    r"|streaming|recursive)\s+)*(?:view|table)\b[^;]*?\bas\s*\(*\s*(?:select|with)\b",
    re.IGNORECASE,
)
"""The beginning of a CREATE that gives a table its rows."""

_COMPUTING = re.compile(r"\b(?:select|with|from|clone|values|temp|temporary|global|using)\b|#", re.IGNORECASE)
"""Words of which a CREATE has one if it gives a table its rows, or is of a temporary one."""

_EVOLVING = re.compile(
    r"((?:\s|--[^\n]*\n|/\*(?s:.*?)\*/)*(?:merge|insert))(\s+)with\s+schema\s+evolution\b", re.IGNORECASE
)
"""A clause of Databricks that the parser does not know, and that changes nothing of what is computed."""

_POSTFIX = re.compile(r"\b(not|is)(?=null\s*::)", re.IGNORECASE)
"""The beginning of `x NOTNULL::bool`, which the parser takes only in words (`x IS NOT NULL::bool`)."""

_IN_WORDS = {"not": "is not ", "is": "is "}

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class '[\w.]*?(\w+)'>")
_TOKEN = re.compile(r"<Token token_type: [\w.]+, text: (.*?), line: \d+, [^<>]*>")
_MODEL = re.compile(r"model\s*\(", re.IGNORECASE)
_MODEL_NAME = re.compile(r"\bname\s+([^\s,()]+)", re.IGNORECASE)
_MODEL_KIND = re.compile(r"\bkind\s+(\w+)", re.IGNORECASE)
_QUERYING = re.compile(r"\(\s*(?:select|with)\b", re.IGNORECASE)
_BULK = re.compile(
    r"\s*(?:insert|replace)\s+(?:ignore\s+)?(?:into\s+)?\S+?\s*(?:\([^()]*\)\s*)?values\b", re.IGNORECASE
)


def read(text: str, dialect: str, first_line: int, origin: Origin | None = None) -> tuple[SqlStatement, ...]:
    """See `ctxpack.lineage.sql.statements`."""
    text = sql_of(text.removeprefix("\ufeff"))
    found: list[SqlStatement] = []
    name = canonical(dialect) if dialect else detect(text)
    if name is None:
        found.append(SqlStatement("other", line=first_line, end_line=first_line, problem=f"unknown dialect {dialect}"))
        name = detect(text)
    if len(text) > splitting.MAX_TEXT:
        problem = f"only the first {splitting.MAX_TEXT} characters are read"
        found.append(SqlStatement("other", line=first_line, end_line=first_line, problem=problem))
        text = text[: splitting.MAX_TEXT]
    text, placeholders = splitting.filled(text)
    whole = Context("", name, first_line - 1, placeholders, origin=origin)
    temporary: dict[str, PlanTree] = {}
    model = ("", "")
    filled: Counter[str] = Counter()
    for piece in splitting.split(text, name):
        rows = _rows_into(piece.text)
        filled[rows] += 1
        if rows and filled[rows] > MAX_INSERTS:
            continue
        head = _model(piece.text)
        made = [] if head else _statement(piece, whole, temporary)
        if model[0] and made and made[-1].kind == "query":
            made[-1] = _of_model(made[-1], *model)
            model = ("", "")
        model = head or model
        found += made
    return _told(found)


def _rows_into(text: str) -> str:
    """Into what a statement puts rows that it states itself, for comparing; "" for any other statement."""
    match = _BULK.match(text)
    return match[0].lower() if match and not _QUERYING.search(text) else ""


def _told(found: list[SqlStatement]) -> tuple[SqlStatement, ...]:
    """The statements, where nearly all of a text fails (another language, say) with a few of the problems only."""
    failed = [one for one in found if one.problem]
    if len(failed) <= MAX_PROBLEMS:
        return tuple(found)
    kept = {id(one) for one in failed[:MAX_PROBLEMS]}
    last = failed[-1]
    more = f"and {len(failed) - MAX_PROBLEMS} statements more that cannot be read"
    rest = [one for one in found if not one.problem or id(one) in kept]
    return (*rest, SqlStatement("other", line=last.line, end_line=last.end_line, problem=more))


def _model(text: str) -> tuple[str, str] | None:
    """The name and kind that a header of SQLMesh gives to the query after it; ("", "") for headers of other things."""
    word = splitting.first_word(text)
    if word == "audit":
        return ("", "")
    if word != "model" or not _MODEL.search(text):
        return None
    name, kind = _MODEL_NAME.search(text), _MODEL_KIND.search(text)
    written = name[1].replace('"', "").replace("`", "").rstrip(";").lower() if name else ""
    return written, kind[1].lower() if kind else "view"


def _of_model(statement: SqlStatement, name: str, kind: str) -> SqlStatement:
    """The query of a model as what it is: a write of the model."""
    return SqlStatement(
        "write",
        name,
        "create" if kind in ("view", "full", "embedded") else "append",
        statement.plan,
        statement.reads,
        statement.line,
        statement.end_line,
        target_kind="view" if kind in ("view", "embedded") else "table",
    )


def read_outputs(text: str, dialect: str) -> tuple[Output, ...]:
    """See `ctxpack.lineage.sql.outputs`."""
    if len(text) > splitting.MAX_STATEMENT or _depth(text) > MAX_DEPTH:
        return ()
    text, placeholders = splitting.filled(text)
    name = canonical(dialect) or ""
    try:
        tree = _parsed("SELECT " + text, name)
        if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or set(_present(tree)) - {"expressions"}:
            return ()
        item = tree.expressions[0]
        ctx = Context("SELECT " + text, name, -1, placeholders)
        value = lower(item, ctx)
        if isinstance(item, exp.Aliases):
            return tuple(Output(ctx.name(one), value) for one in item.args["expressions"])
        return (Output(ctx.name(item.args["alias"]) if isinstance(item, exp.Alias) else "", value),)
    except (*_FAILURES, RecursionError):
        return ()


def _present(tree: exp.Expr) -> list[str]:
    return [key for key, value in tree.args.items() if value]


def _statement(piece: Piece, whole: Context, temporary: dict[str, PlanTree]) -> list[SqlStatement]:
    """One statement of a whole text, its problem told where it has one."""
    line = piece.line + whole.offset
    end = line + piece.text.count("\n")
    text = splitting.body_of(piece.text)
    evolving = _EVOLVING.match(text)
    text = _without(text, evolving) if evolving else text
    text = _POSTFIX.sub(lambda match: _IN_WORDS[match[1].lower()], text) if "::" in text else text
    refused = _refused(text)
    if refused is None and _idle(text):
        refused = ""
    if refused is not None:
        return [SqlStatement("other", line=line, end_line=end, problem=refused)]
    ctx = dataclasses.replace(whole, text=text, offset=line - 1, bound=dict(temporary))
    doing = "parsed"
    try:
        tree = _parsed(text, ctx.dialect)
        doing = "understood"
        made = [] if tree is None else _lowered(tree, ctx, temporary, (line, end))
        return made if evolving is None else [_evolving(one) for one in made]
    except RecursionError:
        problem = "nested too deeply"
    except _FAILURES as error:
        problem = f"cannot be {doing}: " + _said(error)
    if _harmless(text):
        return [SqlStatement("other", line=line, end_line=end)]
    return [SqlStatement("other", line=line, end_line=end, problem=problem)]


def _without(text: str, clause: re.Match[str]) -> str:
    """A statement without a clause after its first word, each of its lines in its place."""
    return clause[1] + clause[2] + "\n" * clause[0].count("\n", len(clause[1] + clause[2])) + text[clause.end() :]


def _evolving(one: SqlStatement) -> SqlStatement:
    return msgspec.structs.replace(one, evolves="WITH SCHEMA EVOLUTION") if one.kind == "write" else one


def _said(error: Exception) -> str:
    """What a failure says, in its first line; which of several parts is missing would depend on the run."""
    return _TOKEN.sub(r"'\1'", _MISSING.sub(r"\1 lacks a part", str(error).split("\n", 1)[0]))[:200]


def _refused(text: str) -> str | None:
    """Why a statement is not parsed at all; "" where nothing is lost by that."""
    if len(text) > splitting.MAX_STATEMENT or (len(text) > 20_000 and _BULK.match(text)):
        return "" if _BULK.match(text) else f"longer than {splitting.MAX_STATEMENT} characters"
    return "nested too deeply" if _depth(text) > MAX_DEPTH else None


def _idle(text: str) -> bool:
    """Whether a statement computes nothing, as its first words tell."""
    word = splitting.first_word(text)
    if word in ("create", "replace"):
        return _COMPUTING.search(text) is None
    return word in _HARMLESS and word not in ("cache", "explain", "begin", "if", "else", "execute", "exec")


def _harmless(text: str) -> bool:
    """Whether nothing is lost of datasets where a statement cannot be read."""
    return splitting.first_word(text) in _HARMLESS and not _FILLING.match(text)


def _depth(text: str) -> int:
    """How many parentheses are open at once, at most; roughly, since strings are not looked at."""
    if text.count("(") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for char in text:
        if char == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif char == ")":
            depth -= 1
    return deepest


def _parsed(text: str, dialect: str) -> exp.Expr | None:
    """The tree of one statement."""
    engine = Dialect.get_or_raise(dialect or None)
    trees = engine.parser(error_level=ErrorLevel.IMMEDIATE).parse(engine.tokenize(text), text)
    return trees[0] if trees else None


def _lowered(
    tree: exp.Expr, ctx: Context, temporary: dict[str, PlanTree], lines: tuple[int, int]
) -> list[SqlStatement]:
    line, end = lines
    if isinstance(tree, exp.Command):
        word = splitting.first_word(ctx.text)
        problem = "" if _harmless(ctx.text) else f"not understood: {word.upper()}"
        return [SqlStatement("other", line=line, end_line=end, problem=problem)]
    made = [write for write in writes(tree, ctx) if write.target]
    if made:
        return [_written(write, temporary, line, end) for write in made]
    if isinstance(tree, exp.Delete):
        plan = deleted(tree, with_ctes(tree, ctx))
        reads = datasets(plan) if plan is not None else ()
        return [SqlStatement("other", reads=reads, line=line, end_line=end)]
    if isinstance(tree, (exp.Query, exp.Subquery)):
        plan = query(tree, ctx)
        size, reads = measured(plan)
        if size > MAX_PLAN:
            return [SqlStatement("other", line=line, end_line=end, problem="too large when its CTEs are put in")]
        return [SqlStatement("query", plan=plan, reads=reads, line=line, end_line=end)]
    return [SqlStatement("other", line=line, end_line=end)]


def _written(write: Write, temporary: dict[str, PlanTree], line: int, end: int) -> SqlStatement:
    """The statement of a write; one to a temporary table is kept for those that read the table."""
    size, reads = measured(write.plan)
    if size > MAX_PLAN:
        return SqlStatement("other", line=line, end_line=end, problem="too large when its CTEs are put in")
    if write.temporary or write.target in temporary:
        _remember(write, temporary)
        return SqlStatement("other", reads=reads, line=line, end_line=end)
    if write.mode in ("merge", "update"):
        inner = set(_subqueries(write.plan))
        reads = tuple(name for name in reads if name != write.target or name in inner)
    return SqlStatement(
        "write", write.target, write.mode, write.plan, reads, line, end, "", write.target_kind, write.adds,
        positional=write.positional,
    )  # fmt: skip


def _remember(write: Write, temporary: dict[str, PlanTree]) -> None:
    """Makes a temporary table readable; what is inserted comes to what it had."""
    before = temporary.get(write.target)
    if write.mode == "create" or before is None:
        temporary[write.target] = write.plan
    elif write.mode == "update":
        temporary[write.target] = SetOperation((before, write.plan), by_name=True)
    else:
        temporary[write.target] = _joined(before, write)


def _joined(before: PlanTree, write: Write) -> PlanTree:
    """A temporary table with rows inserted; a declared one has no rows before the first."""
    if isinstance(before, Local):
        names = tuple(column.name for column in before.columns)
        listed = isinstance(write.plan, Named) and write.plan.columns
        return write.plan if listed or not names else Named(write.plan, write.target, names)
    return SetOperation((before, write.plan), by_name=write.adds)


def _subqueries(plan: PlanTree) -> tuple[str, ...]:
    """What the subqueries in expressions of the outermost operators read."""
    found: list[str] = []
    waiting: list[object] = [plan]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Scalar):
            found += datasets(item.plan)
        elif isinstance(item, tuple):
            waiting.extend(item)
        elif isinstance(item, Plan) and not isinstance(item, (Project, Filter, Join, SetOperation)):
            continue
        elif hasattr(item, "__struct_fields__"):
            waiting.extend(getattr(item, field) for field in item.__struct_fields__)
    return tuple(found)
