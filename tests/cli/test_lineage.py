"""`ctxpack lineage` in text: what is nearest to the datasets that were asked for comes first."""

import json
from pathlib import Path

import pytest
from cli_helpers import Cli, repository

FLOW = (("m", "z"), ("m", "a"), ("z", "b"), ("b", "y"), ("t", "m"), ("c", "t"))
"""Tables, each with one that it is made from: y -> b -> z -> m <- a, and m -> t -> c."""


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    sources: dict[str, list[str]] = {}
    for target, source in FLOW:
        sources.setdefault(target, []).append(source)
    views = "".join(
        f"CREATE VIEW s.{target} AS SELECT s.{made[0]}.id FROM {', '.join(f's.{one}' for one in made)};\n"
        for target, made in sources.items()
    )
    roots = "".join(f"CREATE TABLE s.{name} (id INT);\n" for name in "ay")
    return repository(tmp_path / "lake", {"views.sql": roots + views})


def edges(cli: Cli, lake: Path, *arguments: str) -> list[str]:
    """Each edge as "target<-source", with the schema left out."""
    result = cli("lineage", "-C", lake, *arguments)
    assert result.code == 0, result.err
    head, *lines = result.out.splitlines()
    assert head.split()[:4] == ["column" if "--columns" in arguments else "dataset", "<-", "made", "from"]
    return ["".join(line.split()[:3]).replace("s.", "") for line in lines]


def test_the_inputs_of_a_dataset_stand_before_theirs(cli: Cli, lake: Path) -> None:
    assert edges(cli, lake, "s.m", "--direction", "upstream") == ["m<-a", "m<-z", "z<-b", "b<-y"]


def test_what_is_made_from_a_dataset_stands_nearest_first(cli: Cli, lake: Path) -> None:
    assert edges(cli, lake, "s.y", "--direction", "downstream") == ["b<-y", "z<-b", "m<-z", "t<-m", "c<-t"]


def test_both_ways_go_outwards_together(cli: Cli, lake: Path) -> None:
    assert edges(cli, lake, "s.m") == ["m<-a", "m<-z", "t<-m", "z<-b", "c<-t", "b<-y"]


def test_columns_are_ordered_like_their_datasets(cli: Cli, lake: Path) -> None:
    found = edges(cli, lake, "s.m", "--direction", "upstream", "--columns")
    assert [edge.replace(".id", "") for edge in found] == ["m<-z", "z<-b", "b<-y"]


def test_without_a_dataset_the_edges_stand_by_name(cli: Cli, lake: Path) -> None:
    assert edges(cli, lake) == ["b<-y", "c<-t", "m<-a", "m<-z", "t<-m", "z<-b"]


def test_where_there_are_only_records_it_says_how_to_see_them(cli: Cli, tmp_path: Path) -> None:
    code = "from dataclasses import dataclass\n\n\n@dataclass\nclass Order:\n    number: int\n"
    (tmp_path / "order.py").write_text(code, encoding="utf-8")
    result = cli("schema", "-C", tmp_path)
    assert (result.code, result.out) == (1, "")
    assert result.err.endswith("there is no table here, but one record: see --records\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("s.c", "--direction", "downstream"), "nothing here is made from s.c"),
        (("s.a", "--direction", "upstream"), "nothing here tells what s.a is made from"),
        (("s.a", "--depth", "0"), "no edge is within a depth of 0"),
    ],
)
def test_where_there_is_no_edge_it_says_so(cli: Cli, lake: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = cli("lineage", "-C", lake, *arguments)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1].endswith(sentence)


def test_tables_that_nothing_connects_are_a_negative_answer(cli: Cli, tmp_path: Path) -> None:
    root = repository(tmp_path / "apart", {"a.sql": "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n"})
    result = cli("lineage", "-C", root)
    assert (result.code, result.err.splitlines()[-1]) == (1, "no dataset is made from another here")


def test_a_table_without_columns_is_no_statement(cli: Cli, tmp_path: Path) -> None:
    root = repository(tmp_path / "views", {"v.sql": "CREATE VIEW v AS SELECT x FROM elsewhere.t;\n"})
    found = cli("schema", "-C", root, "--format", "sql")
    assert "-- no column is known of elsewhere.t\n" in found.out
    assert found.out.count("CREATE TABLE") == 1


def test_quoted_names_and_defaults_stay_as_they_are_declared(cli: Cli, tmp_path: Path) -> None:
    ddl = (
        'CREATE TABLE "Envelope" (id int PRIMARY KEY);\n'
        "CREATE TABLE \"Recipient\" (id int DEFAULT 7, role text NOT NULL DEFAULT 'CC', "
        '"envelopeId" int REFERENCES "Envelope" (id));\n'
        "ALTER TABLE \"Recipient\" ALTER COLUMN id DROP DEFAULT, ALTER COLUMN role SET DEFAULT 'SIGNER';\n"
    )
    root = repository(tmp_path / "quoted", {"db/1.sql": ddl})
    found = cli("schema", "recipient", "-C", root, "--format", "sql").out
    assert 'CREATE TABLE "Recipient" (' in found
    assert "  id int,\n" in found
    assert "  role text DEFAULT 'SIGNER' NOT NULL,\n" in found
    assert 'foreign key ("envelopeId") references "Envelope" (id)' in found


def test_defaults_in_every_form(cli: Cli, tmp_path: Path) -> None:
    prisma = (
        "model Letter {\n  id Int @id @default(autoincrement())\n  key String @default(cuid())\n"
        '  made DateTime @default(now())\n  state String @default(dbgenerated())\n  tone String @default("kind")\n}\n'
    )
    root = repository(tmp_path / "letters", {"schema.prisma": prisma})
    (table,) = json.loads(cli("schema", "-C", root, "--format", "json").out)["tables"]
    assert table["spelled"] == "Letter"
    assert {one["name"]: one["default"] for one in table["columns"]} == {
        "id": "autoincrement()", "key": "", "made": "CURRENT_TIMESTAMP", "state": "…", "tone": "'kind'",
    }  # fmt: skip
    written = cli("schema", "-C", root, "--format", "sql").out
    assert "  id Int GENERATED BY DEFAULT AS IDENTITY NOT NULL,\n" in written
    assert "  key String NOT NULL,\n" in written
    assert "  made DateTime DEFAULT CURRENT_TIMESTAMP NOT NULL,\n" in written
    assert "  state String NOT NULL,  -- default …\n" in written
    assert "not null, default 'kind'" in cli("schema", "-C", root).out
    assert "| `tone` | String | `'kind'` |" in cli("schema", "-C", root, "--format", "markdown").out


def test_code_that_uses_a_client_is_told_of_the_table(cli: Cli, tmp_path: Path) -> None:
    root = repository(
        tmp_path / "client",
        {
            "prisma/schema.prisma": "model Letter {\n  id Int @id\n}\n",
            "src/db.ts": "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n",
            "src/send.ts": "import { prisma } from './db';\nprisma.letter.create({});\n",
            "src/list.ts": "import { prisma } from './db';\nprisma.letter.findMany();\n",
            "src/other.ts": "import { prisma } from './mock';\nprisma.letter.findMany();\n",
        },
    )
    (table,) = json.loads(cli("schema", "letter", "-C", root, "--format", "json").out)["tables"]
    assert [(one["path"], one["line"], one["evidence"]) for one in table["written_by"]] == [
        ("src/send.ts", 2, "prisma create")
    ]
    assert [one["path"] for one in table["read_by"]] == ["src/list.ts"]
    reached = json.loads(cli("impact", "table:letter", "-C", root, "--format", "json").out)["reached"]
    assert {one["path"] for one in reached} == {"src/send.ts", "src/list.ts"}
    assert json.loads(cli("lineage", "-C", root, "--format", "json").out)["edges"] == []
