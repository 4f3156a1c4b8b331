"""SQL in strings of a program: its tables are found, and who reads and changes them is reached, packed and checked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.model import Pack

Files = dict[str, str]

SCHEMA = """package store

const schema = `
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    total INTEGER
);`
"""
STORE = """package store

func NotesOf(db *DB, id int) []string {
	return db.Query(
		"SELECT note " +
			"FROM orders WHERE id = ?", id)
}

func Forget(db *DB, id int) {
	log.Printf("delete the order from the list %d", id)
	db.Exec(`DELETE FROM orders WHERE id = ?`, id)
}

func Audit(db *DB, table string) {
	db.Query("SELECT a FROM audit_log")
	db.Query("SELECT b FROM " + table)
}
"""
GO: Files = {
    "go.mod": "module shop\n",
    "store/schema.go": SCHEMA,
    "store/store.go": STORE,
    "store/store_test.go": "package store\n\nfunc TestA() {\n\tdb.Exec(`CREATE TABLE made_up (a INT, b INT)`)\n}\n",
}


def repository(root: Path, files: Files) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def shown(pack: Pack) -> set[str]:
    return {item.path for zone in pack.zones for item in zone.items}


def test_the_schema_and_the_uses_of_a_table(tmp_path: Path) -> None:
    with Index.open(repository(tmp_path, GO), workers=0) as index:
        tables = {one.name: one for one in index.schema()}
    orders = tables["orders"]
    assert (orders.path, orders.line, orders.format) == ("store/schema.go", 4, "sql_strings")
    assert [(one.name, one.type, one.nullable, one.line) for one in orders.columns] == [
        ("id", "INTEGER", False, 5),
        ("note", "TEXT", False, 6),
        ("total", "INTEGER", True, 7),
    ]
    assert orders.keys == ("primary key (id)",)
    assert [(one.path, one.line) for one in orders.read_by] == [("store/store.go", 6)]
    assert [(one.path, one.line) for one in orders.changed_by] == [("store/store.go", 11)]
    assert set(tables) == {"orders", "audit_log"}


def test_what_the_change_of_a_table_reaches(tmp_path: Path) -> None:
    with Index.open(repository(tmp_path, GO), workers=0) as index:
        found = index.impact("table:orders", depth=1).reached
        column = {one.id for one in index.impact("table:orders.note", depth=1).reached}
        graph = index.graph("table:orders", level="symbol", direction="dependents")
    assert {(one.id, one.via[-1].kind, one.via[-1].line) for one in found} == {
        ("store/store.go::NotesOf", "reads", 6),
        ("store/store.go::Forget", "writes", 11),
    }
    assert column == {"store/store.go::NotesOf", "store/store.go::Forget"}
    assert {(one.source, one.target, one.line) for one in graph.edges} == {
        ("store/store.go::NotesOf", "store/schema.go::schema", 6),
        ("store/store.go::Forget", "store/schema.go::schema", 11),
    }


def test_packs_have_the_card_for_the_code_and_the_code_for_the_table(tmp_path: Path) -> None:
    with Index.open(repository(tmp_path, GO), workers=0) as index:
        of_code = index.pack(index.target("store/store.go::Forget", task="note who forgot it"), budget="4k")
        of_table = index.pack(index.target("table:orders", task="add a reason"), budget="4k")
        card = index.render(of_code).text
    assert "(tables)" in shown(of_code) and "note: TEXT NOT NULL" in card
    assert {"store/schema.go", "store/store.go"} <= shown(of_table)


SQLITE: Files = {
    "package.json": "{}",
    "db/schema.sql": "create table orders (id int primary key, amount int);\ncreate table lines (id int, amount int);",
    "db/migrations/0001_lines.sql": "alter table lines add column note text;\n",
    "src/store.js": (
        "export function amounts(db) {\n  return db.prepare(`\n    SELECT o.amount\n    FROM orders o`).all()\n}\n\n"
        'export function notes(db) {\n  return db.all("SELECT note FROM lines WHERE amount > ?")\n}\n'
    ),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    repository(tmp_path, SQLITE)
    _git(tmp_path, "init", "-q", "-b", "main", ".")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-q", "-m", "c")
    return tmp_path


def _git(root: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=root, env={**os.environ, **who, **settings}, check=True)


def test_a_column_that_is_dropped_is_used_in_a_string(shop: Path) -> None:
    (shop / "db/migrations/0002_amount.sql").write_text("alter table orders drop column amount;\n")
    _git(shop, "add", "-A")
    with Index.open(shop, workers=0) as index:
        found = index.check().findings
    assert [(one.suspect.symbol, [(use.path, use.line, use.symbol) for use in one.uses]) for one in found] == [
        ("orders.amount", [("src/store.js", 3, "amounts")])
    ]


def test_a_table_that_is_dropped_is_used_in_a_string(shop: Path) -> None:
    (shop / "db/migrations/0002_lines.sql").write_text("drop table lines;\n")
    _git(shop, "add", "-A")
    with Index.open(shop, workers=0) as index:
        found = index.check().findings
    assert [[(use.path, use.line, use.symbol) for use in one.uses] for one in found] == [[("src/store.js", 8, "notes")]]


def test_migrations_of_several_files_are_one_history(tmp_path: Path) -> None:
    done = {
        1: "CREATE TABLE a (id INT, b INT)",
        2: "ALTER TABLE a ADD COLUMN c TEXT",
        10: "ALTER TABLE a DROP COLUMN c",
    }
    files = {
        f"src/schema/v{number}.ts": f"export async function run(db: any) {{\n  await db.none(`{sql}`);\n}}\n"
        for number, sql in done.items()
    }
    with Index.open(repository(tmp_path, files), workers=0) as index:
        tables = {one.name: [column.name for column in one.columns] for one in index.schema()}
    assert tables == {"a": ["id", "b"]}


def test_a_file_that_its_grammar_cannot_read_still_uses_its_tables(tmp_path: Path) -> None:
    broken = "class A {\n" + "  ) ( ] [ } <<< >>> ;; @@ ## )) ((\n" * 40 + '  Run(@"SELECT a FROM orders");\n'
    files = {"db/schema.sql": "create table orders (a int);\n", "A.cs": broken}
    with Index.open(repository(tmp_path, files), workers=0) as index:
        orders = next(one for one in index.schema() if one.name == "orders")
    assert [(one.path, one.line) for one in orders.read_by] == [("A.cs", 42)]
