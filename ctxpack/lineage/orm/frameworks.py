"""Groups the files of migration frameworks and ORMs into families, each by its framework's own rules of order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.families.family import Family, File
from ctxpack.lineage.families.ordering import by_parents
from ctxpack.lineage.families.places import natural, version
from ctxpack.lineage.orm.classes import Classes
from ctxpack.lineage.orm.django import migration_families, model_families
from ctxpack.lineage.orm.efcore import Models
from ctxpack.lineage.orm.entities import MAPPERS, Entities
from ctxpack.lineage.orm.laravel import with_types

_NUMBERED = re.compile(r"/[^/]*\d[^/]*$")
"""Names of files that say their place in an order."""


def framework_families(files: Sequence[File]) -> list[Family]:
    """The families of all files whose format is not SQL."""
    by_format: dict[str, list[File]] = {}
    for path, facts in files:
        by_format.setdefault(facts.format, []).append((path, facts))
    found: list[Family] = []
    for name, members in sorted(by_format.items()):
        found.extend(_of_format(name, members))
    return found


def _of_format(name: str, members: Sequence[File]) -> Iterable[Family]:
    """The families of the files of one format."""
    if name in MAPPERS:
        return _of_entities(members, name)
    if name in ("rails_migrations", "typeorm_migrations", "efcore_migrations"):
        return _in_time(members, name)
    grouped = _GROUPED.get(name)
    return grouped(members) if grouped is not None else [_single(path, facts) for path, facts in members]


def _single(path: str, facts: DataFacts) -> Family:
    return Family(
        f"{path} ({facts.format})", facts.format, [(path, facts)], False, path.rpartition("/")[0], version(path)
    )


def _alembic(files: Sequence[File]) -> Iterator[Family]:
    """One family for each folder of migrations, in the order of their revisions."""
    folders: dict[str, list[File]] = {}
    for path, facts in files:
        folders.setdefault(path.rpartition("/")[0], []).append((path, facts))
    for folder, members in sorted(folders.items()):
        yield Family(f"{folder or '.'} (alembic)", "alembic", by_parents(members), True, folder)


def _in_time(files: Sequence[File], name: str) -> Iterator[Family]:
    """One family for each folder of migrations, in the order of the timestamps in their names."""
    folders: dict[str, list[File]] = {}
    for path, facts in files:
        folders.setdefault(path.rpartition("/")[0], []).append((path, facts))
    for folder, members in sorted(folders.items()):
        ordered = sorted(members, key=lambda file: natural(file[0]))
        yield Family(f"{folder or '.'} ({name})", name, ordered, True, folder)


def _of_strings(files: Sequence[File]) -> Iterator[Family]:
    """SQL in strings: a family for each folder of numbered files that change tables, and one for every other file."""
    numbered = [one for one in files if _NUMBERED.search(one[0]) and _changes(one[1])]
    folders = {path.rpartition("/")[0] for path, _ in numbered}
    together = [one for one in files if _NUMBERED.search(one[0]) and one[0].rpartition("/")[0] in folders]
    yield from _in_time(together, "sql_strings")
    for path, facts in files:
        if (path, facts) not in together:
            family = _single(path, facts)
            family.history = _changes(facts)
            yield family


def _changes(facts: DataFacts) -> bool:
    """Whether steps depend on those before them."""
    return any(step.kind != "create" for step in facts.steps)


def _of_classes(files: Sequence[File]) -> Iterator[Family]:
    """The tables of ORM classes, one family for each file."""
    classes = Classes(files)
    for path, facts in files:
        steps: list[SchemaStep] = []
        for step in facts.steps:
            steps.extend(classes.whole(path, step) if step.likeness == "name" else [step])
        if steps:
            yield _single(path, msgspec.structs.replace(facts, steps=tuple(steps)))


def _of_entities(files: Sequence[File], mapper: str) -> Iterator[Family]:
    """The tables of TypeORM or JPA entities, one family for each file."""
    entities = Entities(files, mapper)
    for path, facts in entities.files:
        steps = tuple(made for step in facts.steps for made in entities.whole(path, step))
        if steps:
            yield _single(path, msgspec.structs.replace(facts, steps=steps))


def _of_models(files: Sequence[File]) -> Iterator[Family]:
    """The tables of Entity Framework classes, one family for each file."""
    models = Models(files)
    for path, facts in files:
        steps = tuple(models.steps(path, facts))
        if steps:
            yield _single(path, msgspec.structs.replace(facts, steps=steps))


_GROUPED: Mapping[str, Callable[[Sequence[File]], Iterable[Family]]] = {
    "alembic": _alembic, "laravel": lambda members: _in_time(with_types(members), "laravel"),
    "sql_strings": _of_strings, "drizzle": _of_classes, "sqlalchemy": _of_classes, "efcore": _of_models,
    "django_models": model_families, "django_migrations": migration_families,
}  # fmt: skip
"""By format, what makes its families; the files of all other formats stand alone."""
