"""The interface of a rule for links between languages, and what rules share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxpack.graph.consulted import Offer
from ctxpack.graph.project import Project
from ctxpack.model import FileFacts, Value
from ctxpack.paths import shared_depth

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker

CONFIGURATION = frozenset(
    {
        "bash", "cmake", "dockerfile", "dotenv", "groovy", "ini", "json", "make", "nix", "powershell", "starlark",
        "terraform", "toml", "xml", "yaml",
    }
)  # fmt: skip
"""Languages of files that set up, build or run what others define."""


class Found(Value, frozen=True, array_like=True, gc=False):
    """What a mention means: a file (`symbol` -1) or a definition in it, by which rule, and how sure that is."""

    path: str
    symbol: int
    origin: str
    confidence: float
    kind: str = "references"


class Asked(Value, frozen=True, array_like=True, gc=False):
    """What a file mentions: the `name`, under which `key` (see `Mention`), in which file and its language."""

    path: str
    language: str
    key: str
    name: str


class Rule:
    """Base of the rules; made once for a repository."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index what is needed of the project; `linker` answers questions about names in files."""
        self.project = project
        self.linker = linker

    def offers(self, facts: FileFacts) -> Iterable[Offer]:  # noqa: ARG002 - for those that index
        """What a file adds to the index of this rule, with the tokens that are noted when it is asked."""
        return ()

    def find(self, asked: Asked) -> Found | None:
        """What a mention means; None for nothing that the rule knows."""
        raise NotImplementedError


def nearest(path: str, candidates: Iterable[str]) -> str | None:
    """The one of several paths that shares most folders with `path`, and more than half of its own; None on a tie."""
    ranked = sorted((-shared_depth(path, other), other) for other in candidates if other != path)
    if not ranked:
        return None
    if len(ranked) > 1 and (ranked[0][0] == ranked[1][0] or -2 * ranked[0][0] <= path.count("/")):
        return None
    return ranked[0][1]
