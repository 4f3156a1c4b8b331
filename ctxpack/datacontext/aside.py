"""Filters names that are no datasets out of the material before the data flow is built.

Dropped are system catalogs (`information_schema`), names that are wholly unresolved (kept in the list of unresolved
names), and program variables that DuckDB reads as tables. A name that some file declares or writes is always a dataset,
unless nothing of it is resolved.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator

from ctxpack.datacontext.variables import Variable
from ctxpack.datamodel.lineage import ReadSite
from ctxpack.lineage.flow.producers import Material, Producer
from ctxpack.lineage.names.catalogs import is_of_system, is_wholly_open
from ctxpack.lineage.names.matching import clean
from ctxpack.model import Unresolved

_WHY = "the name is not known"


def without_strangers(material: Material, variables: Collection[Variable]) -> Material:
    """The material without names that are no datasets; `variables` are program variables that SQL reads as tables."""
    told = [one for one in material.producers if not is_wholly_open(one.target)]
    untold = [one for one in material.producers if is_wholly_open(one.target)]
    declared = [one for one in material.declarations if not is_wholly_open(one.name)]
    known = {clean(one.name) for one in declared} | {clean(one.target) for one in told}

    def is_stranger(name: str, path: str) -> bool:
        if is_wholly_open(name):
            return True
        return clean(name) not in known and (is_of_system(name) or (path, name) in variables)

    reads = [*material.reads, *(_placed(site, one) for one in untold for site in one.reads)]
    open_names = [Unresolved(one.path, one.line, one.target, _WHY) for one in untold]
    open_names += [_open(site) for site in _sites(told, reads) if is_wholly_open(site.dataset)]
    open_names += [
        Unresolved(one.path, one.line, one.name, _WHY) for one in material.declarations if is_wholly_open(one.name)
    ]
    stated = {(one.path, one.line) for one in material.unresolved}
    return dataclasses.replace(
        material,
        declarations=declared,
        producers=[_reading(one, is_stranger) for one in told],
        reads=[site for site in reads if not is_stranger(site.dataset, site.path)],
        unresolved=[
            *material.unresolved,
            *(one for one in dict.fromkeys(open_names) if (one.path, one.line) not in stated),
        ],
    )


def _reading(one: Producer, is_stranger: Callable[[str, str], bool]) -> Producer:
    kept = tuple(site for site in one.reads if not is_stranger(site.dataset, site.path or one.path))
    return one if len(kept) == len(one.reads) else dataclasses.replace(one, reads=kept)


def _sites(producers: Iterable[Producer], reads: Iterable[ReadSite]) -> Iterator[ReadSite]:
    yield from (_placed(site, one) for one in producers for site in one.reads)
    yield from reads


def _placed(site: ReadSite, one: Producer) -> ReadSite:
    path, line, evidence = site.path or one.path, site.line or one.line, site.evidence or one.evidence
    return ReadSite(site.dataset, path, line, site.confidence, evidence)


def _open(site: ReadSite) -> Unresolved:
    return Unresolved(site.path, site.line, site.dataset, _WHY)
