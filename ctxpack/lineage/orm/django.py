"""Names the tables of Django models, in model files and in migrations.

The label of an app is the name of its folder. The table of a model is `label_model` unless `db_table` names another. A
migration names models, not tables, so the table of each model is tracked through the migrations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.lineage.families.family import Family, File
from ctxpack.lineage.families.ordering import by_parents
from ctxpack.lineage.orm.classes import Classes, ClassStep
from ctxpack.model import Column

_NOT_MODELS = re.compile(
    r"(?:^|[/_])(?:forms?|serializers?|filters?|filtersets?|admin|views?|viewsets?|graphql|api|tables|tests?|factories)(?:/|\.py$)"
)
_USER = "{auth_user_model}"
_DEEPEST = 30


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from text: "name type" or "name type null", separated by commas."""
    parts = [one.split() for one in text.split(",")]
    return tuple(Column(one[0], one[1], len(one) > 2) for one in parts)


_OF_BASES = {
    "AbstractBaseUser": _columns("password CharField(128), last_login DateTimeField null"),
    "PermissionsMixin": _columns("is_superuser BooleanField"),
    "AbstractUser": _columns(
        "password CharField(128), last_login DateTimeField null, is_superuser BooleanField, username CharField(150),"
        "first_name CharField(150), last_name CharField(150), email EmailField, is_staff BooleanField,"
        "is_active BooleanField, date_joined DateTimeField"
    ),
    "TimeStampedModel": _columns("created DateTimeField, modified DateTimeField"),
    "MPTTModel": _columns("lft PositiveIntegerField, rght PositiveIntegerField, tree_id PositiveIntegerField,"
                          "level PositiveIntegerField"),
    "MP_Node": _columns("path CharField(255), depth PositiveIntegerField, numchild PositiveIntegerField"),
}  # fmt: skip
"""The columns that models inherit from base classes of well-known packages, which are not in the repository."""

_MODEL_BASES = frozenset(
    {"Model", *_OF_BASES, "PolymorphicModel", "TranslatableModel", "SafeDeleteModel", "Orderable", "Page"}
)


def label_of(path: str) -> str:
    """The app label of a model or migration file: the folder above "models" or "migrations"; "{app}" without one."""
    folders = path.split("/")[:-1]
    for name in ("migrations", "models"):
        if name in folders:
            folders = folders[: len(folders) - 1 - folders[::-1].index(name)]
            break
    return folders[-1].lower() if folders else "{app}"


def _app_root(path: str) -> str:
    folders = path.split("/")[:-1]
    while folders and folders[-1] in ("migrations", "models"):
        folders.pop()
    return "/".join(folders[:-1])


# --- models -----------------------------------------------------------------------------------------------------------


def model_families(files: Sequence[File]) -> Iterator[Family]:
    """The tables of Django models, one family for each file."""
    likely = [file for file in files if not _NOT_MODELS.search(file[0])]
    models = _Models(likely)
    for path, facts in likely:
        steps: list[SchemaStep] = []
        for step in facts.steps:
            steps.extend(models.whole(path, step) if step.likeness == "name" else models.joining(path, step, facts))
        if steps:
            folder = path.rpartition("/")[0]
            made = msgspec.structs.replace(facts, steps=tuple(steps))
            yield Family(f"{path} ({facts.format})", facts.format, [(path, made)], False, folder)


class _Models:
    """The model classes of all files, with their tables by the default name `label_model`."""

    def __init__(self, files: Sequence[File]) -> None:
        self._classes = Classes(files)
        self._user = ""
        tables: dict[str, str] = {}
        for path, facts in files:
            for step in facts.steps:
                if step.likeness != "name":
                    continue
                label = label_of(path)
                tables[f"{label}_{step.name.lower()}"] = step.table.replace("{app}", label)
                if not self._user and {"AbstractUser", "AbstractBaseUser"} & set(_names(step.like)):
                    self._user = step.table.replace("{app}", label)
        self._tables = tables

    def _placed(self, path: str, text: str) -> str:
        """A name or key with its app label filled in, and a referenced model replaced by the table that it states."""
        text = text.replace("{app}", label_of(path)).replace(_USER, self._user or "auth_user")
        head, mark, table = text.partition(" references ")
        name, space, rest = table.partition(" (")
        return f"{head}{mark}{self._tables.get(name, name)}{space}{rest}" if mark else text

    def joining(self, path: str, step: SchemaStep, facts: DataFacts) -> list[SchemaStep]:
        """The join table of a many-to-many field; () where the model itself has no table."""
        owner = next((one for one in facts.steps if one.name == step.name.partition(".")[0]), None)
        if owner is None or owner.kind_of != "table" or not self._is_model(path, owner, 0):
            return []
        return [
            msgspec.structs.replace(
                step,
                table=self._placed(path, step.table),
                keys=tuple(self._placed(path, key) for key in step.keys),
                name="",
            )
        ]

    def _is_model(self, path: str, step: SchemaStep, depth: int) -> bool:
        """Whether a class derives from Model, as far as the repository shows.

        A class with columns also counts if the name of an unknown base ends in "Model".
        """
        names = _names(step.like)
        if _MODEL_BASES & set(names) or (step.columns and any(name.endswith("Model") for name in names)):
            return True
        above = self._classes.bases(step, path) if depth < _DEEPEST else []
        return any(self._is_model(base_path, base, depth + 1) for base_path, base in above)

    def whole(self, path: str, step: SchemaStep) -> list[SchemaStep]:
        """The table of a model with the columns of its abstract bases, and the automatic key if it states none."""
        if step.kind_of != "table" or not self._is_model(path, step, 0):
            return []
        columns: dict[str, Column] = {}
        keys: list[str] = []
        parents: list[str] = []
        for base_path, base in self._above(path, step, 0):
            if base.kind_of == "table" and self._is_model(base_path, base, 0):
                parents.append(base.table.replace("{app}", label_of(base_path)))
                name = f"{base.name.lower()}_ptr_id"
                columns[name] = Column(name, "OneToOneField", False, line=step.line)
                keys += [f"primary key ({name})", f"foreign key ({name}) references {parents[-1]}"]
            elif base.kind_of == "abstract" or base_path == "":
                columns.update({column.name: column for column in base.columns})
                keys.extend(base.keys)
        columns.update({column.name: column for column in step.columns})
        keys.extend(step.keys)
        if not any("primary key (" in key for key in keys):
            columns = {"id": Column("id", "AutoField", False, line=step.line), **columns}
            keys.insert(0, "primary key (id)")
        made = msgspec.structs.replace(
            step,
            table=step.table.replace("{app}", label_of(path)),
            columns=tuple(columns.values()),
            keys=tuple(self._placed(path, key) for key in dict.fromkeys(keys)),
            name="",
            like="",
            likeness="",
        )
        return [made]

    def _above(self, path: str, step: SchemaStep, depth: int) -> list[ClassStep]:
        """The base classes of a model, the farthest first; nothing above a concrete one."""
        found: list[ClassStep] = []
        if depth > _DEEPEST:
            return found
        for name in reversed(_names(step.like)):
            known = self._classes.find(name, path)
            if known is None or known[1] is step:
                if name in _OF_BASES:
                    found.append(("", SchemaStep("create", "", 0, _OF_BASES[name], name=name, kind_of="abstract")))
                continue
            base_path, base = known
            if base.kind_of != "table" or not self._is_model(base_path, base, 0):
                found.extend(self._above(base_path, base, depth + 1))
            found.append((base_path, base))
        return found


def _names(like: str) -> list[str]:
    return [name.strip() for name in like.split(",") if name.strip()]


# --- migrations -------------------------------------------------------------------------------------------------------


def migration_families(files: Sequence[File]) -> Iterator[Family]:
    """The migrations of all apps in one folder as one family, in the order of their dependencies."""
    roots: dict[str, list[File]] = {}
    for path, facts in files:
        roots.setdefault(_app_root(path), []).append((path, facts))
    for root, members in sorted(roots.items()):
        named = _without_squashed(members)
        ordered = _ordered(named, {_identity(path): facts.revision.split() for path, facts in members})
        followed = _Followed(ordered)
        told = [(path, followed.told(path, facts)) for path, facts in ordered]
        yield Family(f"{root or '.'} (django_migrations)", "django_migrations", told, True, root)


def _identity(path: str) -> str:
    return f"{label_of(path)}.{path.rpartition('/')[2].removesuffix('.py')}"


def _without_squashed(files: Sequence[File]) -> list[File]:
    """The migrations without squashed ones whose replaced migrations all exist, else without the replaced ones."""
    there = {_identity(path) for path, _ in files}
    kept: list[File] = []
    gone: set[str] = set()
    for _, facts in files:
        replaced = facts.revision.split()
        if replaced and not all(name in there for name in replaced):
            gone.update(replaced)
    for path, facts in files:
        replaced = facts.revision.split()
        squashed = bool(replaced) and all(name in there for name in replaced)
        if not squashed and _identity(path) not in gone:
            kept.append((path, facts))
    return kept


def _ordered(files: Sequence[File], replaced: Mapping[str, Sequence[str]]) -> list[File]:
    """Migrations in the order of their dependencies; `replaced` lists those that each squashed migration replaces."""
    named = [(path, msgspec.structs.replace(facts, revision=_identity(path))) for path, facts in files]
    squashes = {old: _identity(path) for path, facts in files for old in facts.revision.split()}
    there = {facts.revision for _, facts in named}
    placed: list[File] = []
    for path, facts in named:
        parents: list[str] = []
        for one in facts.parents:
            parents.extend(
                replaced.get(one, ()) if one not in there and one not in squashes else [squashes.get(one, one)]
            )
        placed.append((path, msgspec.structs.replace(facts, parents=tuple(parents))))
    return by_parents(placed)


class _Followed:
    """Tracks the table of each model through the migrations."""

    def __init__(self, files: Sequence[File]) -> None:
        self._table_of: dict[str, str] = {}
        self._joined: dict[str, list[str]] = {}
        self._user = next(
            (
                step.table.replace("{app}", label_of(path))
                for path, facts in files
                for step in facts.steps
                if step.kind == "create" and {"password", "last_login"} <= {column.name for column in step.columns}
            ),
            "auth_user",
        )

    def told(self, path: str, facts: DataFacts) -> DataFacts:
        """The facts of the next migration, with models replaced by their tables."""
        label = label_of(path)
        steps: list[SchemaStep] = []
        for step in facts.steps:
            placed = msgspec.structs.replace(
                step,
                table=step.table.replace("{app}", label),
                name=step.name.replace("{app}", label),
                keys=tuple(self._key(key.replace("{app}", label)) for key in step.keys),
            )
            steps.extend(self._followed(placed, label))
        return msgspec.structs.replace(facts, steps=tuple(steps))

    def _key(self, key: str) -> str:
        head, mark, table = key.replace(_USER, self._user).partition(" references ")
        name, space, rest = table.partition(" (")
        return f"{head}{mark}{self._table_of.get(name, name)}{space}{rest}" if mark else key

    def _followed(self, step: SchemaStep, label: str) -> list[SchemaStep]:
        if step.kind == "create":
            return self._created(step, label)
        table = self._table_of.get(step.table, step.table)
        if step.kind == "rename" and step.kind_of == "model":
            return self._renamed_model(step, table)
        if step.kind == "rename":
            self._table_of[step.table] = step.name
        steps = [msgspec.structs.replace(step, table=table)]
        if step.kind == "drop":
            joined = self._joined.pop(step.table, [])
            steps = [*(msgspec.structs.replace(step, table=one) for one in joined), *steps]
        return steps

    def _created(self, step: SchemaStep, label: str) -> list[SchemaStep]:
        model, dot, field = step.name.partition(".")
        usual = f"{label}_{model.lower()}"
        if dot:
            owner = self._table_of.get(usual, usual)
            table = f"{owner}_{field.lower()}" if step.table.startswith(f"{usual}_") else step.table
            keys = tuple(key.replace(f"references {usual}", f"references {owner}") for key in step.keys)
            self._joined.setdefault(usual, []).append(table)
            return [msgspec.structs.replace(step, table=table, name="", keys=keys)]
        if step.name and step.table != usual:
            self._table_of[usual] = step.table
        if step.kind_of == "unmanaged":
            return []
        return [msgspec.structs.replace(step, name="")]

    def _renamed_model(self, step: SchemaStep, table: str) -> list[SchemaStep]:
        joined = self._joined.pop(step.table, [])
        if table != step.table:
            self._table_of[step.name] = self._table_of.pop(step.table)
            self._joined[step.name] = joined
            return []
        steps = [msgspec.structs.replace(step, kind_of="table")]
        old, new = (one.partition("_")[2] for one in (step.table, step.name))
        for one in joined:
            renamed = step.name + one.removeprefix(step.table)
            steps.append(SchemaStep("rename", one, step.line, name=renamed))
            steps.append(SchemaStep("rename column", renamed, step.line, (Column(f"{new}_id"),), name=f"{old}_id"))
            self._joined.setdefault(step.name, []).append(renamed)
        return steps
