"""Python's operators over interpreted values, string building, and merging of alternative values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.spark.operations import columns
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.objects import Bound, External, Function, Instance, Method
from ctxpack.lineage.spark.values.tables import Col, Frame
from ctxpack.lineage.spark.values.texts import PathText, Text, hole, is_known
from ctxpack.lineage.spark.values.uncertain import GIVEN, MOST_ALTERNATIVES, Either, Unknown, either, options, truth

_LONGEST = 200_000
_WIDE = re.compile(r"%[^a-zA-Z%]*(?:\d{4}|\*)")
_MOST_ITEMS = 2_000


# --- alternatives -----------------------------------------------------------------------------------------------------


def each(value: object, change: Callable[[object], object]) -> object:
    """The result of `change` on a value, or on each of its alternatives."""
    return merged(change(one) for one in value.options) if isinstance(value, Either) else change(value)


def frames_in(value: object) -> list[Frame]:
    """The frames among the alternatives of a value, or of its items if it is a list."""
    if isinstance(value, (list, tuple)):
        return [one for item in value[:_MOST_ITEMS] for one in options(item) if isinstance(one, Frame)]
    return [one for one in options(value) if isinstance(one, Frame)]


def frame_of(value: object) -> object:
    """The first frame among the alternatives of a value; the value itself if there is none."""
    if isinstance(value, Either):
        return next((one for one in value.options if isinstance(one, Frame)), value)
    return value


def merged(values: Iterable[object]) -> object:
    """The alternatives of several values as one; a frame replaces earlier states of itself, and None."""
    found = [one for value in values for one in options(value)]
    frames = [one for one in found if isinstance(one, Frame)]
    kept = [
        one
        for one in found
        if not (isinstance(one, Frame) and any(other is not one and other.grew_from(one) for other in frames))
        and not (one is None and frames)
    ]
    return either(kept)


# --- strings ----------------------------------------------------------------------------------------------------------


def hint_of(value: object) -> str:
    """The name of an unknown value; "" without one."""
    if isinstance(value, Unknown):
        return value.hint
    if isinstance(value, External):
        return value.name.removesuffix("()").rpartition(".")[2]
    return value.name if isinstance(value, Method) else ""


def spelling(source: syntax.Expression | None) -> str:
    """The name by which a source expression refers to a value."""
    while isinstance(source, syntax.Chain):
        for step in reversed(source.steps):
            if isinstance(step, syntax.Member):
                return step.name
            if isinstance(step, syntax.Index) and isinstance(step.key, syntax.Text):
                return step.key.value
        source = source.base
    return source.id if isinstance(source, syntax.Name) else ""


def said(machine: Machine, value: object, source: syntax.Expression | None = None) -> Text:
    """A value converted to a string; an unknown one becomes a named hole."""
    if isinstance(value, Text):
        return value
    if isinstance(value, (str, bool, int, float)) or value is None:
        return Text(str(value), machine.stack.here.serial)
    return Text(hole(hint_of(value) or spelling(source)), machine.stack.here.serial)


def concatenated(
    machine: Machine, values: Sequence[object], between: str = "", sources: Sequence[syntax.Expression] = ()
) -> object:
    """The concatenation of values as strings; all combinations if some have alternatives."""
    spelled = [
        [said(machine, one, sources[at] if sources else None) for one in options(value)]
        for at, value in enumerate(values)
    ]
    found = []
    for parts in islice(product(*spelled), MOST_ALTERNATIVES + 1):
        length = sum(map(len, parts)) + len(between) * len(parts)
        machine.budget.step(1 + length // 200)
        found.append(machine.text(between.join(parts), *parts) if length < _LONGEST else Unknown("a long text"))
    return either(found)


def formatted(machine: Machine, template: Text, values: Sequence[object]) -> object:
    """`template % values`."""
    pieces = template.replace("%%", "\ue002").split("%s")
    if len(pieces) != len(values) + 1 and "%" in template:
        return _formatted_freely(machine, template, values)
    parts: list[object] = [Text(pieces[0].replace("\ue002", "%"), template.owner)]
    for piece, value in zip(pieces[1:], values, strict=False):
        parts += [value, Text(piece.replace("\ue002", "%"), template.owner)]
    return concatenated(machine, parts)


def _formatted_freely(machine: Machine, template: Text, values: Sequence[object]) -> object:
    if _WIDE.search(template):
        return Unknown("format")
    known = tuple(one if isinstance(one, (int, float)) else said(machine, one) for one in values)
    try:
        return machine.text(template % known, template, *known)
    except (TypeError, ValueError, KeyError, OverflowError, MemoryError):
        return Unknown(hint_of(values[0]) if values else "")


# --- operators --------------------------------------------------------------------------------------------------------


def hashable(value: object) -> object:
    """A value as a dictionary key; an unhashable or unknown one becomes an Unknown with its name."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, float)) or value is None:
        return value
    if isinstance(value, tuple) and all(isinstance(one, (str, int, float, type(None))) for one in value):
        return value
    return Unknown(hint_of(value))


def binary(machine: Machine, name: str, left: object, right: object) -> object:
    """The result of a binary operator."""
    if isinstance(left, Either) and not isinstance(right, Either):
        return each(left, lambda one: binary(machine, name, one, right))
    if isinstance(right, Either) and not isinstance(left, Either):
        return each(right, lambda one: binary(machine, name, left, one))
    if isinstance(left, (Col, Frame)) or isinstance(right, (Col, Frame)):
        return columns.operation(machine, name, left, right)
    if name in ("in", "not in") and isinstance(right, Instance):
        return _held(machine, name, left, right)
    if name in _COMPARISONS:
        return _compare(name, left, right)
    rule = _ARITHMETIC.get(name)
    return rule(machine, left, right) if rule is not None else _numbers(name, left, right)


def _held(machine: Machine, name: str, value: object, holder: Instance) -> object:
    """`in` on an object of the repository, by its `__contains__`."""
    found = holder.type.find("__contains__")
    if found is None or not isinstance(found[1], Function):
        return Unknown()
    held = truth(machine.call(Bound(found[1], holder), value))
    return Unknown() if held is None else held is (name == "in")


def _compare(name: str, left: object, right: object) -> object:
    known = _plain(left) and _plain(right)
    if name in ("is", "is not", "==", "!=") and None in (left, right) and not isinstance(left, Either):
        other = right if left is None else left
        given = isinstance(other, Unknown) and other.parent is GIVEN
        if other is None or given or not isinstance(other, (Unknown, External, Method)):
            same = other is None
            return same if name in ("is", "==") else not same
    if name in ("in", "not in") and _plain(left) and isinstance(right, (list, tuple, dict)):
        if any(_plain(one) and one == left for one in right):
            return name == "in"
        return name != "in" if all(_plain(one) for one in right) else Unknown()
    if not known:
        return Unknown()
    try:
        return bool(_COMPARISONS[name](left, right))
    except TypeError:
        return Unknown()


def _plain(value: object) -> bool:
    """Whether a value is a constant, the same in every run."""
    if isinstance(value, Text):
        return is_known(value) and not value.soft
    return value is None or isinstance(value, (str, bool, int, float))


def _contains(left: object, right: object) -> bool:
    return left in right  # type: ignore[operator]


_COMPARISONS: dict[str, Callable[[object, object], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "is": operator.eq,
    "is not": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
    "in": _contains,
    "not in": lambda left, right: not _contains(left, right),
}


def _add(machine: Machine, left: object, right: object) -> object:
    if isinstance(left, str) or isinstance(right, str):
        return concatenated(machine, [left, right])
    if isinstance(left, list) and isinstance(right, (list, tuple)):
        return [*left, *right][:_MOST_ITEMS]
    if isinstance(left, tuple) and isinstance(right, tuple):
        return (left + right)[:_MOST_ITEMS]
    return _numbers("+", left, right)


def _divide(machine: Machine, left: object, right: object) -> object:
    if isinstance(left, PathText):
        return joined_path(machine, [left, right])
    if isinstance(right, PathText) or (isinstance(left, Unknown) and isinstance(right, str) and right):
        return joined_path(machine, [left, right])
    return _numbers("/", left, right)


def joined_path(machine: Machine, parts: Sequence[object]) -> object:
    """Parts of a path joined by slashes; an absolute part discards those before it."""

    def join(texts: Sequence[Text]) -> PathText:
        whole = ""
        for text in texts:
            if text.startswith("/") or not whole:
                whole = str(text)
            elif text not in ("", "."):
                whole = f"{whole.rstrip('/')}/{text}"
        made = machine.text(whole, *texts)
        return PathText(made, made.owner, soft=made.soft, folded=True, path=made.path, line=made.line, given=made.given)

    spelled = [[said(machine, one) for one in options(part)] for part in parts]
    return either(join(texts) for texts in islice(product(*spelled), MOST_ALTERNATIVES + 1))


def _remainder(machine: Machine, left: object, right: object) -> object:
    if isinstance(left, Text):
        if isinstance(right, dict):
            return _formatted_freely(machine, left, ()) if not right else _by_key(machine, left, right)
        return formatted(machine, left, right if isinstance(right, tuple) else (right,))
    return _numbers("%", left, right)


def _by_key(machine: Machine, template: Text, values: dict[object, object]) -> object:
    if re.search(r"\)[^a-zA-Z%]*\d{4}", template):
        return Unknown("format")
    known = {str(key): said(machine, value) for key, value in values.items()}
    try:
        return machine.text(template % known, template, *known.values())
    except (TypeError, ValueError, KeyError):
        return Unknown()


def _multiply(machine: Machine, left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, (str, list, tuple)):
        left, right = right, left
    if isinstance(left, (str, list, tuple)) and isinstance(right, int):
        if len(left) * max(0, right) > _MOST_ITEMS:
            return Unknown()
        made = left * right
        return machine.text(made, left) if isinstance(made, str) else made
    return _numbers("*", left, right)


def _union(machine: Machine, left: object, right: object) -> object:
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *(one for one in right if one not in left)]
    return _numbers("|", left, right)


_ARITHMETIC: dict[str, Callable[[Machine, object, object], object]] = {
    "+": _add,
    "/": _divide,
    "%": _remainder,
    "*": _multiply,
    "|": _union,
}
_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def _numbers(name: str, left: object, right: object) -> object:
    rule = _NUMBERS.get(name)
    if rule is None or not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return Unknown(hint_of(left) or hint_of(right))
    try:
        made = rule(left, right)
    except (ArithmeticError, ValueError):
        return Unknown()
    return made if isinstance(made, float) or abs(made) < 10**30 else Unknown()


def unary(machine: Machine, name: str, value: object) -> object:
    """The result of a unary operator."""
    if isinstance(value, Col):
        return columns.unary(name, value)
    if name == "not":
        known = truth(value)
        return Unknown() if known is None else not known
    if isinstance(value, (int, float)) and name in "+-":
        return -value if name == "-" else value
    return Unknown()
