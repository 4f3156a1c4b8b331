"""The output columns of a file's queries, as far as its text alone tells.

Template expressions count as names, so a dbt model is read without its project: the target of a `ref` is an unknown
dataset, and a star over it leaves the output columns incomplete.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ctxpack.check import Frames
from ctxpack.datacontext.plans import Plans
from ctxpack.datacontext.state import VERSION
from ctxpack.datamodel.lineage import ColumnState, Frame, Relation
from ctxpack.store import Store
from ctxpack.workspace import Workspace

Known = Callable[[str], Relation | None]
"""Gives what is known of a dataset, by its name as written; None for nothing."""

_LARGEST = 400_000
_FARTHEST = 8
_MOST_READ = 60
"""How many upstream queries are read to expand the stars of one."""

_NAMED = re.compile(r"[^'\"`.{}()\s,]+")


class Given:
    """Computes the output columns of queries; parsed plans are cached by text."""

    def __init__(self, store: Store, dialect: str | None) -> None:
        """`dialect` is the one in the configuration; None to detect it from each text."""
        self._plans = Plans(store, VERSION)
        self._dialect = dialect or ""

    def frames(self, text: str, known: Known = lambda _name: None) -> dict[str, Frame] | None:
        """The output columns of a text's queries, by the table or view they create; "" for a query that only selects.

        None where a statement cannot be parsed, since that may be the one that matters.
        """
        if len(text) > _LARGEST:
            return None
        from ctxpack.lineage.evaluation.frames import frame

        found: dict[str, Frame] = {}
        for one in self._plans.statements(text, self._dialect):
            if one.problem:
                return None
            if one.plan is None or (one.kind == "write" and (one.mode != "create" or one.adds)):
                continue
            made = frame(one.plan, known, self._dialect)
            if made.problems and not made.columns:
                return None
            found[one.target.lower()] = made
        return found

    def computed(self, text: str, names: frozenset[str], column: str) -> frozenset[int] | None:
        """The lines of output columns that are computed from `column` of a dataset whose last name is in `names`."""

        def known(dataset: str) -> Relation | None:
            return Relation(dataset, (ColumnState(column),), complete=False) if last_name(dataset) in names else None

        frames = self.frames(text, known)
        if frames is None:
            return None
        wanted = column.lower()
        return frozenset(
            one.line
            for made in frames.values()
            for one in made.columns
            if any(it.column.lower() == wanted and last_name(it.dataset) in names for it in one.origins)
        )


def last_name(dataset: str) -> str:
    """The last part of a name as written, also in a template: `orders` for `{ref('x', 'orders')}`."""
    parts = _NAMED.findall(dataset)
    return parts[-1].lower() if parts else ""


class Upstream:
    """The output columns of queries in one state, with stars expanded from the queries that they read."""

    def __init__(self, workspace: Workspace, given: Given) -> None:
        self._workspace, self._given = workspace, given
        self._made: dict[str, Frames | None] = {}

    def frames(self, path: str, depth: int = 0) -> Frames | None:
        """As `Given.frames`, for the file `path`, using the output columns of the queries that it reads."""
        if path not in self._made:
            self._made[path] = None  # what a query finds if it reads itself, in a cycle
            self._made[path] = self._read(path, depth)
        return self._made[path]

    def _read(self, path: str, depth: int) -> Frames | None:
        text = self._workspace.text(path)
        alone = self._given.frames(text)
        if alone is None or all(one.complete for one in alone.values()) or depth >= _FARTHEST:
            return alone
        links = self._workspace.links_of([path]).get(path, ())
        targets = {link.name.lower(): link for link in links if link.kind in ("refs", "reads")}

        def known(dataset: str) -> Relation | None:
            link = targets.get(last_name(dataset))
            if link is None or link.target == path or len(self._made) > _MOST_READ:
                return None
            if self._workspace.files[link.target].language != "sql":
                return None
            frames = self.frames(link.target, depth + 1) or {}
            found = frames.get("") if link.symbol < 0 else frames.get(self._made_by(link.target, link.symbol))
            return Relation(dataset, _states(found), found.complete) if found is not None else None

        return self._given.frames(text, known)

    def _made_by(self, path: str, symbol: int) -> str:
        return self._workspace.facts(path).definitions[symbol].qualname.lower()


def _states(found: Frame) -> tuple[ColumnState, ...]:
    return tuple(ColumnState(one.name, one.type) for one in found.columns)
