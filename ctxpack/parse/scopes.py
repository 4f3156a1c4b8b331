"""Local names: which identifiers of a file are parameters, variables and the like, and what is known of their types.

A scope is a byte range that binds names (a function, a comprehension, a block where the language has block scope). A
name is local where some scope around it binds it, anywhere inside, whatever the order. What a local holds is known
only if it was annotated, constructed or aliased; of several bindings the last before the use counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from ctxpack.parse.nesting import Nesting


class Scopes:
    """The scopes of one file, nested, with the names that each binds."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """`ranges` are the byte ranges of the scopes, in any order; they nest or are disjoint."""
        self._nesting = Nesting(sorted(set(ranges), key=lambda r: (r[0], -r[1])))
        self._bindings: list[dict[str, list[tuple[int, str]]]] = [{} for _ in self._nesting.ranges]
        self._free: list[set[str]] = [set() for _ in self._nesting.ranges]

    def bind(self, name: str, offset: int, value: str = "?", *, own: bool = False) -> None:
        """Bind `name` in the scope around `offset`; `value` is a qualifier for what it holds, "?" if unknown.

        `own` says that the name is that of the scope around `offset` itself (a nested function), which binds it in the
        scope outside. Outside all scopes nothing is bound: names there are the file's own definitions. Bind in
        document order.
        """
        scope = self._nesting.innermost(offset)
        if own and scope >= 0:
            scope = self._nesting.parents[scope]
        if scope >= 0 and name not in self._free[scope]:
            self._bindings[scope].setdefault(name, []).append((offset, value))

    def release(self, name: str, offset: int) -> None:
        """Declare, before any `bind`, that in the scope around `offset` this name is not local (Python's `global`)."""
        scope = self._nesting.innermost(offset)
        if scope >= 0:
            self._free[scope].add(name)

    def lookup(self, name: str, offset: int) -> str | None:
        """What the local `name` holds at `offset` ("?" if unknown), or None where the name is not local."""
        scope = self._nesting.innermost(offset)
        while scope >= 0:
            bindings = self._bindings[scope].get(name)
            if bindings:
                return _latest(bindings, offset)
            scope = self._nesting.parents[scope]
        return None


def _latest(bindings: list[tuple[int, str]], offset: int) -> str:
    found = bindings[0][1]
    for start, value in bindings:
        if start > offset:
            break
        found = value
    return found
