"""Local names: which identifiers of a file are parameters, variables and the like, and what is known of their types.

A scope is a byte range that binds names (a function, a comprehension, a block where the language has block scope). A
name is local where some scope around it binds it: anywhere inside, whatever the order, or, in languages where a
declaration counts from where it stands, after its binding. What a local holds is known only if it was annotated,
constructed or aliased; of several bindings the last before the use counts.

Most names are never looked up, and of most values nobody asks. So a name may be bound when it is first looked up, and a
value read when it is first wanted. It is read as of its own binding: what was bound later is then not there. That makes
values independent of the order in which they are asked for.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Protocol
from weakref import proxy

from ctxpack.parse.nesting import Nesting

_ALL = sys.maxsize
_MOST_TESTS = 400
"""Tests of one name that are remembered, since each use of the name asks all of them."""

_MOST_NESTED = 3
"""Values that are read for the sake of each other inside one another, before the innermost is read by itself."""


class Deferred(Protocol):
    """Whoever has names that are to be bound when they are first looked up."""

    def bind_name(self, name: str) -> None:
        """Bind a name wherever it is bound; asked for each name once."""

    def narrow_name(self, name: str) -> None:
        """Say what tests tell of a name, wherever they do; asked for each name once."""

    def value(self, number: int) -> str:
        """The value of the binding of that number."""


class _Bindings:
    """What one name holds in one scope, from which place on; numbers and places never descend.

    A value that was not read yet is the number that its owner knows it by.
    """

    __slots__ = ("numbers", "places", "values")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.places: list[int] = []
        self.values: list[str | int] = []

    def add(self, number: int, place: int, value: str | int) -> None:
        # A binding made while the one before is still being evaluated holds no sooner than that one.
        self.places.append(max(place, self.places[-1]) if self.places else place)
        self.numbers.append(number)
        self.values.append(value)

    def index(self, offset: int, before: int) -> int:
        """The last one at an offset of those with a number below `before`; -1 where all of these begin later."""
        count = bisect_right(self.places, offset)
        return (count if before == _ALL else min(count, bisect_left(self.numbers, before))) - 1


class _TooDeepError(Exception):
    """A value that is wanted for others, and has to be read before them."""

    def __init__(self, bindings: _Bindings, index: int) -> None:
        super().__init__()
        self.wanted = bindings, index


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
        self._deferred: Deferred | None = None
        self._unbound: set[str] = set()
        self._untested: set[str] = set()
        self._before, self._nested = _ALL, 0
        self.narrows_members = False

    def defer(self, deferred: Deferred, names: Iterable[str], tested: Iterable[str]) -> None:
        """Leave it to `deferred` to bind these names, and to narrow those that are tested, when they are looked up.

        It is to be kept by the caller: it knows these scopes, and a cycle would keep the whole tree in memory.
        """
        self._deferred, self._unbound, self._untested = proxy(deferred), set(names), set(tested)
        self.narrows_members = any("." in name for name in self._untested)

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

    def bind(self, name: str, scope: int, value: str | int, since: int = -1, number: int = -1) -> None:
        """Bind `name` in a scope that `home` gave, from `since` on, or in the whole scope without it.

        `value` is a qualifier for what it holds, "?" if unknown, or a number to ask `Deferred.value` for. Bind in
        document order, in which `number` counts.
        """
        place = since if since >= 0 else self._nesting.ranges[scope][0]
        held = self._bound.setdefault(name, {})
        bindings = held.get(scope)
        if bindings is None:
            bindings = held[scope] = _Bindings()
        bindings.add(number, place, value)

    def release(self, name: str, offset: int) -> None:
        """Declare, before any `bind`, that in the scope around `offset` this name is not local (Python's `global`)."""
        scope = self._nesting.innermost(offset)
        if scope >= 0:
            self._free.add((scope, name))

    def lookup(self, name: str, offset: int) -> str | None:
        """What the local `name` holds at `offset` ("?" if unknown), or None where the name is not local."""
        held = self._held(name)
        if held is None:
            return None
        bindings = self._visible(held, self._nesting.innermost(offset), offset)
        if bindings is None:
            return None
        index = bindings.index(offset, self._before)
        found = bindings.values[max(index, 0)]
        value = found if isinstance(found, str) else self._read(bindings, max(index, 0))
        if name not in self._narrowed and name not in self._untested:
            return value
        return self.narrowed(name, offset, bindings.places[index] if index >= 0 else -1) or value

    def _held(self, name: str) -> dict[int, _Bindings] | None:
        if name in self._unbound and self._deferred is not None:
            self._unbound.remove(name)
            self._deferred.bind_name(name)
        return self._bound.get(name)

    def _read(self, bindings: _Bindings, index: int) -> str:
        """Read a value; long chains of them one by one, lest the interpreter's stack overflows."""
        if self._nested:
            return self._value(bindings, index)
        waiting = [(bindings, index)]
        while True:
            try:
                value = self._value(*waiting[-1])
            except _TooDeepError as error:
                waiting.append(error.wanted)
                continue
            waiting.pop()
            if not waiting:
                return value

    def _value(self, bindings: _Bindings, index: int) -> str:
        value = bindings.values[index]
        if isinstance(value, str) or self._deferred is None:
            return str(value)
        if self._nested == _MOST_NESTED:
            raise _TooDeepError(bindings, index)
        before, self._before = self._before, bindings.numbers[index]
        self._nested += 1
        try:
            value = bindings.values[index] = self._deferred.value(value)
        finally:
            self._before = before
            self._nested -= 1
        return value

    def narrow(self, name: str, start: int, end: int, value: str) -> None:
        """Say that between two offsets `name`, which may be dotted, holds `value`, unless it is bound in between."""
        said = self._narrowed.setdefault(name, [])
        if len(said) < _MOST_TESTS:
            said.append((start, end, value))
        self.narrows_members = self.narrows_members or "." in name

    def narrowed(self, name: str, offset: int, since: int = -1) -> str:
        """What a test said last of a name that was bound at `since`; "" if nothing, as while values are read."""
        if self._before < _ALL:
            return ""
        if name in self._untested and self._deferred is not None:
            self._untested.remove(name)
            self._deferred.narrow_name(name)
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
        held = self._held(name)
        return held is not None and self._visible(held, scope, offset) is not None

    def _visible(self, held: dict[int, _Bindings], scope: int, offset: int) -> _Bindings | None:
        parents, ordered, before = self._nesting.parents, self._ordered, self._before
        while scope >= 0:
            bindings = held.get(scope)
            if bindings is not None and bindings.numbers[0] < before and (not ordered or bindings.places[0] <= offset):
                return bindings
            scope = parents[scope]
        return None
