"""Commas in FROM, which bind less than joins: `a, b right join c` joins b and c before it pairs their rows with a's.

The parser lists all of them one after the other.
"""

from __future__ import annotations

from sqlglot import exp

from ctxpack.lineage.sql.context import Context

_COMMAS_ARE_JOINS = frozenset({"sqlite", "clickhouse", "hive"})
"""Dialects in which a comma binds as a join does."""


def by_commas(joins: list[exp.Expr], ctx: Context) -> list[list[exp.Expr]]:
    """Joins one by one; an item behind a comma together with its own joins, where it matters that they come first.

    It does for joins that keep rows of their right side, and for those by names, which look at both sides alone.
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
    """Whether some joins give something else by themselves than behind all that stands before them."""
    sides = {str(join.args.get("side") or join.args.get("method") or "").upper() for join in joins}
    return not sides.isdisjoint({"RIGHT", "FULL", "NATURAL"}) or any(join.args.get("using") for join in joins)
