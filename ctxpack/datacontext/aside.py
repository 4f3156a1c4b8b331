"""What is read or written and is no dataset of the repository, put aside before anything is made of it.

These are the catalogs of database systems, names of which nothing is known, which stay told as unresolved, and
variables that an engine takes for tables. Any other name that files declare or write is that of a dataset, whatever it
is like.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator

from ctxpack.datacontext.variables import Variable
from ctxpack.datamodel.lineage import ReadSite
from ctxpack.lineage.catalogs import is_of_system, is_wholly_open
from ctxpack.lineage.names import clean
from ctxpack.lineage.producers import Material, Producer
from ctxpack.model import Unresolved

_WHY = "the name is not known"


def without_strangers(material: Material, variables: Collection[Variable]) -> Material:
    """The material without what is no dataset; `variables` are those that are read as tables."""
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
