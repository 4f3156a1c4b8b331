"""Renders expressions as short SQL-like text, to show people how a column is computed."""

from __future__ import annotations

from ctxpack.datamodel.algebra import Call, Case, Cast, ColumnRef, Constant, ExpressionTree, Field, Scalar, Star

LIMIT = 200
"""The most characters of an expression's text; longer ones are cut."""

_DEPTH = 12
_INFIX = frozenset("+ - * / % || = <> < > <= >= <=> and or xor like ilike rlike & | ^ << >> div -> ->> @> <@".split())
_FORMS = {
    ("is-null", 1): "{} is null",
    ("is-not-null", 1): "{} is not null",
    ("is-true", 1): "{} is true",
    ("is-false", 1): "{} is false",
    ("not", 1): "not {}",
    ("between", 3): "{} between {} and {}",
    ("unary-", 1): "-{}",
}


def text_of(expression: ExpressionTree) -> str:
    """An expression as SQL-like text of at most `LIMIT` characters.

    >>> text_of(Call("coalesce", (ColumnRef("a", "t"), Constant("0"))))
    'coalesce(t.a, 0)'
    """
    text = " ".join(_text(expression, 0).split())
    return text if len(text) <= LIMIT else text[: LIMIT - 2] + " …"


def _text(e: ExpressionTree, depth: int) -> str:
    if depth > _DEPTH:
        return "…"
    match e:
        case ColumnRef():
            return f"{e.qualifier}.{e.name}" if e.qualifier else e.name
        case Constant():
            return _constant(e)
        case Case():
            return _case(e, depth + 1)
        case Call():
            return _call(e, depth + 1)
    return _other(e, depth)


def _other(e: Cast | Field | Star | Scalar, depth: int) -> str:
    match e:
        case Cast():
            return f"{'try_cast' if e.safe else 'cast'}({_text(e.arg, depth + 1)} as {e.type})"
        case Field():
            return f"{_text(e.arg, depth + 1)}{'[]' if e.name == '[]' else '.' + e.name}"
        case Star():
            return f"{e.qualifier}.*" if e.qualifier else "*"
        case Scalar():
            return "exists (…)" if e.test else "(select …)"


def _constant(e: Constant) -> str:
    if e.null:
        return "null"
    quoted = e.type in ("string", "varchar", "text", "char") or (
        not e.type and not e.value.replace(".", "", 1).isdigit()
    )
    return f"'{e.value[:40]}'" if quoted else e.value


def _case(e: Case, depth: int) -> str:
    parts = [f"when {_text(test, depth)} then {_text(value, depth)}" for test, value in e.branches[:6]]
    if len(e.branches) > 6:
        parts.append("…")
    if e.otherwise is not None:
        parts.append(f"else {_text(e.otherwise, depth)}")
    return f"case {' '.join(parts)} end"


def _call(e: Call, depth: int) -> str:
    if e.text:
        return e.text
    args = [_text(arg, depth) for arg in e.args[:12]]
    form = _FORMS.get((e.name, len(args)))
    if e.name in _INFIX and len(args) > 1:
        text = f" {e.name} ".join(_operand(e, arg, own) for arg, own in zip(e.args, args, strict=False))
    elif form is not None:
        text = form.format(*args)
    elif e.name == "in" and args:
        text = f"{args[0]} in ({', '.join(args[1:])})"
    else:
        text = f"{e.name}({', '.join(args)})"
    if e.kind == "window":
        text += f" over ({', '.join(_text(part, depth) for part in e.over[:8])})"
    return text


def _operand(e: Call, arg: ExpressionTree, text: str) -> str:
    """The text of an operand, in parentheses if it is another infix operator."""
    infix = isinstance(arg, Call) and arg.name in _INFIX and arg.name != e.name and not arg.text
    return f"({text})" if infix else text
