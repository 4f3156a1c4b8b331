"""Classes of C# whose tables migrations make: told by sets of a context, by configurations, by attributes, by names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index

TABLES = "Posts Writers old_tags Parts AspNetUsers Others".split()
COLUMNS = "Id = t.Column<int>(), ttl = t.Column<string>(), Name = t.Column<string>(), nm = t.Column<string>()"
MIGRATION = (
    "public partial class Init : Migration {\n  protected override void Up(MigrationBuilder b) {\n"
    + "".join(f'    b.CreateTable(name: "{name}", columns: t => new {{ {COLUMNS} }});\n' for name in TABLES)
    + "  }\n}\n"
)
FILES = {
    "src/Data/Migrations/20240101_Init.cs": MIGRATION,
    "src/Data/ShopContext.cs": (
        "namespace Shop;\npublic class ShopContext : DbContext {\n"
        "  public DbSet<Post> Posts { get; set; }\n"
        "  public DbSet<Author> Authors => Set<Author>();\n"
        "  protected override void OnModelCreating(ModelBuilder b) {\n"
        '    b.Entity<Author>(e => { e.ToTable("Writers"); e.Property(x => x.Full).HasColumnName("nm"); });\n'
        "  }\n}\n"
    ),
    "src/Post.cs": (
        "namespace Shop;\npublic class Post {\n  public int Id { get; set; }\n"
        '  [Column("ttl")]\n  public string Title { get; set; }\n}\n'
    ),
    "src/Author.cs": "namespace Shop;\npublic class Author {\n  public string Full { get; set; }\n}\n",
    "src/Tag.cs": (
        'namespace Shop;\n[Serializable]\n[Table("old_tags")]\npublic class Tag {\n'
        "  public string Name { get; set; }\n}\n"
    ),
    "src/Parts.cs": "namespace Shop;\npublic class Parts {\n  public int Id { get; set; }\n}\n",
    "src/User.cs": "namespace Shop;\npublic class User : IdentityUser<int> {\n  public string Name { get; set; }\n}\n",
    "src/Feed.cs": (
        "namespace Shop;\npublic class Feed {\n  public string Show(Post post) {\n    return post.Title;\n  }\n}\n"
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    root: Path = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Index.open(root, workers=1)


@pytest.mark.parametrize(
    ("table", "classes"),
    [
        ("posts", ("src/Post.cs::Post",)),
        ("writers", ("src/Author.cs::Author",)),
        ("old_tags", ("src/Tag.cs::Tag",)),
        ("parts", ("src/Parts.cs::Parts",)),
        ("aspnetusers", ("src/User.cs::User",)),
        ("others", ()),
    ],
)
def test_the_class_of_a_table(index: Index, table: str, classes: tuple[str, ...]) -> None:
    assert index.mapped(table) == classes


@pytest.mark.parametrize(
    ("column", "member"),
    [
        ("posts.ttl", "src/Post.cs::Post.Title"),
        ("posts.id", "src/Post.cs::Post.Id"),
        ("writers.nm", "src/Author.cs::Author.Full"),
        ("old_tags.name", "src/Tag.cs::Tag.Name"),
    ],
)
def test_the_member_of_a_column(index: Index, column: str, member: str) -> None:
    found = index.impact(f"table:{column}").reached
    assert (found[0].id, found[0].via[-1].kind) == (member, "maps")


def test_a_column_reaches_who_uses_its_member(index: Index) -> None:
    assert "src/Feed.cs::Feed.Show" in [one.id for one in index.impact("table:posts.ttl").reached]
