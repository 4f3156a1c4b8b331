"""The output columns of generator functions (`explode`, `posexplode`, `stack`), by the number of aliases given.

SQL and DataFrame code name them alike: `LATERAL VIEW explode(m) t AS k, v` and `explode("m").alias("k", "v")`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.datamodel.algebra import Call, Constant, ExpressionTree, Output

POSITIONED = frozenset({"posexplode", "posexplode_outer"})
TUPLE = "json_tuple"
"""Gives one column for each field that it is asked for."""

_OUTER = "_outer"
_PAIR = 2


def made_of(call: Call, names: Sequence[str], line: int) -> tuple[Output, ...]:
    """The output columns of a generator call; `names` are its aliases, () for none."""
    if call.name == "stack":
        return _stacked(call, names, line)
    if call.name == TUPLE:
        listed = names or tuple(f"c{place}" for place in range(len(call.args) - 1))
        return tuple(Output(name, call, line) for name in listed)
    if call.name in POSITIONED:
        first, *rest = names or ("pos", "col")
        place = Call("unknown" if call.name.endswith(_OUTER) else "explode-position", call.args, "scalar", line)
        return (Output(first, place, line), *_elements(call, rest, line))
    return _elements(call, names or ("col",), line)


def _elements(call: Call, names: Sequence[str], line: int) -> tuple[Output, ...]:
    """The element column of an array, or with two names the key and value columns of a map."""
    if len(names) == _PAIR and call.name.removesuffix(_OUTER) in ("explode", "posexplode"):
        return entries(call, names, line)
    return tuple(Output(name, call, line) for name in names)


def entries(call: Call, names: Sequence[str], line: int) -> tuple[Output, ...]:
    """The key and value columns of an exploded map, each entry being a row."""
    outer = _OUTER if call.name.endswith(_OUTER) else ""
    return tuple(
        Output(name, Call(f"explode-{part}{outer}", call.args, "generator", call.line), line)
        for name, part in zip(names, ("key", "value"), strict=True)
    )


def _stacked(call: Call, names: Sequence[str], line: int) -> tuple[Output, ...]:
    """`stack(n, ...)`: the values in n rows; with w columns, column i takes the values i, i + w, i + 2w and so on."""
    count, *values = call.args
    rows = int(count.value) if isinstance(count, Constant) and count.value.isdigit() else 0
    width = -(-len(values) // rows) if rows else len(names)
    listed = names or tuple(f"col{place}" for place in range(width))
    return tuple(Output(name, _column(call, values[place::width]), line) for place, name in enumerate(listed[:width]))


def _column(call: Call, values: Sequence[ExpressionTree]) -> ExpressionTree:
    return Call("stack", tuple(values), "scalar", call.line)


__all__ = ["POSITIONED", "TUPLE", "entries", "made_of"]
