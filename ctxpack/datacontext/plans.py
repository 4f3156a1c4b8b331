"""What SQL texts compute: their statements, and the plans of dbt nodes; read once, and kept by the text's digest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from ctxpack.datamodel.dbt import DbtNode
from ctxpack.lineage.plans import placed
from ctxpack.model import Problem
from ctxpack.store import Store

if TYPE_CHECKING:
    from ctxpack.datamodel.algebra import PlanTree
    from ctxpack.lineage.sql import SqlStatement


class Plans:
    """Reads SQL when somebody asks for what it computes; `version` is that of the reader."""

    def __init__(self, store: Store, version: int) -> None:
        self._store, self._version = store, version
        self._lost: dict[str, list[Problem]] = defaultdict(list)

    def statements(self, text: str, dialect: str) -> tuple[SqlStatement, ...]:
        """The statements of a SQL text, kept by its digest."""
        from ctxpack.lineage.sql import SqlStatement, statements

        digest = hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        key = f"{self._version}:{dialect}:{digest}"
        found = self._store.get("sql plans", key, tuple[SqlStatement, ...])
        if found is None:
            found = statements(text, dialect)
            with suppress(RecursionError):
                self._store.put("sql plans", key, found)
        return found

    def of_node(self, node: DbtNode, dialect: str) -> PlanTree | None:
        """What a model's SQL computes: the last query in it; what of it cannot be read is then in `lost`."""
        if not node.sql.strip():
            return None
        told = self.statements(node.sql, dialect)
        queries = [one for one in told if one.plan is not None]
        for one in told:
            if one.problem:
                line = node.lines[one.line - 1] if 0 < one.line <= len(node.lines) else 0
                self._lost[node.name].append(Problem(node.path, f"SQL that cannot be read: {one.problem}", line))
        if not queries or queries[-1].plan is None:
            return None
        try:
            return placed(queries[-1].plan, dict(node.names), node.lines)
        except RecursionError:
            self._lost[node.name].append(Problem(node.path, "SQL that is nested too deeply to be followed"))
            return None

    def lost(self, node: str) -> tuple[Problem, ...]:
        """What could not be read of a dbt node, given by its name, as far as its plan was asked for."""
        return tuple(self._lost.get(node, ()))
