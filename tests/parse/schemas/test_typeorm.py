"""TypeORM: what entities declare, what migrations do, and how the two meet under one name."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas import typeorm, typeorm_migrations

IMPORT = "import { Entity } from 'typeorm';\n"


def folded(*texts: str, migration: str = "") -> Folded:
    files = [(f"src/e{n}.entity.ts", typeorm.read(IMPORT + text)) for n, text in enumerate(texts)]
    if migration:
        text = f"export class M1 implements MigrationInterface {{ async up(q: QueryRunner) {{ {migration} }} }}"
        files.append(("src/migrations/1-m.ts", typeorm_migrations.read(text)))
    return fold(files)


def table(*texts: str, name: str = "", migration: str = "") -> DeclaredTable:
    found = folded(*texts, migration=migration).tables
    return next(one for one in found if not name or one.name == name)


def described(one: DeclaredTable) -> list[tuple[str, str, bool | None]]:
    return [(column.name, column.type, column.nullable) for column in one.columns]


@pytest.mark.parametrize(
    ("member", "name", "kind", "nullable", "default"),
    [
        ("@PrimaryGeneratedColumn() id: number;", "id", "number", False, "autoincrement()"),
        ("@PrimaryGeneratedColumn('uuid') id: string;", "id", "uuid", False, ""),
        ("@PrimaryColumn({ type: 'int', name: 'no' }) id!: number;", "no", "int", False, ""),
        ("@Column() title: string;", "title", "string", False, ""),
        ("@Column() title?: string | null;", "title", "string", False, ""),
        ("@Column('varchar', { length: 9, nullable: true }) a: string;", "a", "varchar(9)", True, ""),
        ("@Column({ default: 'it\\'s' }) a: string;", "a", "string", False, "'it''s'"),
        ("@Column({ type: String, nullable: true }) a: string | null;", "a", "String", True, ""),
        ("@Column({ type: 'decimal', precision: 5, scale: 2 }) a: number;", "a", "decimal(5, 2)", False, ""),
        ("@Column('int', { default: -1 }) a: number;", "a", "int", False, "-1"),
        ("@Column({ name: 'made', default: () => 'now()' }) a: Date;", "made", "Date", False, "now()"),
        ("@Column({ default: Kind.First }) a: Kind;", "a", "Kind", False, "…"),
        ("@Column({ type: 'enum', enum: ['a', 'b'], default: false }) a: Kind;", "a", "enum('a', 'b')", False, "false"),
        ("@Column('text', { array: true }) a: string[];", "a", "text[]", False, ""),
        ("@CreateDateColumn() a: Date;", "a", "Date", False, "CURRENT_TIMESTAMP"),
        ("@DeleteDateColumn() a?: Date;", "a", "Date", True, ""),
        ("@VersionColumn() a: number;", "a", "number", False, ""),
    ],
)  # fmt: skip
def test_columns(member: str, name: str, kind: str, nullable: bool, default: str) -> None:
    (column,) = table(f"@Entity() export class Post {{\n  {member}\n}}").columns
    assert (column.name, column.type, column.nullable, column.default) == (name, kind, nullable, default)
    assert column.line == 3


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("@Entity()", "blog_post"),
        ("@Entity('posts')", "posts"),
        ("@Entity({ name: 'Posts', schema: 'app' })", "app.posts"),
        ("@Entity('posts', { schema: 'app' })", "app.posts"),
    ],
)
def test_the_name_of_a_table(mark: str, name: str) -> None:
    assert table(f"{mark} export class BlogPost {{ @Column() a: string; }}").name == name


@pytest.mark.parametrize(
    "text",
    [
        "@Entity(NAMES.post) export class Post { @Column() a: string; }",
        "@Entity() export class Post { @ObjectIdColumn() id: ObjectId; @Column() a: string; }",
        "export class Post { @Column() a: string; }",
        "@Entity() export class Post { a: string; }",
        "export class Post { @OneToMany(() => Other, (o) => o.post) others: Other[]; }",
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert folded(text).tables == ()


USER = "@Entity('people') export class User { @PrimaryColumn() mail: string; }"


def test_a_relation_is_a_column_of_the_type_of_the_key_that_it_refers_to() -> None:
    post = (
        "@Entity() @Unique(['author', 'no']) export class Post {\n"
        "  @ManyToOne(() => User, (user) => user.posts, { nullable: false }) author: Relation<User>;\n"
        "  @ManyToOne(() => User) @JoinColumn({ name: 'editor_id' }) editor?: User;\n"
        "  @OneToOne(() => User) owned: User;\n"
        "  @OneToOne(() => Missing) @JoinColumn() other: Missing;\n"
        "  @Column() no: number;\n}"
    )
    found = table(post, USER, name="post")
    assert described(found) == [
        ("authorMail", "string", False), ("editor_id", "string", True), ("otherId", "", True), ("no", "number", False),
    ]  # fmt: skip
    assert found.keys == (
        "foreign key (authorMail) references people", "foreign key (editor_id) references people",
        "foreign key (otherId) references missing", "unique (otherId)", "unique (authorMail, no)",
    )  # fmt: skip


def test_columns_of_bases_and_embedded_classes_in_other_files() -> None:
    base = "export abstract class Base { @PrimaryGeneratedColumn() id: number; }"
    dates = "export class Dates { @CreateDateColumn({ name: 'made' }) created: Date; }"
    found = table("@Entity() export class Post extends Base { @Column(() => Dates) date: Dates; }", base, dates)
    assert [(one.name, one.type) for one in found.columns] == [("id", "number"), ("dateMade", "Date")]
    assert found.keys == ("primary key (id)",)


def test_classes_that_share_a_table() -> None:
    base = (
        "@Entity() @TableInheritance({ column: { type: 'varchar', name: 'kind' } })\n"
        "export abstract class Item { @PrimaryGeneratedColumn() id: number; }"
    )
    found = folded(base, "@ChildEntity() export class Book extends Item { @Column() pages: number; }").tables
    assert [one.name for one in found] == ["item"]
    assert described(found[0]) == [("id", "number", False), ("kind", "varchar", False), ("pages", "number", True)]


def test_a_key_of_several_columns_and_what_refers_to_it() -> None:
    pair = "@Entity() export class Pair { @PrimaryColumn() a: string; @PrimaryColumn() b: number; }"
    found = folded(pair, "@Entity() export class Post { @ManyToOne(() => Pair) pair: Pair; }").tables
    assert found[0].keys == ("primary key (a, b)",)
    assert described(found[1]) == [("pairA", "string", True), ("pairB", "number", True)]
    assert found[1].keys == ("foreign key (pairA, pairB) references pair",)


def test_tables_that_join_two_classes() -> None:
    post = (
        "@Entity() export class BlogPost { @PrimaryGeneratedColumn() id: number;\n"
        "@ManyToMany(() => Tag) @JoinTable() allTags: Tag[];\n"
        "@ManyToMany(() => Tag) @JoinTable({ name: 'marks', joinColumn: { name: 'post' } }) marks: Tag[]; }"
    )
    found = {
        one.name: one for one in folded(post, "@Entity() export class Tag { @PrimaryColumn() code: string; }").tables
    }
    assert sorted(found) == ["blog_post", "blog_post_all_tags_tag", "marks", "tag"]
    joining = found["blog_post_all_tags_tag"]
    assert described(joining) == [("blogPostId", "number", False), ("tagCode", "string", False)]
    assert joining.keys[0] == "primary key (blogPostId, tagCode)"
    assert [one.name for one in found["marks"].columns] == ["post", "tagCode"]


MIGRATED = 'await q.query(`CREATE TABLE "blog_posts" ("id" SERIAL NOT NULL, "made_at" TIMESTAMP DEFAULT now())`);'


def test_migrations_are_taken_before_entities_and_name_what_these_leave_to_a_rule() -> None:
    entity = (
        "@Entity('blogPosts') export class BlogPost { @PrimaryGeneratedColumn() id: number; @Column() madeAt: Date; }"
    )
    found = folded(entity, migration=MIGRATED)
    (post,) = found.tables
    assert (post.name, post.format) == ("blog_posts", "typeorm_migrations")
    assert [(one.name, one.nullable, one.default) for one in post.columns][1] == ("made_at", True, "now()")
    assert [(one.name, [column.name for column in one.columns]) for one in found.others] == [
        ("blog_posts", ["id", "made_at"])
    ]
    assert found.problems == ()


def test_what_migrations_make_from_objects() -> None:
    found = table(
        migration="await q.createTable(new Table({ name: 't', columns: [\n"
        "{ name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },\n"
        "new TableColumn({ name: 'a', type: 'varchar', length: '9', isNullable: true, default: \"'x'\" })],\n"
        "foreignKeys: [{ columnNames: ['a'], referencedTableName: 'u', referencedColumnNames: ['b'] }] }), true);\n"
        "await q.addColumn('t', new TableColumn({ name: 'c', type: 'int' })); await q.dropColumn('t', 'd');\n"
        "await q.renameColumn('t', 'c', 'e');"
    )
    assert [(one.name, one.type, one.nullable, one.default) for one in found.columns] == [
        ("id", "int", False, "autoincrement()"), ("a", "varchar(9)", True, "'x'"), ("e", "int", False, ""),
    ]  # fmt: skip
    assert found.keys == ("primary key (id)", "foreign key (a) references u (b)")


def test_one_way_of_a_switch_over_databases_is_taken() -> None:
    ways = (
        "switch (config.type) { case Db.MYSQL: await q.query('create table a (x int)'); break;"
        " case Db.POSTGRES: await q.query('create table b (x int)'); break; default: throw new Error(); }"
    )
    assert [one.name for one in folded(migration=ways).tables] == ["b"]


@pytest.mark.parametrize("text", ["", "{" * 20_000, "@Entity() class A {" * 500, "@Entity() export class A { @Column("])
def test_hostile_text(text: str) -> None:
    assert typeorm.read(text).problems == ()
    assert typeorm_migrations.read(text).steps == ()
