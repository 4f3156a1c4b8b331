"""Drizzle: columns, keys and shared columns of tables in TypeScript, and what is no table."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas import sql
from ctxpack.parse.schemas.drizzle import read

IMPORT = (
    "import { pgTable, pgTableCreator, pgSchema, pgEnum, text, integer, serial, varchar, numeric, timestamp, uuid, int"
    " } from 'drizzle-orm/pg-core';\n"
)


def folded(*texts: str, migration: str = "") -> Folded:
    files = [(f"src/s{n}.ts", read(IMPORT + text)) for n, text in enumerate(texts)]
    if migration:
        files.append(("drizzle/0000_first.sql", sql.read(migration)))
    return fold(files)


def table(*texts: str) -> DeclaredTable:
    (found,) = folded(*texts).tables
    return found


@pytest.mark.parametrize(
    ("member", "name", "kind", "nullable", "default"),
    [
        ("id: serial('id').primaryKey()", "id", "serial", False, "autoincrement()"),
        ("id: integer('no').primaryKey({ autoIncrement: true })", "no", "integer", False, "autoincrement()"),
        ("id: uuid().defaultRandom().primaryKey()", "id", "uuid", False, "gen_random_uuid()"),
        ("a: text('a')", "a", "text", True, ""),
        ("a: text('a').notNull().default('it\\'s')", "a", "text", False, "'it''s'"),
        ("'a': varchar({ length: 9 }).default(null)", "a", "varchar(9)", True, ""),
        ("a: numeric('a', { precision: 10, scale: 2 }).default('0')", "a", "numeric(10, 2)", True, "'0'"),
        ("a: int('a', { unsigned: true }).default(-1)", "a", "int unsigned", True, "-1"),
        ("a: timestamp('a', { withTimezone: true }).defaultNow()", "a", "timestamp with time zone", True,
         "CURRENT_TIMESTAMP"),
        ("a: timestamp('a').default(sql`now()`)", "a", "timestamp", True, "now()"),
        ("a: integer('a').default(sql<number>`1 + 1`)", "a", "integer", True, "1 + 1"),
        ("a: text('a').default(START)", "a", "text", True, "…"),
        ("a: text('a').$defaultFn(() => made()).array()", "a", "text[]", True, ""),
        ("a: role('a')", "a", "kinds", True, ""),
    ],
)  # fmt: skip
def test_columns(member: str, name: str, kind: str, nullable: bool, default: str) -> None:
    found = table(f"const role = pgEnum('kinds', ['x']);\nexport const users = pgTable('users', {{\n  {member},\n}});")
    (column,) = found.columns
    assert (column.name, column.type, column.nullable, column.default) == (name, kind, nullable, default)
    assert (found.line, column.line) == (3, 4)


def test_keys() -> None:
    posts = (
        "export const posts = pgTable('Posts', (t) => ({\n"
        "  userId: t.integer('user_id').references(() => users.id, { onDelete: 'cascade' }),\n"
        "  parentId: t.integer('parent').references((): AnyPgColumn => posts.postNo),\n"
        "  postNo: t.integer('no').unique('one_no'), a: t.text(),\n"
        "}), (t) => [primaryKey({ columns: [t.userId, t.a] }), uniqueIndex('u').on(t.a, t.postNo),\n"
        "  uniqueIndex('some').on(t.a).where(sql`x`), index('i').on(t.a),\n"
        "  foreignKey({ columns: [t.a], foreignColumns: [users.id], name: 'f' })]);"
    )
    found = folded(posts, "export const users = pgTable('people', { id: serial('id') });").tables
    assert [one.name for one in found] == ["people", "posts"]
    assert found[1].keys == (
        "foreign key (user_id) references people (id)", "foreign key (parent) references posts",
        "constraint one_no unique (no)", "primary key (user_id, a)", "constraint u unique (a, no)",
        "constraint f foreign key (a) references people (id)",
    )  # fmt: skip
    assert [column.nullable for column in found[1].columns] == [False, True, True, False]


def test_columns_that_tables_share() -> None:
    shared = "export const dates = { madeAt: timestamp('made_at').notNull() };"
    found = table(shared, "export const users = pgTable('users', { id: serial('id'), ...dates });")
    assert [(one.name, one.nullable) for one in found.columns] == [("made_at", False), ("id", False)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("const make = pgTableCreator((name) => `app_${name}`); export const a = make('users', { b: text('b') });",
         "app_users"),
        ("const auth = pgSchema('auth'); export const a = auth.table('users', { b: text('b') });", "auth.users"),
    ],
)  # fmt: skip
def test_names_that_a_function_or_a_schema_makes(text: str, name: str) -> None:
    assert table(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        "export const a = make('users', { b: text('b') });",
        "const make = pgTableCreator((name) => prefixed(name)); export const a = make('users', { b: text('b') });",
        "export const a = pgTable(NAME, { b: text('b') });",
        "export const a = other.table('users', { b: text('b') });",
        "export const a = { b: text('b') };",
        "export const a = pgTable('users', columns);",
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert folded(text).tables == ()


def test_columns_without_a_name_are_called_as_migrations_call_them() -> None:
    text = "export const users = pgTable('users', { madeAt: timestamp().notNull() });"
    found = folded(text, migration="CREATE TABLE `users` (`made_at` timestamp NOT NULL);")
    assert [(one.format, [column.name for column in one.columns]) for one in (*found.tables, *found.others)] == [
        ("sql", ["made_at"]), ("drizzle", ["made_at"])
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "{" * 20_000, "export const a = pgTable('a', {" * 300, "a.b()" * 9_000])
def test_hostile_text(text: str) -> None:
    assert read(text).steps == ()
