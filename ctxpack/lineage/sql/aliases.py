"""Names of the columns that a SELECT gives out, used in the SELECT itself.

ClickHouse takes a bare name for what another column of the same SELECT is called, before or after it, and only then for
a column of what is read; so it does in WHERE. In the column that has the name itself, it means what is read. Of two
columns that are called after each other nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from sqlglot import exp

from ctxpack.datamodel.algebra import Call, ColumnRef, ExpressionTree, Output
from ctxpack.lineage.plans import size_of, with_columns
from ctxpack.lineage.sql.context import Context
from ctxpack.lineage.sql.windows import has_aggregate

_LARGEST = 400
"""Parts of an expression that is put in the place of a name; in a chain of names it may double with each."""

_UNSURE = "alias or column"
"""A function of which nothing is known, around a name that may mean either."""

_Outputs = tuple[Output, ...]


def with_aliases(
    select: exp.Select, outputs: _Outputs, condition: ExpressionTree | None, ctx: Context
) -> tuple[_Outputs, ExpressionTree | None]:
    """The columns of a SELECT and the condition of its WHERE, with what the names in them mean."""
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
        # What is made of several rows cannot be filtered by, so a name of that is one of what is read.
        made = {ctx.name(item.args["alias"]) for item in items if has_aggregate(item) or item.find(exp.Window)}
        condition = names.meant(condition, without=frozenset(made))
    return meant, condition


class _Names:
    """What the names of a SELECT's columns mean: their expressions, with what the names in these mean."""

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
        """An expression with what the names in it mean, but for those `without`."""
        return with_columns(e, lambda ref: ref if ref.name in without else self._column(ref))

    def _column(self, ref: ColumnRef) -> ExpressionTree:
        if ref.qualifier or ref.name not in self.named or ref.name in self._inside[-1:]:
            return ref
        if ref.name in self._inside:
            return Call(_UNSURE, (ref,), line=ref.line, text=ref.name)
        found = self[ref.name]
        return found if size_of(found) <= _LARGEST else ref
