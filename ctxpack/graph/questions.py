"""Questions that the linker asks itself, their answers, and which files an answer was taken from.

Answers are kept for all files that ask the same, so each must be what it would be if it were asked first: then the
links of a file depend neither on the order in which files are linked nor on which of them are. An answer that met a
question still being answered (an import cycle), or the limit of depth, depends on who asked; it is kept, if at all,
for the rest of the one file.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ctxpack.graph.project import Either, Group, Instance, Package, Symbol, Thing

_MOST_BUSY = 200
_PLACED = (Symbol, Instance, Group)

Key = tuple[object, ...]
"""What is asked, about which thing or path, and the rest."""


class _Answer(msgspec.Struct, frozen=True, gc=False):
    """An answer, what it depends on, and how many questions deep its finding went."""

    thing: Thing | None
    consulted: tuple[str, ...]
    height: int


class Questions:
    """The answers so far, and what the file that is being linked has consulted."""

    __slots__ = ("_alike", "_busy", "_cycles", "_height", "_here", "_kept", "consulted")

    def __init__(self) -> None:
        """Begin without answers."""
        self._kept: dict[Key, _Answer] = {}
        self._here: dict[Key, Thing | None] = {}
        self._busy: set[Key] = set()
        self._alike: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._cycles = 0
        self._height = 0
        self.consulted: set[str] = set()
        """Paths and other tokens (see `graph/incremental.py`) that everything answered since `begin` depends on."""

    def begin(self) -> None:
        """Begin with another file."""
        self._here.clear()
        self.consulted = set()

    def note(self, thing: Thing | None) -> None:
        """Note that the files of a thing were consulted."""
        if thing is None:
            return
        if isinstance(thing, Either):
            for one in thing.things:
                self.note(one)
        elif not isinstance(thing, Package):
            self.consulted.add(thing.path)

    def ask(self, key: Key, work: Callable[..., Thing | None], *given: object) -> Thing | None:
        """The answer to the question `key`, by `work` of what is `given` where it is not known yet.

        A question met while it is being answered has no answer there.
        """
        busy = self._busy
        known = self._kept.get(key)
        if known is not None and len(busy) + known.height <= _MOST_BUSY + 1:
            self.consulted.update(known.consulted)
            if known.height > self._height:  # noqa: PLR1730 - a call would cost as much as all the rest
                self._height = known.height
            return known.thing
        if key in busy or len(busy) > _MOST_BUSY:
            self._cycles += 1
            return None
        if key in self._here:
            self._cycles += 1
            return self._here[key]
        outer, height, cycles = self.consulted, self._height, self._cycles
        inner = self.consulted = _about(key)
        self._height = 0
        busy.add(key)
        try:
            thing = work(*given)
        finally:
            busy.discard(key)
        if thing is not None:
            self.note(thing)
        own = self._height + 1
        if cycles == self._cycles:
            self._kept[key] = _Answer(thing, self._shared(inner), own)
        elif not busy:
            self._here[key] = thing
        outer |= inner
        self.consulted = outer
        self._height = height if height > own else own  # noqa: FURB136 - a call would cost as much as all the rest
        return thing

    def _shared(self, consulted: set[str]) -> tuple[str, ...]:
        """The tokens, as a tuple that equal sets share."""
        tokens = tuple(consulted) if len(consulted) == 1 else tuple(sorted(consulted))
        return self._alike.setdefault(tokens, tokens)


def _about(key: Key) -> set[str]:
    """The file that a question is about."""
    about = key[1]
    if isinstance(about, str):
        return {about} if key[0] != "package" else set()
    return {about.path} if isinstance(about, _PLACED) else set()
