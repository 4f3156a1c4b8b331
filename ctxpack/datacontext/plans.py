"""Query plans of SQL texts and dbt nodes, parsed once and cached by the digest of the text."""

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
    """Parses SQL on demand; `version` is that of the reader and part of the cache keys."""

    def __init__(self, store: Store, version: int) -> None:
        self._store, self._version = store, version
        self._lost: dict[str, list[Problem]] = defaultdict(list)

    def statements(self, text: str, dialect: str, origin: Origin | None = None) -> tuple[SqlStatement, ...]:
        """The statements of a SQL text; `origin` maps a rendered text back to its template (None without template)."""
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
        """The plan of the last query in a node's SQL, None without one; what cannot be parsed is then in `lost`."""
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
        """The problems in the SQL of a dbt node, given by name; known only once its plan was asked for."""
        return tuple(self._lost.get(node, ()))
