"""Finds where code reads and writes tables through a generated database client (Prisma).

`parse/schemas/prisma_client.py` lists the calls of each file and where their client comes from. Here that origin is
resolved across files, so that only imports of modules that export a client count, and each call is bound to the table
of the model that it names in the client's schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ctxpack.datamodel.clients import WRITES, Client, ClientUses
from ctxpack.datamodel.lineage import ReadSite, Sites
from ctxpack.datamodel.schema import DataFacts
from ctxpack.paths import beside, parent, shared_depth

_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_OF_FOLDER = ("/index", "/src")
_ALIASES = ("@", "~", "$", "#")
_SURE = 0.95
_DEEPEST = 5


def client_sites(files: Iterable[tuple[str, ClientUses]], schemas: Iterable[tuple[str, DataFacts]]) -> Sites:
    """The sites that read and write tables through clients.

    Args:
        files: (path, uses of clients) pairs.
        schemas: (path, facts) pairs of the schemas that clients are generated from; one folder holds one schema.

    """
    known = dict(sorted(files))
    models = _Models(schemas)
    givers = _Givers(known)
    reads: list[ReadSite] = []
    changes: list[ReadSite] = []
    for path, uses in known.items():
        made = {client: givers.maker(path, client) for client in dict.fromkeys(call.client for call in uses.calls)}
        for call in uses.calls:
            maker = made[call.client]
            table = models.table(maker, call.model) if maker is not None else None
            if table is not None:
                site = ReadSite(table, path, call.line, _SURE, f"prisma {call.method}")
                (changes if call.method in WRITES else reads).append(site)
    return Sites(reads=tuple(reads), changes=tuple(changes))


class _Models:
    """The tables of models, by the property names that the client has for the models."""

    def __init__(self, schemas: Iterable[tuple[str, DataFacts]]) -> None:
        self._folders: dict[str, dict[str, str]] = defaultdict(dict)
        for path, facts in sorted(schemas, key=lambda one: one[0]):
            for step in facts.steps:
                if step.kind == "create" and step.name:
                    self._folders[parent(path)][step.name[:1].lower() + step.name[1:]] = step.table

    def table(self, maker: str, model: str) -> str | None:
        """The table of a model, in the schema nearest to the file `maker` that creates the client; None if unknown."""
        nearest = min(self._folders, key=lambda one: (-shared_depth(f"{one}/schema", maker), one), default="")
        return self._folders[nearest].get(model) if nearest in self._folders else None


class _Givers:
    """The files that export clients, and the names they export them under."""

    def __init__(self, known: Mapping[str, ClientUses]) -> None:
        self._given = {path: dict(uses.given) for path, uses in known.items() if uses.given}
        self._by_folder: dict[str, list[str]] = defaultdict(list)
        for path in self._given:
            for folder in _folders(_stem(path)):
                self._by_folder[folder].append(path)

    def maker(self, path: str, client: Client, depth: int = 0) -> str | None:
        """The file that creates the client used in `path`; None where it is not surely a client."""
        if not client.module:
            return path
        if depth > _DEEPEST:
            return None
        fitting = [one for one in self._meant(path, client.module) if client.name in self._given[one]]
        chosen = min(fitting, key=lambda one: (-shared_depth(one, path), one), default=None)
        if chosen is None or chosen == path:
            return None
        return self.maker(chosen, self._given[chosen][client.name], depth + 1)

    def _meant(self, path: str, module: str) -> Sequence[str]:
        """The exporting files that a module specifier may mean: the file itself, or one in a folder of that name."""
        if module.startswith("."):
            wanted = _stem(beside(path, module))
            return [one for one in self._by_folder.get(_last(wanted), ()) if _is_in(_stem(one), wanted)]
        tail = _tail(module)
        if not tail:
            return ()
        return [one for one in self._by_folder.get(_last(tail), ()) if f"/{tail}/" in f"/{_stem(one)}/"]


def _is_in(stem: str, wanted: str) -> bool:
    return stem == wanted or stem.startswith(f"{wanted}/")


def _folders(stem: str) -> Iterator[str]:
    yield from dict.fromkeys(stem.split("/"))


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _stem(path: str) -> str:
    """A module's path without what an import may leave out: the suffix, and a final "/index" or "/src"."""
    stem = next((path.removesuffix(ending) for ending in _ENDINGS if path.endswith(ending)), path)
    for ending in _OF_FOLDER:
        stem = stem.removesuffix(ending)
    return stem


def _tail(module: str) -> str:
    """The part of a module specifier that is also in its path: "db/client" of "@acme/db/client" or "~/db/client"."""
    stem = _stem(module)
    return stem.partition("/")[2] if stem.startswith(_ALIASES) else stem
