"""What the linker sees of a repository, and the things that a name can turn out to mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import msgspec

from ctxpack.model import FileFacts, Reference, Value


class Module(Value, frozen=True, array_like=True, gc=False):
    """A file as a namespace."""

    path: str
    origin: str = "import"
    confidence: float = 1.0


class Package(Value, frozen=True, array_like=True, gc=False):
    """Several files, or a folder, as one namespace.

    `key` is the language, a colon, and what that language's resolver understands.
    """

    key: str
    origin: str = "package"
    confidence: float = 1.0


class Symbol(Value, frozen=True, array_like=True, gc=False):
    """A definition, by its file and its index there."""

    path: str
    index: int
    origin: str = "definition"
    confidence: float = 1.0


class Instance(Value, frozen=True, array_like=True, gc=False):
    """A value whose class is the definition `index` of `path`; of its bases only where `bases_only` (super)."""

    path: str
    index: int
    origin: str = "receiver"
    confidence: float = 1.0
    bases_only: bool = False


class Group(Value, frozen=True, array_like=True, gc=False):
    """A value that holds or gives others; `text` is its notation (see `graph/notation.py`), seen from a place."""

    path: str
    scope: int
    text: str
    origin: str = "receiver"
    confidence: float = 0.96


class Either(Value, frozen=True, array_like=True, gc=False):
    """One of several things, in the order in which the source names them."""

    things: tuple[Module | Package | Symbol | Instance | Group, ...]
    origin: str = "union"
    confidence: float = 0.9


Thing = Module | Package | Symbol | Instance | Group | Either
"""What a name means; None stands for whatever lies outside the repository or is not known."""


in_order = attrgetter("line", "column", "kind", "target", "symbol")
"""The key by which the links of a file are sorted."""


def weaker(thing: Thing, origin: str, confidence: float) -> Thing:
    """The same thing, found by a longer way: the origin of that way, and the lower confidence."""
    if thing.origin == origin and thing.confidence <= confidence:
        return thing
    return msgspec.structs.replace(thing, origin=origin, confidence=min(thing.confidence, confidence))


@dataclass(frozen=True, slots=True)
class Project:
    """The parsed files of a repository.

    `facts` are keyed and ordered by path. `read` gives the text of any listed file ("" if it cannot be read), for the
    few settings files that say where modules lie; only `settings` (paths whose name is a known settings file, sorted)
    should be read. `unparsed` are the paths, sorted, that are listed without facts (data files).

    `tests` are the paths of tests, `machine_made` those of files that are generated, or copied from other projects.

    Facts may be read only as they are asked for. Then `languages` tells by path what a file is taken for, which may
    turn out to be the language's kin, and `select` gives the facts of many files at once.
    """

    facts: Mapping[str, FileFacts]
    read: Callable[[str], str]
    settings: tuple[str, ...] = ()
    unparsed: tuple[str, ...] = ()
    references_of: Callable[[str], tuple[Reference, ...]] | None = None
    languages: Mapping[str, str] | None = None
    select: Callable[[Iterable[str]], Mapping[str, FileFacts]] | None = None
    tests: frozenset[str] = frozenset()
    machine_made: frozenset[str] = frozenset()

    def paths_of(self, languages: Iterable[str]) -> list[str]:
        """The files of some languages, in order."""
        wanted = frozenset(languages)
        if self.languages is None:
            return [path for path, facts in self.facts.items() if facts.language in wanted]
        return [path for path, language in self.languages.items() if language in wanted]

    def of_paths(self, paths: Iterable[str]) -> Iterator[tuple[str, FileFacts]]:
        """The facts of these files in order, for an index of them: this is not noted as a look at each of them."""
        if self.select is not None:
            yield from self.select(paths).items()
        else:
            yield from ((path, self.facts[path]) for path in paths)

    def of(self, languages: Iterable[str]) -> Iterator[tuple[str, FileFacts]]:
        """The facts of all files of some languages, which are to be all of a kin; as `of_paths`."""
        wanted = frozenset(languages)
        yield from ((path, facts) for path, facts in self.of_paths(self.paths_of(wanted)) if facts.language in wanted)

    def references(self, path: str) -> tuple[Reference, ...]:
        """The references of one file: from `references_of` where that is given, since they are many, or its facts."""
        return self.facts[path].references if self.references_of is None else self.references_of(path)


SETTINGS_NAMES = frozenset(
    {
        "package.json", "tsconfig.json", "jsconfig.json", "pnpm-workspace.yaml", "go.mod", "go.work", "Cargo.toml",
        "pyproject.toml", "setup.py", "setup.cfg", "composer.json", "compile_commands.json", "dbt_project.yml",
        "dbt_project.yaml", "deno.json", "lerna.json", "pom.xml", "build.gradle", "build.gradle.kts", "Gemfile",
        "Package.swift", "pubspec.yaml",
    }
)  # fmt: skip
"""Names of files that resolvers may read; `tsconfig.*.json` counts too."""


def is_settings(path: str) -> bool:
    """Whether resolvers may read this file."""
    name = path.rpartition("/")[2]
    return name in SETTINGS_NAMES or (name.startswith("tsconfig") and name.endswith(".json"))
