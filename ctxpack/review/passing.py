"""Follows lost columns through stars: a query with `select *` loses them too, and its readers may name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ctxpack import check
from ctxpack.check import Frames, Suspect
from ctxpack.datamodel.lineage import ColumnState, Relation
from ctxpack.model import Link
from ctxpack.review.given import Given, last_name
from ctxpack.workspace import Workspace

_FARTHEST = 6
_MOST = 400
"""How many queries are followed in one step."""

_STAR_MACRO = re.compile(r"""\{\{-?\s*(?:\w+\.)*star\([^{}]*?ref\([^{}()]*?['"](\w+)['"]\s*\)[^{}]*\}\}""")
_TAKING = frozenset({"refs", "reads"})


class Passing:
    """Follows stars from query to query, in the state after."""

    def __init__(self, after: Workspace, given: Given, mentioning: Callable[[Iterable[str]], Collection[str]]) -> None:
        """`mentioning` gives the files that contain one of some words."""
        self._after, self._given, self._mentioning = after, given, mentioning

    def on(self, suspects: Sequence[Suspect]) -> list[Suspect]:
        """The further suspects: columns that queries lose because of `suspects`, directly or through other queries."""
        found: list[Suspect] = []
        seen = {(one.path, one.symbol.lower()) for one in suspects}
        latest = [one for one in suspects if one.column]
        for _ in range(_FARTHEST):
            passed = check.joined(one for one in self._step(latest) if (one.path, one.symbol.lower()) not in seen)
            if not passed:
                break
            seen |= {(one.path, one.symbol.lower()) for one in passed}
            found.extend(passed)
            latest = list(passed)
        return found

    def _step(self, suspects: Sequence[Suspect]) -> Iterator[Suspect]:
        files = self._after.files
        by_table = {_table(one): one for one in suspects if one.here}
        readers = sorted(path for path in self._mentioning(by_table) if path in files and files[path].language == "sql")
        starred = [path for path in readers if "*" in self._after.text(path) or "star(" in self._after.text(path)]
        for path in starred[:_MOST]:
            links = [link for link in self._after.links_of([path]).get(path, ()) if link.kind in _TAKING]
            taken = [one for one in suspects if any(_leads(link, one) for link in links)]
            made = {one.symbol: frames for one in taken if (frames := self._frames(path, one, links)) is not None}
            text = self._after.text(path)
            yield from check.passed_on(taken, path, made, self._after.facts(path), text)

    def _frames(self, path: str, one: Suspect, links: Sequence[Link]) -> Frames | None:
        """The output columns of a file, computed as if its sources had only the column of the suspect `one`."""
        names = {link.name.lower() for link in links if _leads(link, one)}

        def known(dataset: str) -> Relation | None:
            return (
                Relation(dataset, (ColumnState(one.column),), complete=False) if last_name(dataset) in names else None
            )

        return self._given.frames(_with_plain_stars(self._after.text(path), names), known)


def _with_plain_stars(text: str, names: set[str]) -> str:
    """A text with `star()` macros over one of these datasets replaced by plain stars."""

    def plain(found: re.Match[str]) -> str:
        return "*" + "\n" * found[0].count("\n") if found[1].lower() in names else found[0]

    return _STAR_MACRO.sub(plain, text)


def _table(one: Suspect) -> str:
    """The last name of the table or model that a suspect column belongs to."""
    return one.symbol.rpartition(".")[0].rpartition(".")[2]


def _leads(link: Link, one: Suspect) -> bool:
    return link.target == one.here and link.symbol in one.members
