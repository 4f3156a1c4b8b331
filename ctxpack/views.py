"""Views: for whom a pack is, as shares of its room and weights of what may be shown.

One reader edits code, another only needs the schemas that its answer has to fit, a third decides who does what. What
they are shown comes from the same ranking, needs and tables; a view says how the room is dealt out among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.model import ItemRole, Value
from ctxpack.nearest import hint

Tables = Literal["cards", "json"]


class View(Value, frozen=True, array_like=True, gc=False):
    """How the room of a pack is dealt out.

    All shares are between 0 and 1. `map_share` and `catalogue_share` are the most that the map of the repository and
    the catalogue of datasets take of the budget. `tables_least` and `tables_most` are what tables may take of the room
    where none is likely to matter and where one is sure to, written as `tables`. `data_share` is what schemas and
    upstream datasets are offered of the room before code is. `list_share` is the most that each list of candidates
    takes, and `prefix_share` what an outline of the repository does, which is the same for every task. `weights` are
    factors on the value of what is shown in a role, 1 where nothing is said. Without `bodies`, of files that nobody
    asked for only signatures are shown; without `files`, no file is. `auto` is the most that a budget of "auto" comes
    to, 0 for what the model takes well.
    """

    name: str
    title: str
    map_share: float = 0.04
    catalogue_share: float = 0.03
    tables_least: float = 0.05
    tables_most: float = 0.25
    data_share: float = 0.12
    list_share: float = 0.0
    prefix_share: float = 0.0
    tables: Tables = "cards"
    weights: tuple[tuple[ItemRole, float], ...] = ()
    bodies: bool = True
    files: bool = True
    auto: int = 0

    def weight(self, role: ItemRole) -> float:
        """The factor on the value of what is shown in a role."""
        return dict(self.weights).get(role, 1.0)


CODER = View("coder", "depth: the code to edit, the definitions that it uses, callers and tests (default)")

VIEWS: Mapping[str, View] = MappingProxyType(
    {
        view.name: view
        for view in (
            CODER,
            View(
                "pipeline",
                "tables with nullability, and the transformations that make them, before other code",
                catalogue_share=0.05, tables_least=0.1, tables_most=0.45, data_share=0.5,
                weights=(("upstream", 4.0), ("schema", 2.0), ("dependency", 0.5), ("dependent", 0.5), ("test", 0.3)),
            ),
            View(
                "extractor",
                "only the schemas of the tables on the way, as JSON, for a small window",
                map_share=0.0, catalogue_share=0.0, tables_least=1.0, tables_most=1.0, tables="json", files=False,
                auto=8_000,
            ),
            View(
                "orchestrator",
                "breadth: maps, ranked candidates with reasons, outlines, and what each other view would cost",
                map_share=0.15, catalogue_share=0.1, tables_least=0.05, tables_most=0.15, list_share=0.15, bodies=False,
                auto=16_000,
            ),
        )
    }
)  # fmt: skip
"""Every view by name; the first is the default."""

MOST_PREFIX = 0.7
"""The greatest share that an outline of the repository may be given."""

SPECIALISTS = ("coder", "pipeline", "extractor")
"""The views that an orchestrator can ask for."""


def find(name: str) -> View:
    """The view of that name; raises ConfigError where there is none, with the nearest name."""
    found = VIEWS.get(name.strip().lower())
    if found is None:
        raise ConfigError(f"unknown view {name!r}: {hint(name.lower(), VIEWS)}")
    return found


def with_prefix(view: View, share: float) -> View:
    """A view with this share of the budget for an outline of the repository, 0 for none.

    Raises ConfigError for a share that is none, or would leave less than a quarter to the task.
    """
    if not 0 <= share <= MOST_PREFIX:
        raise ConfigError(f"cache-prefix must be a number from 0 to {MOST_PREFIX}, not {share!r}")
    return view if not share else msgspec.structs.replace(view, prefix_share=share)
