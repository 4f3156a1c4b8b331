"""The weights of the ranking signals, read from `weights.json`; `bench/fit` shows where the numbers come from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class Weights(msgspec.Struct, frozen=True):
    """Weights of the index's fields, of the signals for files and for definitions, and of file roles.

    `chances` are the coefficients that turn a file's score into an edit probability: see `chances.of_files`.
    """

    fields: dict[str, float]
    files: dict[str, float]
    roles: dict[str, float]
    symbols: dict[str, float]
    chances: dict[str, float]

    @property
    def field_weights(self) -> tuple[float, float, float]:
        """The weights of the index's fields, in the order names, docs, body."""
        return self.fields["names"], self.fields["docs"], self.fields["body"]


@cache
def default_weights() -> Weights:
    """The committed weights."""
    return msgspec.json.decode(files("ctxpack.rank").joinpath("weights.json").read_bytes(), type=Weights)
