"""Models of Laravel, told by their names or by what they state, where migrations make the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index

MIGRATION = (
    "<?php\nreturn new class extends Migration {\n"
    "    public function up() {\n"
    "        foreach (['blog_posts', 'old_tags', 'post_tag', 'loose'] as $name) {\n"
    "            Schema::create($name, function (Blueprint $table) {\n"
    "                $table->id();\n"
    "                $table->foreignId('author_id')->nullable();\n"
    "            });\n"
    "        }\n"
    "    }\n"
    "};\n"
)
FILES = {
    "database/migrations/2024_01_01_000000_all.php": MIGRATION,
    "app/Models/Base.php": "<?php\nnamespace App\\Models;\nabstract class Base extends Model {}\n",
    "app/Models/BlogPost.php": (
        "<?php\nnamespace App\\Models;\nclass BlogPost extends Base {\n    public function author() {\n"
        "        return $this->belongsTo(User::class);\n    }\n}\n"
    ),
    "app/Models/Tag.php": (
        "<?php\nnamespace App\\Models;\nclass Tag extends Model {\n    protected $table = 'old_tags';\n}\n"
    ),
    "app/Models/PostTag.php": "<?php\nnamespace App\\Models;\nclass PostTag extends Pivot {}\n",
    "app/Loose.php": "<?php\nnamespace App;\nclass Loose extends Other {}\n",
    "app/Feed.php": (
        "<?php\nnamespace App;\nuse App\\Models\\BlogPost;\nclass Feed {\n    public function all() {\n"
        "        return BlogPost::query();\n    }\n}\n"
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    root: Path = tmp_path_factory.mktemp("laravel")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Index.open(root, workers=1)


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("blog_posts", ("app/Models/BlogPost.php::BlogPost",)),
        ("old_tags", ("app/Models/Tag.php::Tag",)),
        ("post_tag", ("app/Models/PostTag.php::PostTag",)),
        ("loose", ()),
    ],
)
def test_the_model_of_a_table(index: Index, table: str, model: tuple[str, ...]) -> None:
    assert index.mapped(table) == model


def test_a_table_reaches_who_uses_its_model(index: Index) -> None:
    found = [one.id for one in index.impact("table:blog_posts").reached]
    assert found[0] == "app/Models/BlogPost.php::BlogPost"
    assert "app/Feed.php::Feed.all" in found
    (first, *_) = index.impact("table:blog_posts.author_id").reached
    assert first.id == "app/Models/BlogPost.php::BlogPost.author"


def test_a_pack_for_a_table_shows_its_card(index: Index) -> None:
    text = index.render(index.pack(index.target("table:blog_posts"), budget=4000)).text
    assert "author_id" in text
    assert "unsignedBigInteger" in text
    assert "class BlogPost" in text
