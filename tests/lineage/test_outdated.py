"""Which definitions of tables later migrations make outdated."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.declared.outdated import outdated
from ctxpack.parse.schemas import sql

CREATE = "CREATE TABLE post (\n  id INT PRIMARY KEY,\n  name TEXT,\n  fedi_name TEXT\n);\n"


def found(*texts: str) -> dict[tuple[str, int], str]:
    files = [(f"migrations/{number:03}_step.sql", text) for number, text in enumerate(texts, 1)]
    return outdated(fold([(path, sql.read(text)) for path, text in files]).changes)


@pytest.mark.parametrize(
    ("later", "name"),
    [
        ("ALTER TABLE post ADD COLUMN alt_text TEXT;", "post"),
        ("ALTER TABLE post DROP COLUMN fedi_name;", "post"),
        ("ALTER TABLE post RENAME COLUMN name TO title;", "post"),
        ("ALTER TABLE post ALTER COLUMN name TYPE VARCHAR(20);", "post"),
        ("ALTER TABLE post ALTER COLUMN name SET NOT NULL;", "post"),
        ("ALTER TABLE post RENAME TO article;", "article"),
        ("DROP TABLE post;", "post"),
        ("CREATE TABLE new_post (id INT);\nDROP TABLE post;\nALTER TABLE new_post RENAME TO post;", "post"),
    ],
)
def test_a_definition_is_outdated_once_a_later_file_changes_its_table(later: str, name: str) -> None:
    assert found(CREATE, later).get(("migrations/001_step.sql", 1)) == name


@pytest.mark.parametrize(
    "later",
    [
        "CREATE TABLE other (id INT);",
        "CREATE INDEX i ON post (name);",
        "ALTER TABLE other ADD COLUMN a INT;",
        "INSERT INTO post (id) VALUES (1);",
    ],
)
def test_a_definition_that_tells_all_columns_stands(later: str) -> None:
    assert found(CREATE, later) == {}
    assert found(f"{CREATE}ALTER TABLE post ADD COLUMN alt_text TEXT;\n", later) == {}


def test_names_are_followed_to_the_last_one() -> None:
    renamed = ("ALTER TABLE post RENAME TO article;", "ALTER TABLE article ADD COLUMN a INT;")
    again = ("ALTER TABLE article RENAME TO text;",)
    assert found(CREATE, *renamed, *again) == {("migrations/001_step.sql", 1): "text"}


def reasons(root: Path, migrations: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The tables of a pack as text, and by path why each file is there."""
    (root / "queries").mkdir()
    (root / "migrations").mkdir()
    (root / "queries" / "posts.sql").write_text("SELECT id, name FROM post;\n")
    for name, text in migrations.items():
        (root / "migrations" / name).write_text(text)
    for number in range(80):  # likelier than the migrations to be edited, so that these are shown as needs alone
        (root / f"title_{number}.py").write_text(f"def title_{number}():\n    return 'the short title'\n")
    with Index.open(root) as index:
        pack = index.pack(index.target("queries/posts.sql", task="return the short title too"), budget="8k")
    items = {item.path: item for zone in pack.zones for item in zone.items}
    said = {path: "; ".join(reason.because for reason in item.reasons) for path, item in items.items()}
    return items["(tables)"].text, said


def test_a_pack_shows_a_table_as_it_is_and_not_as_it_once_was(tmp_path: Path) -> None:
    later = "ALTER TABLE post DROP COLUMN fedi_name;\nALTER TABLE post ADD COLUMN alt_text TEXT;\n"
    tables, said = reasons(tmp_path, {"001_first.sql": CREATE, "002_alt_text.sql": later})
    assert "alt_text: TEXT declared nullable" in tables
    assert "migrations/001_first.sql" not in said


def test_a_pack_shows_the_definition_that_still_holds(tmp_path: Path) -> None:
    other = "CREATE TABLE other (id INT);\n"
    _, said = reasons(tmp_path, {"001_first.sql": CREATE, "002_other.sql": other})
    assert "used by queries/posts.sql:1" in said["migrations/001_first.sql"]
