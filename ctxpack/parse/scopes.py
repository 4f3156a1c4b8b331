"""Local names: which identifiers of a file are parameters, variables and the like, and what is known of their types.

A scope is a byte range that binds names (a function, a comprehension, a block where the language has block scope). A
name is local where some scope around it binds it: anywhere inside, whatever the order, or, in languages where a
declaration counts from where it stands, after its binding. What a local holds is known only if it was annotated,
constructed or aliased; of several bindings the last before the use counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from ctxpack.parse.nesting import Nesting


class _Bindings:
    """What one name holds in one scope, from which place on; the places never descend."""

    __slots__ = ("places", "values")

    def __init__(self, place: int, value: str) -> None:
        self.places, self.values = [place], [value]

    def add(self, place: int, value: str) -> None:
        # A binding made while the one before is still being evaluated holds no sooner than that one.
        self.places.append(max(place, self.places[-1]))
        self.values.append(value)

    def at(self, offset: int) -> tuple[int, str]:
        index = bisect_right(self.places, offset) - 1
        return (self.places[index], self.values[index]) if index >= 0 else (-1, self.values[0])


_MOST_TESTS = 400
"""Tests of one name that are remembered, since each use of the name asks all of them."""


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
        # By name first: most names that are looked up are bound nowhere.
        self._bound: dict[str, dict[int, _Bindings]] = {}
        self._free: set[tuple[int, str]] = set()
        self._narrowed: dict[str, list[tuple[int, int, str]]] = {}
        self.narrows_members = False

    def home(self, name: str, offset: int, *, own: bool = False, hoisted: bool = False) -> int:
        """The scope in which a binding of `name` at `offset` binds it, -1 for none.

        `own` says that the name is that of the scope around `offset` itself (a nested function), which binds it in the
        scope outside; `hoisted` passes blocks over. Outside all scopes nothing is bound: names there are the file's
        own definitions.
        """
        parents, ranges = self._nesting.parents, self._nesting.ranges
        scope = self._nesting.innermost(offset)
        if own and scope >= 0:
            scope = parents[scope]
        while hoisted and scope >= 0 and ranges[scope] in self._blocks:
            scope = parents[scope]
        return -1 if (scope, name) in self._free else scope

    def bind(self, name: str, scope: int, value: str, since: int = -1) -> None:
        """Bind `name` in a scope that `home` gave, from `since` on, or in the whole scope without it.

        `value` is a qualifier for what it holds, "?" if unknown. Bind in document order.
        """
        place = since if since >= 0 else self._nesting.ranges[scope][0]
        held = self._bound.setdefault(name, {})
        bindings = held.get(scope)
        if bindings is None:
            held[scope] = _Bindings(place, value)
        else:
            bindings.add(place, value)

    def release(self, name: str, offset: int) -> None:
        """Declare, before any `bind`, that in the scope around `offset` this name is not local (Python's `global`)."""
        scope = self._nesting.innermost(offset)
        if scope >= 0:
            self._free.add((scope, name))

    def lookup(self, name: str, offset: int) -> str | None:
        """What the local `name` holds at `offset` ("?" if unknown), or None where the name is not local."""
        held = self._bound.get(name)
        if held is None:
            return None
        bindings = self._visible(held, self._nesting.innermost(offset), offset)
        if bindings is None:
            return None
        since, value = bindings.at(offset)
        return value if name not in self._narrowed else self.narrowed(name, offset, since) or value

    def narrow(self, name: str, start: int, end: int, value: str) -> None:
        """Say that between two offsets `name`, which may be dotted, holds `value`, unless it is bound in between."""
        said = self._narrowed.setdefault(name, [])
        if len(said) < _MOST_TESTS:
            said.append((start, end, value))
        self.narrows_members = self.narrows_members or "." in name

    def narrowed(self, name: str, offset: int, since: int = -1) -> str:
        """What a test said last of a name that was bound at `since`; "" if nothing."""
        best, value = since, ""
        for start, end, said in self._narrowed.get(name, ()):
            if start <= offset < end and start >= best:
                best, value = start, said
        return value

    def around(self, offsets: Iterable[int]) -> list[int]:
        """The innermost scope around each of the ascending `offsets`, for `binds`."""
        return self._nesting.innermost_each(offsets)

    def binds(self, name: str, scope: int, offset: int) -> bool:
        """Whether `name` is local at `offset`, around which `scope` is the innermost."""
        held = self._bound.get(name)
        return held is not None and self._visible(held, scope, offset) is not None

    def _visible(self, held: dict[int, _Bindings], scope: int, offset: int) -> _Bindings | None:
        parents, ordered = self._nesting.parents, self._ordered
        while scope >= 0:
            bindings = held.get(scope)
            if bindings is not None and (not ordered or bindings.places[0] <= offset):
                return bindings
            scope = parents[scope]
        return None
