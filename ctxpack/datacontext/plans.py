"""What SQL texts compute: their statements, and the plans of dbt nodes; read once, and kept by the text's digest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datamodel.dbt import DbtNode
from ctxpack.model import Problem
from ctxpack.store import Store

if TYPE_CHECKING:
    from ctxpack.datamodel.algebra import PlanTree
    from ctxpack.lineage.sql import Origin, SqlStatement


_encode = msgspec.msgpack.Encoder(order="deterministic").encode


class Plans:
    """Reads SQL when somebody asks for what it computes; `version` is that of the reader."""

    def __init__(self, store: Store, version: int) -> None:
        self._store, self._version = store, version
        self._lost: dict[str, list[Problem]] = defaultdict(list)

    def statements(self, text: str, dialect: str, origin: Origin | None = None) -> tuple[SqlStatement, ...]:
        """The statements of a SQL text, kept by its digest; `origin` is what the text was made from, if it was."""
        from ctxpack.lineage.sql import SqlStatement, statements

        asked = text.encode("utf-8", "surrogateescape") if origin is None else _encode((text, origin))
        digest = hashlib.blake2b(asked, digest_size=16).hexdigest()
        key = f"{self._version}:{dialect}:{digest}"
        found = self._store.get("sql plans", key, tuple[SqlStatement, ...])
        if found is None:
            found = statements(text, dialect, origin=origin)
            with suppress(RecursionError):
                self._store.put("sql plans", key, found)
        return found

    def of_node(self, node: DbtNode, dialect: str) -> PlanTree | None:
        """What a model's SQL computes: the last query in it; what of it cannot be read is then in `lost`."""
        if not node.sql.strip():
            return None
        from ctxpack.lineage.sql import Origin

        origin = Origin(dict(node.names), node.lines)
        told = self.statements(node.sql, dialect, origin)
        for one in told:
            if one.problem:
                problem = Problem(node.path, f"SQL that cannot be read: {one.problem}", origin.line(one.line))
                self._lost[node.name].append(problem)
        return next((one.plan for one in reversed(told) if one.plan is not None), None)

    def lost(self, node: str) -> tuple[Problem, ...]:
        """What could not be read of a dbt node, given by its name, as far as its plan was asked for."""
        return tuple(self._lost.get(node, ()))
