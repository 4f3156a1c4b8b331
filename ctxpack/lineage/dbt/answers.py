"""Lists that only the database could give: empty while dbt parses, and counted as asked for once someone looks.

A list that is merely handed to a macro decides nothing yet. What that macro makes of it does: one that loops over it
gives columns that nobody knows, while the stand-in for another says which columns come of it whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Answer(list[Any]):
    """An empty list that calls `looked_at` whenever something could depend on what it holds."""

    def __init__(self, looked_at: Callable[[], None]) -> None:
        super().__init__()
        self.looked_at = looked_at

    def __iter__(self) -> Iterator[Any]:
        self.looked_at()
        return super().__iter__()

    def __len__(self) -> int:
        self.looked_at()
        return super().__len__()

    def __contains__(self, item: object) -> bool:
        self.looked_at()
        return super().__contains__(item)

    def __getitem__(self, key: Any) -> Any:
        self.looked_at()
        return super().__getitem__(key)

    def __add__(self, other: Any) -> Any:
        self.looked_at()
        return super().__add__(other)

    def __radd__(self, other: Any) -> Any:
        self.looked_at()
        return [*other, *super().__iter__()]

    def __eq__(self, other: object) -> bool:
        self.looked_at()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        self.looked_at()
        return super().__repr__()

    __hash__ = None


def look_at(values: Iterable[Any]) -> None:
    """Count as asked for what is among some values, since what is made of them is not known."""
    for value in values:
        if isinstance(value, Answer):
            value.looked_at()
