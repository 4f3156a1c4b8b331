"""A family: schema files that are folded together, and which of several families is preferred."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ctxpack.datamodel.schema import DataFacts
from ctxpack.lineage.families.places import Natural, dialect_rank, is_aside

File = tuple[str, DataFacts]


@dataclass(slots=True)
class Family:
    """Files that are folded together; `history` says that they are ordered steps, not an unordered set of definitions.

    `base` are the definitions that a history starts from. `past` are its first steps, where `base` describes the schema
    after them; they are not in `files`. `created` are the tables that the files create. `partial` marks a family with
    less than half as many tables as another that has one of the same.
    """

    name: str
    format: str
    files: list[File]
    history: bool
    root: str = ""
    version: Natural = ()
    dialect: str = ""
    base: list[File] = field(default_factory=list)
    past: list[File] = field(default_factory=list)
    partial: bool = False
    created: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.note()

    def note(self) -> None:
        """Compute `created` again after a change of the files."""
        self.created = {table for _, facts in (*self.base, *self.files) for table in created(facts)}

    @property
    def is_dump(self) -> bool:
        """Whether the files are a generated dump of the whole schema, by their names."""
        return any(path.rpartition("/")[2].endswith("structure.sql") for path, _ in (*self.base, *self.files))

    @property
    def lasts(self) -> set[str]:
        """The created tables without their schemas."""
        return last_names(self.created)

    @property
    def rank(self) -> tuple[bool, int, bool, tuple[int, ...], int, int, str]:
        """Sort key of the preference among families that declare the same table, the preferred first (see `fold`)."""
        newest = (*(-number for _, number, _ in self.version), 1)
        return (
            all(is_aside(path) for path, _ in self.files),
            0 if self.is_dump else _FORMAT_RANK.get(self.format, 2),
            self.partial,
            newest,
            dialect_rank(self.dialect),
            -len(self.files),
            self.name,
        )


_FORMAT_RANK = {
    "rails_schema": 0, "sql": 1, "alembic": 1, "django_migrations": 1, "rails_migrations": 1, "laravel": 1,
    "typeorm_migrations": 1, "efcore_migrations": 1,
}  # fmt: skip


def created(facts: DataFacts) -> list[str]:
    """The tables that a file creates and does not drop again, under their last names."""
    made: dict[str, None] = {}
    for step in facts.steps:
        if step.kind == "create" and step.kind_of not in ("domain", "type"):
            made[step.table] = None
        elif step.kind == "drop":
            made.pop(step.table, None)
        elif step.kind == "rename" and step.table in made:
            del made[step.table]
            made[step.name] = None
    return list(made)


def last_names(names: Iterable[str]) -> set[str]:
    """Table names without their schemas."""
    return {name.rpartition(".")[2] for name in names}
