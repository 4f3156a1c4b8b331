"""Packs of repositories in which nothing but code declares tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index
from ctxpack.datacontext.packs import for_pack
from ctxpack.model import Item, Pack
from ctxpack.store import Store

Files = dict[str, str]

LARAVEL: Files = {
    "database/migrations/2024_01_01_000000_all.php": (
        "<?php\nreturn new class extends Migration {\n    public function up() {\n"
        "        Schema::create('contacts', function (Blueprint $table) {\n"
        "            $table->id();\n            $table->string('surname')->nullable();\n        });\n"
        "        Schema::create('sent_mails', function (Blueprint $table) {\n            $table->id();\n        });\n"
        "        Schema::create('old_tags', function (Blueprint $table) {\n            $table->id();\n        });\n"
        "    }\n};\n"
    ),
    "app/Models/Contact.php": "<?php\nnamespace App\\Models;\nclass Contact extends Model {}\n",
    "app/Models/Tag.php": (
        "<?php\nnamespace App\\Models;\nclass Tag extends Model {\n    protected $table = 'old_tags';\n}\n"
    ),
    "app/Screen.php": "<?php\nnamespace App;\nclass Screen {\n    public function draw() { return 1; }\n}\n",
}
RAILS: Files = {
    "db/schema.rb": (
        "ActiveRecord::Schema.define(version: 1) do\n"
        '  create_table "contacts" do |t|\n    t.string "surname"\n  end\n'
        '  create_table "sent_mails" do |t|\n    t.string "title"\n  end\nend\n'
    ),
    "app/models/contact.rb": "class Contact < ApplicationRecord\nend\n",
}
JPA: Files = {
    "src/main/java/shop/Contact.java": (
        'package shop;\n\nimport jakarta.persistence.*;\n\n@Entity\n@Table(name = "contacts")\npublic class Contact {\n'
        '    @Id\n    private Long id;\n    @Column(name = "surname")\n    private String surname;\n}\n'
    ),
}
TYPEORM: Files = {
    "src/contact.ts": (
        "import { Entity, Column, PrimaryGeneratedColumn } from 'typeorm'\n\n@Entity('contacts')\n"
        "export class Contact {\n  @PrimaryGeneratedColumn()\n  id: number\n\n  @Column({ nullable: true })\n"
        "  surname: string\n}\n"
    ),
}
ENTITY_FRAMEWORK: Files = {
    "Shop/Contact.cs": "namespace Shop;\npublic class Contact {\n    public int Id { get; set; }\n"
    "    public string? Surname { get; set; }\n}\n",
    "Shop/ShopContext.cs": "using Microsoft.EntityFrameworkCore;\nnamespace Shop;\n"
    "public class ShopContext : DbContext {\n    public DbSet<Contact> Contacts { get; set; }\n}\n",
}


def repository(root: Path, files: Files) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def packed(root: Path, task: str, *, store: Store | None = None) -> Pack:
    with Index.open(root, workers=1, store=store) as index:
        return index.pack(index.target(task=task), budget="8k")


def tables(pack: Pack) -> Item | None:
    return next((item for zone in pack.zones for item in zone.items if item.path == "(tables)"), None)


@pytest.mark.parametrize("files", [LARAVEL, RAILS, JPA, TYPEORM, ENTITY_FRAMEWORK])
def test_the_table_that_a_task_names_is_shown(tmp_path: Path, files: Files) -> None:
    found = tables(packed(repository(tmp_path, files), "add a nickname to contacts"))
    assert found is not None
    assert found.text.lower().startswith("contacts")
    assert "surname" in found.text.lower()


def test_one_thing_may_be_named_in_the_singular_and_a_table_in_several_words(tmp_path: Path) -> None:
    root = repository(tmp_path, LARAVEL)
    found = tables(packed(root, "remember when a sent mail was read"))
    assert found is not None
    assert "sent_mails: the task says sent mail" in [reason.because for reason in found.reasons]


def test_the_table_of_a_likely_model_is_shown_with_what_stands_for_it(tmp_path: Path) -> None:
    with Index.open(repository(tmp_path, LARAVEL), workers=1) as index:
        found = tables(index.pack(index.target("app/Models/Tag.php"), budget="8k"))
    assert found is not None
    assert found.text.startswith("old_tags")
    assert "old_tags: what app/Models/Tag.php:3 stands for" in [reason.because for reason in found.reasons]


def test_what_has_nothing_to_do_with_tables_shows_none(tmp_path: Path) -> None:
    with Index.open(repository(tmp_path, LARAVEL), workers=1) as index:
        assert tables(index.pack(index.target("app/Screen.php"), budget="8k")) is None


def test_such_a_repository_has_no_catalogue(tmp_path: Path) -> None:
    pack = packed(repository(tmp_path, LARAVEL), "add a nickname to contacts")
    assert "(catalogue of datasets)" not in [item.path for zone in pack.zones for item in zone.items]


def test_where_nothing_declares_a_table_nothing_is_read_for_them(tmp_path: Path) -> None:
    root = repository(tmp_path, {"app/Screen.php": LARAVEL["app/Screen.php"], "src/a.ts": "export class Column {}\n"})
    with Index.open(root, workers=1) as index:
        index.pack(index.target(task="draw the screen"), budget="8k")
        assert not index._state.data.signs_of_tables
        assert "_readings" not in vars(index._state.data)


def test_tables_of_tests_alone_are_not_shown(tmp_path: Path) -> None:
    files = {path.replace("src/", "tests/test_"): text for path, text in TYPEORM.items()}
    files["src/main.ts"] = "import { DataSource } from 'typeorm'\nexport const contacts = new DataSource({})\n"
    assert tables(packed(repository(tmp_path, files), "add a nickname to contacts")) is None


def test_an_edit_of_what_declares_nothing_folds_nothing_again(tmp_path: Path) -> None:
    root = repository(tmp_path / "tree", LARAVEL)
    with Store.open(tmp_path / "cache") as store:
        before = tables(packed(root, "add a nickname to contacts", store=store))
        (root / "app/Screen.php").write_text("<?php\nnamespace App;\nclass Screen {}\n")
        with Index.open(root, workers=1, store=store) as index:
            data = for_pack(index._state.data, ())
            assert tables(index.pack(index.target(task="add a nickname to contacts"), budget="8k")) == before
            assert data.network.in_code
            assert "_found" not in vars(data)


def test_a_changed_migration_changes_the_card(tmp_path: Path) -> None:
    root = repository(tmp_path / "tree", LARAVEL)
    with Store.open(tmp_path / "cache") as store:
        packed(root, "add a nickname to contacts", store=store)
        (root / "database/migrations/2024_02_01_000000_more.php").write_text(
            "<?php\nreturn new class extends Migration {\n    public function up() {\n"
            "        Schema::table('contacts', function (Blueprint $table) {\n"
            "            $table->string('nickname')->nullable();\n        });\n    }\n};\n"
        )
        found = tables(packed(root, "add a nickname to contacts", store=store))
    assert found is not None
    assert "nickname: string" in found.text
    assert found.text.count("\n changed ") == 1
