"""Entity Framework's classes: which have a table, and what properties, attributes and configurations say of columns."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas.efcore import read
from ctxpack.parse.schemas.efcore_migrations import read as read_migration

CONTEXT = "public class Shop : DbContext {{ public DbSet<Post> Posts {{ get; set; }} {rest} }}"


def folded(*texts: str, rest: str = "", migration: str = "") -> Folded:
    files = [(f"src/A{n}.cs", read(text)) for n, text in enumerate([*texts, CONTEXT.format(rest=rest)])]
    if migration:
        text = f"public class Init : Migration {{ protected override void Up(MigrationBuilder b) {{ {migration} }} }}"
        files.append(("src/Migrations/1_Init.cs", read_migration(text)))
    return fold(files)


def post(*texts: str, rest: str = "") -> DeclaredTable:
    (found,) = folded(*texts, rest=rest).tables
    return found


@pytest.mark.parametrize(
    ("member", "name", "kind", "nullable", "default"),
    [
        ("public int Id { get; set; }", "Id", "int", False, "autoincrement()"),
        ("public Guid PostId { get; init; }", "PostId", "Guid", False, ""),
        ('public string Title { get; private set; } = "x";', "Title", "string", None, ""),
        ("public string? Title { get; set; }", "Title", "string", True, ""),
        ("[Required, MaxLength(9)] public string? Title { get; set; }", "Title", "string(9)", False, ""),
        ('[Column("ttl", TypeName = "text")] public string Title { get; set; }', "ttl", "text", None, ""),
        ("public DateTime? At { get; set; }", "At", "DateTime", True, ""),
        ("public Kind Kind { get; set; }", "Kind", "Kind", False, ""),
        ("[Key] public long No { get; set; }", "No", "long", False, "autoincrement()"),
    ],
)
def test_columns(member: str, name: str, kind: str, nullable: bool | None, default: str) -> None:
    found = post(f"namespace Shop;\npublic class Post {{\n  {member}\n}}")
    assert (found.name, found.spelled, found.line) == ("posts", "Posts", 2)
    (column,) = found.columns
    assert (column.name, column.type, column.nullable, column.default) == (name, kind, nullable, default)
    assert column.line == 3


def test_a_file_that_says_so_tells_by_its_types_what_may_be_null() -> None:
    text = "#nullable enable\npublic class Post { public string A { get; set; } public string? B { get; set; } }"
    assert [one.nullable for one in post(text).columns] == [False, True]


@pytest.mark.parametrize(
    "member",
    [
        "public string Full => Id;", "public string Full { get; }", "public static int Count { get; set; }",
        "[NotMapped] public int Count { get; set; }", "public ICollection<Tag> Tags { get; set; }",
        "public Writer Writer { get; set; }",
    ],
)  # fmt: skip
def test_what_is_no_column(member: str) -> None:
    writer = "public class Writer { public int Age { get; set; } }"
    found = post(f"public class Post {{ public int Id {{ get; set; }} {member} }}", writer)
    assert [one.name for one in found.columns] == ["Id"]


def test_configurations_beside_the_class() -> None:
    members = "public int No { get; set; } public string Title { get; set; } public bool On { get; set; }"
    text = f"public class Post {{ {members} }}"
    how = (
        "class How : IEntityTypeConfiguration<Post> { public void Configure(EntityTypeBuilder<Post> builder) {\n"
        'builder.ToTable("Articles"); builder.HasKey(x => new { x.No, x.Title });\n'
        'builder.Property(x => x.Title).HasColumnName("ttl").IsRequired().HasMaxLength(50).HasDefaultValue("it\'s");\n'
        'builder.Property(x => x.On).HasColumnType("bit").HasDefaultValueSql("(1)").IsRequired(false); } }'
    )
    found = post(text, how)
    assert found.name == "articles"
    assert [(one.name, one.type, one.nullable, one.default) for one in found.columns] == [
        ("No", "int", False, ""), ("ttl", "string(50)", False, "'it''s'"), ("On", "bit", True, "(1)"),
    ]  # fmt: skip
    assert found.keys == ("primary key (No, ttl)",)


def test_bases_and_references() -> None:
    base = "public abstract class Base { public int Id { get; set; } }"
    text = (
        "public class Post : Base { public int WriterId { get; set; } public Writer Writer { get; set; } }\n"
        "public class Guest : Post { public string Note { get; set; } }"
    )
    writer = '[Table("people")] public class Writer : Base { public int Age { get; set; } }'
    sets = "public DbSet<Writer> Writers { get; set; } public DbSet<Guest> Guests { get; set; }"
    found = {one.name: one for one in folded(text, base, writer, rest=sets).tables}
    assert sorted(found) == ["people", "posts"]
    assert [(one.name, one.nullable) for one in found["posts"].columns] == [
        ("Id", False), ("WriterId", False), ("Note", True)
    ]  # fmt: skip
    assert found["posts"].keys == ("primary key (Id)", "foreign key (WriterId) references people")


def test_classes_of_the_framework_give_columns_that_no_file_tells() -> None:
    assert folded("public class Post : IdentityUser<int> { public int Age { get; set; } }").tables == ()


def test_of_two_classes_of_a_name_the_one_near_the_context_has_the_table() -> None:
    files = [
        ("web/Models/Post.cs", read("public class Post { public int Shown { get; set; } }")),
        ("data/Shop.cs", read(CONTEXT.format(rest=""))),
        ("data/Entities/Post.cs", read("public class Post { public int Id { get; set; } }")),
    ]
    assert [one.path for one in fold(files).tables] == ["data/Entities/Post.cs"]
    files.append(("data/Post.cs", read("public class Post { public int Id { get; set; } }")))
    assert [one.path for one in fold(files).tables] == ["data/Post.cs"]


def test_migrations_are_taken_first() -> None:
    made = 'b.CreateTable(name: "Posts", columns: t => new { Id = t.Column<int>(nullable: true) });'
    found = folded("public class Post { public int Id { get; set; } }", migration=made)
    assert [one.format for one in (*found.tables, *found.others)] == ["efcore_migrations", "efcore"]
    assert found.tables[0].columns[0].nullable is True


@pytest.mark.parametrize("text", ["", "{" * 20_000, "class A { int " * 2_000, ".Property(x => x.A)" * 3_000])
def test_hostile_text(text: str) -> None:
    assert read(text).steps == ()
