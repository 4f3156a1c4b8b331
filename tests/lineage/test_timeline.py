"""The states of a table after each commit are the same as if all files were looked at after every one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from ctxpack.datamodel.schema import DataFacts, DeclaredTable
from ctxpack.lineage.answers import timeline
from ctxpack.lineage.answers.history import by_commits
from ctxpack.lineage.answers.timeline import FileDeclarations, Step, Timeline
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.declared.schema_diff import diff
from ctxpack.lineage.names.matching import alike, parts
from ctxpack.model import Column
from ctxpack.parse.schemas.table import read

NAMES = ("orders", "shop.orders", "{env}.orders", "notes", "old_orders", "shop.{name}", "older_orders")


def by_looking_at_everything(steps: Sequence[Step], name: str) -> Iterator[tuple[str, str, str, str]]:
    """The same changes, from all files after each commit."""
    now: dict[str, FileDeclarations] = {}
    states = []
    for step in steps:
        now = {**now, **dict(step.changed)}
        files = [(path, facts) for path in sorted(now) for facts in now[path].facts]
        states.append((step, files, [table for path in sorted(now) for table in now[path].tables]))
    names = {parts(name)}

    def is_mine(other: str) -> bool:
        own = parts(other)
        return any(own == known or alike(own, known, least=min(len(own), len(known), 2)) for known in names)

    for _, files, _ in states:
        for step in (step for _, facts in files for step in facts.steps):
            if step.kind == "rename" and is_mine(step.name):
                names.add(parts(step.table))
    before: list[DeclaredTable] = []
    for number, (commit, files, tables) in enumerate(states):
        spoken = [
            (path, facts)
            for path, facts in files
            if any(is_mine(step.table) or (step.kind == "rename" and is_mine(step.name)) for step in facts.steps)
        ]
        after = [table for table in (*fold(spoken).tables, *tables) if is_mine(table.name)]
        for change in diff(before, after) if commit.commit or number else ():
            yield commit.commit, change.change, change.column, change.table
        before = after


def declared(random: random.Random) -> FileDeclarations:
    """What some file says: definitions, changes, a rename, or tables that need no folding."""
    columns = random.sample(["id int", "name text", "total int not null", "note text"], random.randint(1, 4))
    one, other = random.sample(NAMES, 2)
    said = [
        f"create table {one} ({', '.join(columns)});",
        f"alter table {one} add column more int;",
        f"alter table {one} rename to {other};",
    ]
    facts = read("sql", "\n".join(random.sample(said, random.randint(0, 3))).replace("{", "").replace("}", ""))
    kept = tuple(Column(column.partition(" ")[0]) for column in columns)
    model = DeclaredTable(random.choice(NAMES), "model", kept, (), "m.yml", 1, "dbt")
    return FileDeclarations((facts,), (model,) if random.random() < 0.4 else ())


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("first", ["", "c0"])
def test_nothing_else_is_told_than_by_looking_at_everything(seed: int, first: str) -> None:
    chance = random.Random(seed)
    paths = ["a.sql", "b.sql", "migrations/V1__a.sql", "migrations/V2__b.sql", "m.yml"]
    steps = []
    for number in range(8):
        changed = {path: declared(chance) for path in chance.sample(paths, chance.randint(1, 3))}
        gone = {path: FileDeclarations() for path in chance.sample(paths, chance.randint(0, 1))}
        steps.append(Step(f"c{number}" if number else first, "", tuple(sorted({**changed, **gone}.items()))))
    line = Timeline(steps)
    for name in NAMES:
        told = []
        for step, after in line.of(name):
            before = told[-1][1] if told else ()
            told.append((step, after, [] if step is None else diff(before, after)))
        found = [
            (step.commit, one.change, one.column, one.table) for step, _, changes in told if step for one in changes
        ]
        assert found == list(by_looking_at_everything(steps, name))
        assert len(by_commits(line, name, "sql")) == len(found)


def test_a_commit_costs_only_the_tables_that_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []

    def counted(files: Sequence[tuple[str, DataFacts]]) -> object:
        folded.append(len(files))
        return fold(files)

    monkeypatch.setattr(timeline, "fold", counted)
    one = [("".join(f"create table t{at}_{of} (id int);" for at in range(20))) for of in range(5)]
    start = tuple((f"{of}.sql", FileDeclarations((read("sql", text),))) for of, text in enumerate(one))
    more = [
        Step(
            f"c{number}",
            "",
            (("0.sql", FileDeclarations((read("sql", f"{one[0]}create table n{number} (id int);"),))),),
        )
        for number in range(6)
    ]
    line = Timeline([Step("", "", start), *more])
    for of in range(5):
        for at in range(20):
            by_commits(line, f"t{at}_{of}", "sql")
    assert len(folded) == 5 + 6
    assert set(folded) == {1}
