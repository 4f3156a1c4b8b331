"""SQL in strings of programs: what counts as a statement, on which line of the file, and what it declares and uses."""

from __future__ import annotations

import pytest

from ctxpack.parse.schemas.sql_strings import read
from ctxpack.parse.schemas.table import SQL_IN_STRINGS
from ctxpack.parse.schemas.table import read as read_format


def used(text: str, language: str) -> list[tuple[str, int, bool]]:
    return [(one.table, one.line, one.writes) for one in read(text, language).strings]


def declared(text: str, language: str) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    steps = read(text, language).steps
    return {
        one.table: (one.line, [(column.name, column.line) for column in one.columns])
        for one in steps
        if one.kind == "create"
    }


STRINGS = {
    "go": "package p\n\nfunc f() {\n\tdb.Query(`\n\t\tSELECT id\n\t\tFROM orders`)\n"
    '\tdb.Exec("DELETE FROM " + "lines")\n}\n',
    "javascript": "const q = 1;\n\n\ndb.prepare(`\n  SELECT id\n  FROM orders WHERE id = ${q}`);\n"
    "db.run('DELETE FROM ' + 'lines');\n",
    "typescript": "const q: number = 1;\n\n\ndb.query<Row>(`\n  SELECT id\n  FROM orders WHERE id = ${q}`);\n"
    "db.run('DELETE FROM ' + 'lines');\n",
    "java": 'class A {\n  void f() {\n\n    db.query("""\n      SELECT id\n      FROM orders""");\n'
    '    db.exec("DELETE FROM " + "lines");\n  }\n}\n',
    "kotlin": 'class A {\n  fun f() {\n\n    db.query("""\n      SELECT id\n      FROM orders""".trimIndent())\n'
    '    db.exec("DELETE FROM " + "lines")\n  }\n}\n',
    "csharp": 'class A {\n  void F() {\n\n    db.Query(@"\n      SELECT ""id""\n      FROM ""orders""");\n'
    '    db.Execute("DELETE FROM " + "lines");\n  }\n}\n',
    "ruby": "class A\n  def f(x)\n\n    db.query(<<~SQL)\n      SELECT id, #{x}\n      FROM orders\n    SQL\n"
    '    db.execute("DELETE FROM " + "lines")\n  end\nend\n',
    "php": "<?php\nfunction f($x) {\n\n  $db->query(<<<SQL\n    SELECT id, $x\n    FROM orders\n    SQL);\n"
    "  $db->exec('DELETE FROM ' . 'lines');\n}\n",
    "rust": 'fn f() {\n\n\n    db.query(r#"\n        SELECT "id"\n        FROM orders"#);\n'
    '    db.execute(concat!("DELETE FROM ", "lines"));\n}\n',
    "scala": 'object A {\n  def f() = {\n\n    db.query("""\n      |SELECT id\n      |FROM orders""".stripMargin)\n'
    '    db.execute("DELETE FROM " + "lines")\n  }\n}\n',
}


@pytest.mark.parametrize("language", sorted(STRINGS))
def test_each_language_has_its_strings_and_their_lines(language: str) -> None:
    found = used(STRINGS[language], language)
    assert found[0] == ("orders", 6, False)
    assert [(table, writes) for table, _, writes in found[1:]] == [("lines", True)]
    assert all(one.handed for one in read(STRINGS[language], language).strings)


def test_what_a_format_of_the_table_reads() -> None:
    assert {f"sql_in_{language}" for language in [*STRINGS, "tsx"]} == SQL_IN_STRINGS
    assert read_format("sql_in_go", STRINGS["go"]).strings == read(STRINGS["go"], "go").strings


SENTENCES = [
    "select a file from the list",
    "Select an item from list",
    "select any two cards from hand",
    "update the readme",
    "Update user set",
    "update your settings now",
    "delete message from the server",
    "Delete from cart",
    "insert into the slot",
    "insert coin into machine",
    "drop table tennis",
    "create table tennis club",
    "with the following settings from config",
    "merge into main",
    "truncate after ten words",
    "replace all from here",
    "SELECT response for IMAP folder has no UIDNEXT, fall back to STATUS command.",
    "select 1",
    "SELECT * FROM Win32_Battery",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_are_no_statements(sentence: str) -> None:
    facts = read(f'package p\n\nfunc f() {{\n\tdb.Query("{sentence}")\n}}\n', "go")
    assert facts.strings == ()
    assert not any(one.kind == "create" for one in facts.steps)


PLACEHOLDERS = [
    ("go", 'var q = fmt.Sprintf("SELECT %s FROM orders WHERE a = $1 AND b = ?", x)', ["orders"]),
    ("go", 'var q = fmt.Sprintf("SELECT a FROM %s", x)', []),
    ("go", 'var q = "SELECT a FROM " + table', []),
    ("javascript", "db.get(`SELECT a FROM ${table} WHERE b = @b AND c = :c`)", []),
    ("javascript", "db.get(`SELECT a FROM ${schema}.orders`)", ["orders"]),
    ("javascript", "db.get(`SELECT a FROM ${prefix}orders`)", ["{prefix}orders"]),
    ("rust", 'fn f() { db.query(&format!("select a from orders where b = {}", b)); }', ["orders"]),
    ("csharp", 'class A { void F() { db.Query($"SELECT a FROM {table} JOIN orders ON b = {b}"); } }', ["orders"]),
    ("java", 'interface A { @Select("SELECT a FROM orders WHERE b = #{b}") A f(); }', ["orders"]),
    ("ruby", 'db.query("SELECT a FROM #{table}")', []),
    ("php", '<?php $db->query("SELECT a FROM {$this->table} JOIN orders");', ["orders"]),
]


@pytest.mark.parametrize(("language", "text", "tables"), PLACEHOLDERS)
def test_a_name_that_is_computed_is_no_table(language: str, text: str, tables: list[str]) -> None:
    text = f"package p\n{text}" if language == "go" else text
    assert [one.table for one in read(text, language).strings] == tables


def test_constants_of_the_file_are_put_in() -> None:
    text = """class Store {
  static final String ORDERS = "orders";
  static final String KEY = "id" + " INTEGER PRIMARY KEY, ";
  static final String MADE = "CREATE TABLE " + ORDERS + " ("
      + KEY
      + "note TEXT NOT NULL)";

  void f(String table) {
    db.rawQuery("SELECT note FROM " + ORDERS + " WHERE id = ?");
    db.rawQuery("SELECT note FROM " + table);
  }
}
"""
    assert used(text, "java") == [("orders", 9, False)]
    assert declared(text, "java") == {"orders": (4, [("id", 4), ("note", 6)])}


def test_a_constant_counts_where_it_is_bound() -> None:
    used_twice = "db.get(`SELECT x FROM ${t}`)"
    text = f"function f() {{ const t = 'orders'; {used_twice} }}\nfunction g(t) {{ {used_twice} }}\n"
    assert used(text, "javascript") == [("orders", 1, False)]


def test_what_the_statement_itself_defines_is_no_table() -> None:
    query = "WITH recent AS (SELECT id FROM orders) SELECT id FROM recent JOIN generate_series(1, 2) g"
    text = f"package p\nvar q = `{query}`\n"
    assert used(text, "go") == [("orders", 2, False)]


def test_columns_have_the_lines_of_the_file() -> None:
    text = (
        "const schema = `\n  BEGIN;\n  CREATE TABLE IF NOT EXISTS orders (\n    id INTEGER PRIMARY KEY,\n"
        "    note TEXT NOT NULL\n  );\n  CREATE TABLE lines (order_id INT REFERENCES orders(id));\n`;\n"
    )
    assert declared(text, "javascript") == {
        "orders": (3, [("id", 4), ("note", 5)]),
        "lines": (7, [("order_id", 7)]),
    }


def steps(text: str, language: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.table, one.name) for one in read(text, language).steps]


def test_what_undoes_a_migration_is_left_out() -> None:
    text = (
        "exports.up = async (knex) => {\n  await knex.raw('CREATE TABLE orders (id INT, note TEXT)')\n}\n"
        "exports.down = async (knex) => {\n  await knex.raw('DROP TABLE orders')\n}\n"
    )
    assert steps(text, "javascript") == [("create", "orders", "")]


def test_dropping_to_begin_anew_leaves_the_table() -> None:
    text = (
        'package p\n\nconst made = "CREATE TABLE orders (id INT, note TEXT)"\n\n'
        'func Reset() {\n\tdb.Exec("DROP TABLE orders")\n}\n'
    )
    assert steps(text, "go") == [("create", "orders", "")]


def test_numbered_migrations_are_run_in_the_order_of_their_numbers() -> None:
    text = """<?php
function version_3($pdo) { $pdo->exec('ALTER TABLE orders RENAME COLUMN note TO remark'); }
function version_2($pdo) { $pdo->exec('ALTER TABLE orders ADD COLUMN note TEXT'); }
function version_1($pdo) { $pdo->exec('CREATE TABLE orders (id INT, total INT)'); }
"""
    assert [kind for kind, _, _ in steps(text, "php")] == ["create", "add column", "rename column"]


def test_the_whole_definition_stands_behind_the_migrations_to_it() -> None:
    text = """package p

const created = `CREATE TABLE orders (id INT, remark TEXT, total INT)`
const migrate1To2 = `ALTER TABLE orders RENAME TO orders_old`
const migrate2To3 = `
    CREATE TABLE orders (id INT, note TEXT);
    INSERT INTO orders SELECT id, note FROM orders_old;
    DROP TABLE orders_old;`
"""
    facts = read(text, "go")
    assert [(one.kind, one.table, one.line, one.replaces) for one in facts.steps if one.table == "orders"] == [
        ("create", "orders", 6, False),
        ("create", "orders", 3, True),
    ]
    assert all(one.table != "orders_old" for one in facts.steps if one.kind == "create")


def test_routines_and_their_rows_are_no_tables() -> None:
    text = (
        "package p\nvar q = `CREATE TRIGGER t ON orders INSTEAD OF DELETE AS DELETE lines WHERE id IN"
        " (SELECT id FROM deleted); DELETE orders WHERE id IN (SELECT id FROM deleted);`\n"
    )
    assert used(text, "go") == []


def test_queries_of_mappers_name_classes() -> None:
    text = 'class A {\n  void f() { em.createQuery("SELECT o FROM Orders o"); em.createNativeSql("x"); }\n}\n'
    assert [one.handed for one in read(text, "java").strings] == [False]


@pytest.mark.parametrize("language", sorted(STRINGS))
def test_hostile_text_costs_no_error(language: str) -> None:
    for text in (
        "",
        '"select',
        "`select " * 500,
        '"select a from ' + "(" * 5_000,
        '"CREATE TABLE x (' + "a int," * 3_000,
    ):
        read(text, language)
    joined = " + ".join(['"SELECT a FROM b "'] * 3_000)
    read(f"x = {joined}", language)
