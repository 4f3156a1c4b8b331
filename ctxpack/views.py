"""Views: who a pack is for, expressed as shares of the budget and weights by role.

One reader edits code, another only needs the schemas that its answer must fit, a third delegates work. All get the same
ranking, needs and tables; a view says how the budget is divided among them.
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
    """How the room of a pack is divided; all shares are between 0 and 1.

    - `map_share`, `catalogue_share`: the most of the budget for the repository map and the catalogue of datasets.
    - `tables_least`, `tables_most`: the share of the room that tables may take if none is likely to matter, and if one
      certainly does; `tables` says how they are written.
    - `data_share`: the share of the room that schemas and upstream datasets are offered before code.
    - `list_share`: the most for each list of candidates.
    - `prefix_share`: the most for an outline of the repository, which is the same for every task.
    - `weights`: factors on the value of items by role, 1 by default.
    - `bodies`: if False, only signatures are shown of files that the caller did not ask for.
    - `files`: if False, no files are shown.
    - `auto`: the ceiling of a budget of "auto", in tokens; 0 for the model's own.
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
        """The factor on the value of items in a role."""
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
"""The greatest share that the outline of the repository may have."""

SPECIALISTS = ("coder", "pipeline", "extractor")
"""The views that an orchestrator can ask for."""


def find(name: str) -> View:
    """The view with this name; raises ConfigError for an unknown one, with the nearest."""
    found = VIEWS.get(name.strip().lower())
    if found is None:
        raise ConfigError(f"unknown view {name!r}: {hint(name.lower(), VIEWS)}")
    return found


def with_prefix(view: View, share: float) -> View:
    """A view with this share of the budget for an outline of the repository, 0 for none.

    Raises ConfigError for a share below 0 or above `MOST_PREFIX`.
    """
    if not 0 <= share <= MOST_PREFIX:
        raise ConfigError(f"cache-prefix must be a number from 0 to {MOST_PREFIX}, not {share!r}")
    return view if not share else msgspec.structs.replace(view, prefix_share=share)
