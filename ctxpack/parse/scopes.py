"""Local names: which identifiers of a file are parameters, variables and the like, and what is known of their types.

A scope is a byte range that binds names (a function, a comprehension, a block where the language has block scope). A
name is local where some scope around it binds it: anywhere inside, whatever the order, or, in languages where a
declaration counts from where it stands, after its binding. What a local holds is known only if it was annotated,
constructed or aliased; of several bindings the last before the use counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from ctxpack.parse.nesting import Nesting


class Scopes:
    """The scopes of one file, nested, with the names that each binds."""

    def __init__(
        self, ranges: Iterable[tuple[int, int]], blocks: Iterable[tuple[int, int]] = (), *, ordered: bool = False
    ) -> None:
        """`ranges` and `blocks` are the byte ranges of the scopes, in any order; they nest or are disjoint.

        What is hoisted (JavaScript's `var`) is bound outside the `blocks` around it. `ordered` says that a binding is
        unknown before the place where it stands.
        """
        functions = frozenset(ranges)
        self._blocks = frozenset(blocks) - functions
        self._ordered = ordered
        self._nesting = Nesting(sorted(functions | self._blocks, key=lambda r: (r[0], -r[1])))
        self._bindings: list[dict[str, list[tuple[int, str]]]] = [{} for _ in self._nesting.ranges]
        self._free: list[set[str]] = [set() for _ in self._nesting.ranges]

    def bind(
        self,
        name: str,
        offset: int,
        value: str = "?",
        *,
        own: bool = False,
        since: int = -1,
        hoisted: bool = False,
        whole: bool = False,
    ) -> None:
        """Bind `name` in the scope around `offset`; `value` is a qualifier for what it holds, "?" if unknown.

        `own` says that the name is that of the scope around `offset` itself (a nested function), which binds it in the
        scope outside, as a whole. Outside all scopes nothing is bound: names there are the file's own definitions.
        `since` is the offset from which the binding holds, where that is not `offset`; `hoisted` passes blocks over;
        `whole` says that it holds in the whole scope, wherever it stands. Bind in document order.
        """
        scope = self._nesting.innermost(offset)
        if own and scope >= 0:
            scope = self._nesting.parents[scope]
        while hoisted and scope >= 0 and self._nesting.ranges[scope] in self._blocks:
            scope = self._nesting.parents[scope]
        if scope >= 0 and name not in self._free[scope]:
            place = self._nesting.ranges[scope][0] if own or whole else max(offset, since)
            self._bindings[scope].setdefault(name, []).append((place, value))

    def release(self, name: str, offset: int) -> None:
        """Declare, before any `bind`, that in the scope around `offset` this name is not local (Python's `global`)."""
        scope = self._nesting.innermost(offset)
        if scope >= 0:
            self._free[scope].add(name)

    def lookup(self, name: str, offset: int) -> str | None:
        """What the local `name` holds at `offset` ("?" if unknown), or None where the name is not local."""
        parents, held = self._nesting.parents, self._bindings
        scope = self._nesting.innermost(offset)
        while scope >= 0:
            bindings = held[scope].get(name)
            if bindings and (not self._ordered or bindings[0][0] <= offset):
                return _latest(bindings, offset)
            scope = parents[scope]
        return None


def _latest(bindings: list[tuple[int, str]], offset: int) -> str:
    found = bindings[0][1]
    for start, value in bindings:
        if start > offset:
            break
        found = value
    return found
