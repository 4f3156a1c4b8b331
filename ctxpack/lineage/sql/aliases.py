"""Substitutes aliases of a SELECT that are used within the same SELECT, as ClickHouse does.

There a bare name refers to an alias of the same SELECT, earlier or later, before it refers to an input column; WHERE
too. Inside the expression of an alias itself, its name means the input column. Of aliases that refer to each other in a
cycle nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from sqlglot import exp

from ctxpack.datamodel.algebra import Call, ColumnRef, ExpressionTree, Output
from ctxpack.lineage.algebra.plans import size_of, with_columns
from ctxpack.lineage.sql.context import Context
from ctxpack.lineage.sql.windows import has_aggregate

_LARGEST = 400
"""The most nodes of a substituted expression; along a chain of aliases its size may double with each."""

_UNSURE = "alias or column"
"""The name of an unknown function, put around a name that may be an alias or a column."""

_Outputs = tuple[Output, ...]


def with_aliases(
    select: exp.Select, outputs: _Outputs, condition: ExpressionTree | None, ctx: Context
) -> tuple[_Outputs, ExpressionTree | None]:
    """The outputs of a SELECT and its WHERE condition, with aliases substituted."""
    given = {one.name: one.expression for one in outputs}
    items = [item for item in select.expressions if isinstance(item, exp.Alias)]
    names = _Names({name: given[name] for name in (ctx.name(item.args["alias"]) for item in items) if name in given})
    meant = tuple(
        replace(
            one,
            expression=names[one.name] if one.expression is names.named.get(one.name) else names.meant(one.expression),
        )
        for one in outputs
    )
    if condition is not None:
        # WHERE cannot filter by an aggregate or window function, so there such an alias means the input column.
        made = {ctx.name(item.args["alias"]) for item in items if has_aggregate(item) or item.find(exp.Window)}
        condition = names.meant(condition, without=frozenset(made))
    return meant, condition


class _Names:
    """The aliases of a SELECT; indexing gives the expression of an alias with aliases in it substituted."""

    def __init__(self, named: Mapping[str, ExpressionTree]) -> None:
        self.named = named
        self._known: dict[str, ExpressionTree] = {}
        self._inside: list[str] = []

    def __getitem__(self, name: str) -> ExpressionTree:
        if name not in self._known:
            self._inside.append(name)
            self._known[name] = self.meant(self.named[name])
            self._inside.pop()
        return self._known[name]

    def meant(self, e: ExpressionTree, without: frozenset[str] = frozenset()) -> ExpressionTree:
        """An expression with aliases substituted, except those in `without`."""
        return with_columns(e, lambda ref: ref if ref.name in without else self._column(ref))

    def _column(self, ref: ColumnRef) -> ExpressionTree:
        if ref.qualifier or ref.name not in self.named or ref.name in self._inside[-1:]:
            return ref
        if ref.name in self._inside:
            return Call(_UNSURE, (ref,), line=ref.line, text=ref.name)
        found = self[ref.name]
        return found if size_of(found) <= _LARGEST else ref
