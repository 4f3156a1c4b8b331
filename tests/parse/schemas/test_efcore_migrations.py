"""Entity Framework Core's migrations: tables, columns with nullability and default, keys, and later changes."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import DeclaredTable
from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas import table as formats
from ctxpack.parse.schemas.efcore_migrations import read

HEAD = "public partial class Init : Migration {\nprotected override void Up(MigrationBuilder migrationBuilder) {\n"


def folded(*ups: str) -> dict[str, DeclaredTable]:
    files = [(f"Data/Migrations/2024010{n}_Step.cs", read(f"{HEAD}{up}\n}} }}")) for n, up in enumerate(ups)]
    return {one.name: one for one in fold(files).tables}


def created(columns: str, constraints: str = "", *later: str) -> DeclaredTable:
    up = (
        'migrationBuilder.CreateTable(\nname: "Posts", columns: table => new {\n'
        f"{columns} }}, constraints: table => {{ {constraints} }});"
    )
    return folded(up, *later)["posts"]


@pytest.mark.parametrize(
    ("made", "name", "kind", "nullable", "default"),
    [
        ('Id = table.Column<int>(type: "int", nullable: false).Annotation("SqlServer:Identity", "1, 1")', "Id", "int",
         False, "autoincrement()"),
        ('Id = table.Column<int>(nullable: false).Annotation("Npgsql:ValueGenerationStrategy",'
         " NpgsqlValueGenerationStrategy.IdentityByDefaultColumn)", "Id", "int", False, "autoincrement()"),
        ('Title = table.Column<string>(type: "nvarchar(50)", maxLength: 50, nullable: true)', "Title", "nvarchar(50)",
         True, ""),
        ("Title = table.Column<string>(maxLength: 50)", "Title", "string(50)", False, ""),
        ('Kind = table.Column<string>(name: "kind", defaultValue: "it\'s")', "kind", "string", False, "'it''s'"),
        ("No = table.Column<decimal>(nullable: false, defaultValue: -1.5m)", "No", "decimal", False, "-1.5"),
        ("On = table.Column<bool>(nullable: false, defaultValue: false)", "On", "bool", False, "false"),
        ('At = table.Column<DateTime>(defaultValueSql: "now()")', "At", "DateTime", False, "now()"),
        ("At = table.Column<DateTime>(defaultValue: new DateTime(1, 1, 1))", "At", "DateTime", False, "…"),
        ('Text = table.Column<string>(defaultValue: "")', "Text", "string", False, "''"),
    ],
)  # fmt: skip
def test_columns(made: str, name: str, kind: str, nullable: bool, default: str) -> None:
    found = created(made)
    assert found.spelled == "Posts"
    (column,) = found.columns
    assert (column.name, column.type, column.nullable, column.default) == (name, kind, nullable, default)
    assert (found.line, column.line) == (3, 5)


def test_keys() -> None:
    columns = 'A = table.Column<int>(), B = table.Column<int>(name: "b"), C = table.Column<int>()'
    found = created(
        columns,
        'table.PrimaryKey("PK", x => new { x.A, x.B }); table.UniqueConstraint("AK", x => x.C);'
        'table.ForeignKey(name: "FK", column: x => x.B, principalSchema: "s", principalTable: "Users",'
        ' principalColumn: "Id", onDelete: ReferentialAction.Cascade);',
        'migrationBuilder.CreateIndex(name: "IX", table: "Posts", column: "A", unique: true);'
        'migrationBuilder.CreateIndex(name: "IY", table: "Posts", columns: new[] { "A", "C" });'
        'migrationBuilder.DropUniqueConstraint(name: "AK", table: "Posts");',
    )
    assert found.keys == (
        "primary key (A, b)", "constraint FK foreign key (b) references s.users (Id)", "constraint IX unique (A)"
    )  # fmt: skip


def test_later_changes() -> None:
    found = folded(
        'migrationBuilder.CreateTable(name: "Posts", schema: "app", columns: t => new { A = t.Column<int>() });'
        'migrationBuilder.CreateTable(name: "Old", columns: t => new { A = t.Column<int>() });',
        'migrationBuilder.AddColumn<string>(name: "B", table: "Posts", schema: "app", nullable: true);'
        'migrationBuilder.AddColumn<string>("C", "Posts", schema: "app");'
        'migrationBuilder.AlterColumn<long>(name: "A", table: "Posts", schema: "app", type: "bigint", nullable: true,'
        " oldClrType: typeof(int)); if (true) {"
        'migrationBuilder.RenameColumn(name: "B", table: "Posts", schema: "app", newName: "D"); }'
        'migrationBuilder.DropColumn(name: "C", table: "Posts", schema: "app");'
        'migrationBuilder.RenameTable(name: "Posts", schema: "app", newName: "Articles", newSchema: "app");'
        'migrationBuilder.DropTable(name: "Old"); migrationBuilder.Sql(@"create table more (x int not null)");',
    )
    assert sorted(found) == ["app.articles", "more"]
    assert [(one.name, one.type, one.nullable) for one in found["app.articles"].columns] == [
        ("A", "bigint", True), ("D", "string", True)
    ]  # fmt: skip


def test_what_undoes_a_step_and_what_describes_a_state_are_left_out() -> None:
    down = 'public class A : Migration { protected override void Down(MigrationBuilder b) { b.DropTable(name: "x"); } }'
    assert read(down).steps == ()
    words = frozenset({"MigrationBuilder"})
    asked = [path for path in ("M/1_A.cs", "M/1_A.Designer.cs") if formats.candidates(path, "csharp", words)]
    assert asked == ["M/1_A.cs"]


@pytest.mark.parametrize("text", ["", "{" * 20_000, HEAD * 300, HEAD + "a.B()" * 9_000])
def test_hostile_text(text: str) -> None:
    assert read(text).steps == ()
