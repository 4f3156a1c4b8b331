"""The arguments of a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ctxpack.datamodel import program as syntax


@dataclass(slots=True)
class Args:
    """The arguments of a call; `open` says that there may be more (an unknown sequence was unpacked)."""

    args: list[object] = field(default_factory=list)
    keywords: dict[str, object] = field(default_factory=dict)
    line: int = 0
    open: bool = False
    source: syntax.Invoke | None = None

    def get(self, index: int, name: str = "", default: object = None) -> object:
        """The argument by keyword or position; `default` if there is none."""
        if name and name in self.keywords:
            return self.keywords[name]
        return self.args[index] if 0 <= index < len(self.args) else default

    def any_of(self, *names: str) -> object:
        """The value of the first of these keywords that is given; None if none is."""
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def everything(self) -> Iterator[object]:
        """All arguments."""
        yield from self.args
        yield from self.keywords.values()
