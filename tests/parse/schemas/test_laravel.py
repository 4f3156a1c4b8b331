"""Laravel's migrations: what the schema builder is told, and what is left out because only the program knows it."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import Folded, SchemaStep
from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas import table
from ctxpack.parse.schemas.laravel import read

HEAD = (
    "<?php\nuse Illuminate\\Database\\Schema\\Blueprint;\nuse Illuminate\\Support\\Facades\\Schema;\n"
    "return new class extends Migration {\n"
)


def steps(up: str, rest: str = "") -> tuple[SchemaStep, ...]:
    return read(f"{HEAD}public function up(): void {{\n{up}\n}}\n{rest}\n}};\n").steps


def created(inside: str) -> SchemaStep:
    (step,) = steps(f"Schema::create('posts', function (Blueprint $table) {{\n{inside}\n}});")
    return step


def folded(*ups: str) -> Folded:
    files = [
        (f"database/migrations/2024_0{n}_step.php", read(f"{HEAD}public function up() {{ {up} }} }};"))
        for n, up in enumerate(ups)
    ]
    return fold(files)


@pytest.mark.parametrize(
    ("call", "name", "kind", "nullable", "default"),
    [
        ("id()", "id", "bigIncrements", False, "autoincrement()"),
        ("increments('no')", "no", "increments", False, "autoincrement()"),
        ("string('name', 10)->nullable()->default('it\\'s')", "name", "string(10)", True, "'it''s'"),
        ("string('name')->nullable(false)", "name", "string", False, ""),
        ("string('name')->default(null)->nullable(true)", "name", "string", True, ""),
        ("decimal('sum', total: 8, places: 2)->default(-1.5)", "sum", "decimal(8, 2)", False, "-1.5"),
        ("boolean('on')->default(true)", "on", "boolean", False, "true"),
        ("timestamp('at')->useCurrent()", "at", "timestamp", False, "CURRENT_TIMESTAMP"),
        ("json('list')->default(new Expression('(JSON_ARRAY())'))", "list", "json", False, "(JSON_ARRAY())"),
        ("string('at')->default(DB::raw('now()'))", "at", "string", False, "now()"),
        ("string('kind')->default(Kind::First->value)", "kind", "string", False, "…"),
        ("enum('level', ['a', \"b\"])", "level", "enum('a', 'b')", False, ""),
        ("integer('no')->unsigned()", "no", "integer unsigned", False, ""),
        ("foreignId('user_id')", "user_id", "unsignedBigInteger", False, ""),
        (
            "foreignIdFor(App\\Models\\BlogPost::class)->nullable()",
            "blog_post_id",
            "foreignIdFor(BlogPost) {blog_posts}",
            True,
            "",
        ),
        ("foreignIdFor(User::class, 'author_id')", "author_id", "foreignIdFor(User) {users}", False, ""),
        ("uuid()", "uuid", "uuid", False, ""),
        ("softDeletes()", "deleted_at", "timestamp", True, ""),
        ("rememberToken()", "remember_token", "string(100)", True, ""),
    ],
)  # fmt: skip
def test_columns(call: str, name: str, kind: str, nullable: bool, default: str) -> None:
    (column,) = created(f"$table->{call};").columns
    assert (column.name, column.type, column.nullable, column.default) == (name, kind, nullable, default)
    assert column.line == 7


def test_methods_that_add_several_columns() -> None:
    step = created("$table->timestamps(); $table->morphs('owner'); $table->nullableUuidMorphs('tag');")
    assert [(one.name, one.type, one.nullable) for one in step.columns] == [
        ("created_at", "timestamp", True), ("updated_at", "timestamp", True),
        ("owner_type", "string", False), ("owner_id", "unsignedBigInteger", False),
        ("tag_type", "string", True), ("tag_id", "uuid", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        ("$table->uuid('id')->primary();", "primary key (id)"),
        ("$table->string('mail')->unique();", "unique (mail)"),
        ("$table->string('a'); $table->unique(['a', 'b'], 'nm');", "constraint nm unique (a, b)"),
        ("$table->string('a'); $table->primary(['a', 'b']);", "primary key (a, b)"),
        ("$table->foreignId('user_id')->constrained()->cascadeOnDelete();", "foreign key (user_id) references users"),
        ("$table->foreignId('by')->constrained('people', 'no');", "foreign key (by) references people (no)"),
        ("$table->foreignIdFor(BlogPost::class)->constrained();",
         "foreign key (blog_post_id) references blog_posts"),
        ("$table->integer('a'); $table->foreign('a')->references('id')->on('users');",
         "foreign key (a) references users (id)"),
    ],
)  # fmt: skip
def test_keys(inside: str, key: str) -> None:
    assert created(inside).keys == (key,)


def test_a_key_cannot_be_null() -> None:
    (column,) = created("$table->string('code')->nullable()->primary();").columns
    assert column.nullable is False


def test_what_is_done_to_a_table_in_order() -> None:
    found = steps(
        "Schema::table('posts', fn (Blueprint $table) => $table->dropColumn(['a', 'b']));\n"
        "Schema::table('posts', function (Blueprint $t) {\n"
        "  if (!Schema::hasColumn('posts', 'c')) { $t->text('c')->nullable(); }\n"
        "  $t->string('d', 20)->nullable()->change();\n"
        "  $t->renameColumn('e', 'f');\n"
        "  $t->dropConstrainedForeignId('user_id');\n"
        "  $t->dropTimestamps();\n"
        "});\n"
        "Schema::rename('posts', 'articles');\n"
        "Schema::connection('other')->dropIfExists('old');"
    )
    assert [(one.kind, one.table, one.name or ", ".join(column.name for column in one.columns)) for one in found] == [
        ("drop column", "posts", "a"), ("drop column", "posts", "b"), ("add column", "posts", "c"),
        ("retype", "posts", "d"), ("nullability", "posts", "d"), ("rename column", "posts", "e"),
        ("drop column", "posts", "user_id"), ("drop column", "posts", "created_at"),
        ("drop column", "posts", "updated_at"), ("rename", "posts", "articles"), ("drop", "old", ""),
    ]  # fmt: skip


def test_what_undoes_a_step_is_left_out() -> None:
    assert steps("", "public function down(): void { Schema::drop('posts'); }") == ()


def test_names_in_loops_constants_variables_and_settings() -> None:
    found = steps(
        "foreach (['a', 'b'] as $name) { Schema::table($name, fn (Blueprint $t) => $t->text($name . '_x')); }\n"
        "$audits = config('audit.table', 'audits');\n"
        "Schema::create($audits, function (Blueprint $t) { $t->id(); });\n"
        "Schema::create(self::OTHERS, function (Blueprint $t) { $t->id(); });\n"
        "Schema::create($this->last, function (Blueprint $t) { $t->id(); });\n"
        "$this->more();",
        "const OTHERS = 'others'; private string $last = 'lasts';\n"
        "private function more() { DB::statement('ALTER TABLE others ADD note text NOT NULL'); }",
    )
    assert [(one.kind, one.table, one.columns[0].name) for one in found] == [
        ("add column", "a", "a_x"), ("add column", "b", "b_x"), ("create", "audits", "id"),
        ("create", "others", "id"), ("create", "lasts", "id"), ("add column", "others", "note"),
    ]  # fmt: skip
    assert found[-1].columns[0].nullable is False


def test_a_name_that_only_the_program_knows_is_no_table() -> None:
    assert steps("Schema::create($names['roles'], function (Blueprint $t) { $t->id(); });") == ()
    assert steps("$x->create('posts', function ($t) { $t->string('a'); });") == ()
    assert steps("Schema::create('posts', function (Other $t) { $t->string('a'); });") == ()
    assert steps("Schema::create('posts', function (Blueprint $t) { $t->index('a'); });") == ()


def test_a_way_for_sqlite_alone_is_not_taken() -> None:
    found = steps(
        "if (DB::getDriverName() === 'sqlite') { Schema::drop('posts'); return; } else { Schema::drop('others'); }\n"
        "if (DB::getDriverName() !== 'sqlite') { Schema::drop('more'); }"
    )
    assert [one.table for one in found] == ["others", "more"]


def test_migrations_are_folded_in_their_order() -> None:
    found = folded(
        "Schema::create('posts', function (Blueprint $t) { $t->increments('id'); $t->string('a'); "
        "$t->integer('user_id')->unsigned(); $t->foreign('user_id')->references('id')->on('users'); });",
        "Schema::table('posts', function (Blueprint $t) { $t->string('id', 36)->change(); "
        "$t->dropForeign('posts_user_id_foreign'); $t->text('a')->nullable()->change(); });",
    )
    (posts,) = found.tables
    assert [(one.name, one.type, one.nullable, one.default) for one in posts.columns] == [
        ("id", "string(36)", False, ""), ("a", "text", True, ""), ("user_id", "integer unsigned", False, ""),
    ]  # fmt: skip
    assert posts.keys == ("primary key (id)",)
    assert ("a", "nullability changed") in [(one.column, one.change) for one in found.changes]


def test_a_column_that_refers_to_a_model_has_the_type_of_its_key() -> None:
    made = "Schema::create('{}', function (Blueprint $t) {{ {} }});"
    refers = "$t->foreignIdFor(Post::class); $t->foreignIdFor(BlogTag::class); $t->foreignIdFor(Other::class);"
    found = folded(
        made.format("posts", "$t->increments('id');"),
        made.format("blog_tags", "$t->uuid('id')->primary();"),
        made.format("marks", refers),
    )
    marks = next(one for one in found.tables if one.name == "marks")
    assert [one.type for one in marks.columns] == ["unsignedBigInteger", "uuid", "foreignIdFor(Other)"]


@pytest.mark.parametrize("text", ["", "{" * 20_000, "$a->b()" * 9_000, "$t" + "->a()" * 9_000])
def test_hostile_text_is_read_to_nothing(text: str) -> None:
    assert read(f"<?php {text}").steps == ()


def test_only_migrations_are_asked() -> None:
    words = frozenset({"Schema"})
    asked = [
        path
        for path in ("database/migrations/1_a.php", "Modules/Blog/Database/Migrations/1_a.php", "app/Models/Post.php")
        if any(one.name == "laravel" for one in table.candidates(path, "php", words))
    ]
    assert asked == ["database/migrations/1_a.php", "Modules/Blog/Database/Migrations/1_a.php"]
