"""Precedence of commas in FROM: they bind less than JOIN, so `a, b right join c` is `a cross join (b right join c)`.

The parser gives one flat list of joins.
"""

from __future__ import annotations

from sqlglot import exp

from ctxpack.lineage.sql.context import Context

_COMMAS_ARE_JOINS = frozenset({"sqlite", "clickhouse", "hive"})
"""Dialects in which a comma has the same precedence as JOIN."""


def by_commas(joins: list[exp.Expr], ctx: Context) -> list[list[exp.Expr]]:
    """Groups of joins: [join] for one to apply as it is, [comma item, *its joins] where those must be applied first.

    The order matters for RIGHT and FULL joins and for joins by column names (NATURAL, USING).
    """
    found: list[list[exp.Expr]] = []
    of_item: list[exp.Expr] | None = None
    for join in joins:
        if _is_comma(join):
            of_item = None
            if isinstance(join.this, (exp.Table, exp.Subquery)) and ctx.dialect not in _COMMAS_ARE_JOINS:
                of_item = [join]
                found.append(of_item)
                continue
        elif of_item is not None:
            of_item.append(join)
            continue
        found.append([join])
    return [part for group in found for part in ([group] if _stand_alone(group[1:]) else [[one] for one in group])]


def _is_comma(join: exp.Expr) -> bool:
    return not any(join.args.get(key) for key in ("kind", "side", "method", "on", "using"))


def _stand_alone(joins: list[exp.Expr]) -> bool:
    """Whether these joins give another result when applied to all items before them."""
    sides = {str(join.args.get("side") or join.args.get("method") or "").upper() for join in joins}
    return not sides.isdisjoint({"RIGHT", "FULL", "NATURAL"}) or any(join.args.get("using") for join in joins)
