"""Reads a SQL text statement by statement; one that cannot be read has a problem and does not affect the others.

Temporary tables and views are local to a script: a later statement that reads one reads the plan that created it, so
lineage passes through them.
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
from ctxpack.lineage.algebra.plans import datasets, measured
from ctxpack.lineage.sql import splitting
from ctxpack.lineage.sql.context import Context
from ctxpack.lineage.sql.dialects import detect
from ctxpack.lineage.sql.dispatch import lower
from ctxpack.lineage.sql.origin import Origin
from ctxpack.lineage.sql.queries import query, with_ctes
from ctxpack.lineage.sql.splitting import Piece
from ctxpack.lineage.sql.statement import SqlStatement
from ctxpack.lineage.sql.writes import Write, deleted, writes

# The parser logs warnings about unknown statements; those are reported as problems and must not be printed.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

MAX_PLAN = 100_000
"""The most nodes of a plan, shared parts counted each time; larger ones are refused."""

MAX_PROBLEMS = 20
"""The most problems reported for one text; the rest is summed up in one."""

MAX_INSERTS = 10
"""The most INSERT ... VALUES statements read for one table of a text; a dump has one for each row."""

MAX_DEPTH = 400
"""The deepest nesting of parentheses with which a statement is parsed."""

# What the parser is known to raise on malformed or unexpected texts.
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
"""First words of statements that do not compute the content of any dataset."""

_FILLING = re.compile(
    r"\s*create\s+(?:(?:or|replace|alter|temp|temporary|global|local|materialized|transient|force|secure|unlogged|live"
    r"|streaming|recursive)\s+)*(?:view|table)\b[^;]*?\bas\s*\(*\s*(?:select|with)\b",
    re.IGNORECASE,
)
"""The beginning of a CREATE ... AS SELECT."""

_COMPUTING = re.compile(r"\b(?:select|with|from|clone|values|temp|temporary|global|using)\b|#", re.IGNORECASE)
"""Words of which every CREATE has one that fills its table or creates a temporary one."""

_EVOLVING = re.compile(
    r"((?:\s|--[^\n]*\n|/\*(?s:.*?)\*/)*(?:merge|insert))(\s+)with\s+schema\s+evolution\b", re.IGNORECASE
)
"""A clause of Databricks that the parser does not know and that does not affect the computed columns."""

_LOADING = re.compile(r"(?<!\w)with\s+(?:no\s+)?data\s*$", re.IGNORECASE)
"""Whether a materialized view is filled at once, which stands after its query; the parser knows it for tables only."""

_MATERIALIZED = re.compile(
    r"(?:\s|--[^\n]*\n|/\*(?s:.*?)\*/)*+create\s+(?:or\s+replace\s+)?materialized\s+view\b", re.IGNORECASE
)

_POSTFIX = re.compile(r"\b(not|is)(?=null\s*::)", re.IGNORECASE)
"""The NOT or IS of `x NOTNULL::bool`, which the parser accepts only as `x IS NOT NULL::bool`."""

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
    """The head of an INSERT ... VALUES up to VALUES, in lower case, to group such statements; "" for any other."""
    match = _BULK.match(text)
    return match[0].lower() if match and not _QUERYING.search(text) else ""


def _told(found: list[SqlStatement]) -> tuple[SqlStatement, ...]:
    """The statements with at most `MAX_PROBLEMS` of their problems, in case the text is no SQL at all."""
    failed = [one for one in found if one.problem]
    if len(failed) <= MAX_PROBLEMS:
        return tuple(found)
    kept = {id(one) for one in failed[:MAX_PROBLEMS]}
    last = failed[-1]
    more = f"and {len(failed) - MAX_PROBLEMS} statements more that cannot be read"
    rest = [one for one in found if not one.problem or id(one) in kept]
    return (*rest, SqlStatement("other", line=last.line, end_line=last.end_line, problem=more))


def _model(text: str) -> tuple[str, str] | None:
    """The (name, kind) in a SQLMesh MODEL header, for the query after it; ("", "") for AUDIT, None for no header."""
    word = splitting.first_word(text)
    if word == "audit":
        return ("", "")
    if word != "model" or not _MODEL.search(text):
        return None
    name, kind = _MODEL_NAME.search(text), _MODEL_KIND.search(text)
    written = name[1].replace('"', "").replace("`", "").rstrip(";").lower() if name else ""
    return written, kind[1].lower() if kind else "view"


def _of_model(statement: SqlStatement, name: str, kind: str) -> SqlStatement:
    """The query of a SQLMesh model as a write of the model."""
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
    """Read one statement; a failure becomes its problem."""
    line = piece.line + whole.offset
    end = line + piece.text.count("\n")
    text = splitting.body_of(piece.text)
    evolving = _EVOLVING.match(text)
    text = _without(text, evolving) if evolving else text
    text = _LOADING.sub("", text) if _MATERIALIZED.match(text) else text
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
    """The statement without a clause after its first word, keeping line numbers."""
    return clause[1] + clause[2] + "\n" * clause[0].count("\n", len(clause[1] + clause[2])) + text[clause.end() :]


def _evolving(one: SqlStatement) -> SqlStatement:
    return msgspec.structs.replace(one, evolves="WITH SCHEMA EVOLUTION") if one.kind == "write" else one


def _said(error: Exception) -> str:
    """The first line of an error message, without parts that vary from run to run."""
    return _TOKEN.sub(r"'\1'", _MISSING.sub(r"\1 lacks a part", str(error).split("\n", 1)[0]))[:200]


def _refused(text: str) -> str | None:
    """Why a statement is not parsed; "" if nothing is lost by that, None if it is to be parsed."""
    if len(text) > splitting.MAX_STATEMENT or (len(text) > 20_000 and _BULK.match(text)):
        return "" if _BULK.match(text) else f"longer than {splitting.MAX_STATEMENT} characters"
    return "nested too deeply" if _depth(text) > MAX_DEPTH else None


def _idle(text: str) -> bool:
    """Whether a statement computes nothing, by its first word."""
    word = splitting.first_word(text)
    if word in ("create", "replace"):
        return _COMPUTING.search(text) is None
    return word in _HARMLESS and word not in ("cache", "explain", "begin", "if", "else", "execute", "exec")


def _harmless(text: str) -> bool:
    """Whether a statement that cannot be parsed matters to no dataset, so that its failure is no problem."""
    return splitting.first_word(text) in _HARMLESS and not _FILLING.match(text)


def _depth(text: str) -> int:
    """The deepest nesting of parentheses, approximately: those in strings count too; 0 if surely below the limit."""
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
    """The syntax tree of one statement."""
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
    """The statement of a write; a write to a temporary table only updates `temporary`."""
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
    """Bind a temporary table to its plan; inserted rows are added to its earlier ones."""
    before = temporary.get(write.target)
    if write.mode == "create" or before is None:
        temporary[write.target] = write.plan
    elif write.mode == "update":
        temporary[write.target] = SetOperation((before, write.plan), by_name=True)
    else:
        temporary[write.target] = _joined(before, write)


def _joined(before: PlanTree, write: Write) -> PlanTree:
    """A temporary table with rows inserted; one that was only declared has no rows before."""
    if isinstance(before, Local):
        names = tuple(column.name for column in before.columns)
        listed = isinstance(write.plan, Named) and write.plan.columns
        return write.plan if listed or not names else Named(write.plan, write.target, names)
    return SetOperation((before, write.plan), by_name=write.adds)


def _subqueries(plan: PlanTree) -> tuple[str, ...]:
    """The datasets read by subqueries in the expressions of the outermost operators."""
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
