"""Lists that only the database could provide: empty while dbt parses, and recorded as asked for once read.

Passing such a list to a macro decides nothing yet. A macro that loops over it gives unknown columns, while the stand-in
for a known macro may give the right columns whatever the list holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Answer(list[Any]):
    """An empty list that calls `looked_at` whenever it is read, since the result would depend on its content."""

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
    """Record the `Answer`s among some values as read; for values passed to code whose result is unknown."""
    for value in values:
        if isinstance(value, Answer):
            value.looked_at()
