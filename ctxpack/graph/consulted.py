"""What a file's links depend on besides the file: tokens for what was consulted, noted as it is read.

A token is the path of a file, for its interface; `body(path)`, for all of it; or whatever an index goes by that a
resolver makes of all files: what each file adds to it is told by `Resolver.offers`. So the links of a file stay as they
are while the file itself, the list of files, the settings and all that its tokens stand for do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ctxpack.graph.project import Project
from ctxpack.model import FileFacts, Reference

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker


Offer = tuple[str, object]
"""A token, and what a file adds to the index that goes by it; equal where the index answers alike."""


def interface(facts: FileFacts) -> tuple[object, ...]:
    """What other files' links may depend on: all but lines, texts, bodies and references.

    Of lines it keeps their order and which are the same, since resolvers tell things in one file apart by that.
    """
    lines = sorted({one.line for one in facts.definitions} | {one.line for one in facts.imports})
    rank = {line: number for number, line in enumerate(lines)}
    return (
        facts.language,
        facts.package,
        facts.condition,
        facts.exports,
        tuple(
            (d.name, d.qualname, d.kind, d.signature, d.parent, d.bases, d.type, d.exported, rank[d.line])
            for d in facts.definitions
        ),
        tuple((i.module, i.name, i.alias, i.kind, i.scope, i.conditional, rank[i.line]) for i in facts.imports),
    )


def body(path: str) -> str:
    """The token for all that a file says, its references with their places included."""
    return f"{path}\0"


def watched(project: Project, linker: Linker) -> Project:
    """The project as resolvers get it: the linker is told whose facts they read."""

    def references_of(path: str) -> tuple[Reference, ...]:
        linker.consult(body(path))
        return project.references(path)

    def select(paths: Iterable[str]) -> Mapping[str, FileFacts]:
        return dict(project.of_paths(paths))

    facts = _Watched(project.facts, linker)
    return dataclasses.replace(project, facts=facts, references_of=references_of, select=select)


class _Watched(Mapping[str, FileFacts]):
    """Facts by path; which are there is not noted."""

    def __init__(self, facts: Mapping[str, FileFacts], linker: Linker) -> None:
        self._facts = facts
        self._linker = linker

    def __getitem__(self, path: str) -> FileFacts:
        self._linker.consult(path)
        return self._facts[path]

    def __contains__(self, path: object) -> bool:
        return path in self._facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
