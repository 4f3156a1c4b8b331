"""Families of files whose framework says by itself in which order they count, and what their names are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.classes import Classes
from ctxpack.lineage.migrations import Family, File
from ctxpack.lineage.places import numbers


def framework_families(files: Sequence[File]) -> list[Family]:
    """The families of files of formats other than SQL."""
    by_format: dict[str, list[File]] = {}
    for path, facts in files:
        by_format.setdefault(facts.format, []).append((path, facts))
    found: list[Family] = []
    for name, members in sorted(by_format.items()):
        if name == "alembic":
            found.extend(_alembic(members))
        elif name == "sqlalchemy":
            found.extend(_of_classes(members))
        else:
            found.extend(_single(path, facts) for path, facts in members)
    return found


def _single(path: str, facts: DataFacts) -> Family:
    return Family(
        f"{path} ({facts.format})", facts.format, [(path, facts)], False, path.rpartition("/")[0], numbers(path)
    )


def _alembic(files: Sequence[File]) -> Iterator[Family]:
    """One family for each folder of migrations, in the order of their revisions."""
    folders: dict[str, list[File]] = {}
    for path, facts in files:
        folders.setdefault(path.rpartition("/")[0], []).append((path, facts))
    for folder, members in sorted(folders.items()):
        yield Family(f"{folder or '.'} (alembic)", "alembic", by_parents(members), True, folder)


def by_parents(files: Sequence[File]) -> list[File]:
    """Migrations such that each comes after those that it names as its parents; otherwise by path, roots first."""
    of_revision = {facts.revision: (path, facts) for path, facts in files if facts.revision}
    ordered: dict[str, File] = {}
    for path, facts in sorted(files, key=lambda file: (bool(file[1].parents), file[0])):
        # Histories are thousands of steps long, so they are walked with a stack of their own.
        stack = [(path, facts)]
        entered: set[str] = set()
        while stack:
            current = stack[-1]
            needed = [
                of_revision[p] for p in current[1].parents if p in of_revision and of_revision[p][0] not in ordered
            ]
            if current[0] in ordered or current[0] in entered or not needed:
                ordered.setdefault(current[0], current)
                stack.pop()
            else:
                entered.add(current[0])
                stack.extend(reversed(needed))
    return list(ordered.values())


def _of_classes(files: Sequence[File]) -> Iterator[Family]:
    """The tables of classes, a family for each file."""
    classes = Classes(files)
    for path, facts in files:
        steps: list[SchemaStep] = []
        for step in facts.steps:
            steps.extend(classes.whole(path, step) if step.likeness == "name" else [step])
        if steps:
            yield _single(path, msgspec.structs.replace(facts, steps=tuple(steps)))
