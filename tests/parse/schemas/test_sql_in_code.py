"""SQL in strings of programs: what it declares has the lines of the file, not those of the string."""

from __future__ import annotations

import importlib

import pytest

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.parse.schemas.sql_in_code import steps

PHP = "<?php\nreturn new class extends Migration {\npublic function up(): void {\n%s\n}\n};\n"
RUBY = "class A < ActiveRecord::Migration[7.0]\n  def up\n%s\n  end\nend\n"
ALEMBIC = 'from alembic import op\n\nrevision = "a1"\n\ndef upgrade():\n%s\n'
DJANGO = "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = [\n%s\n    ]\n"
CSHARP = (
    "public partial class A : Migration\n{\n"
    "protected override void Up(MigrationBuilder migrationBuilder)\n{\n%s\n}\n}\n"
)
TYPEORM = (
    "export class A1 implements MigrationInterface {\n"
    "public async up(queryRunner: QueryRunner): Promise<void> {\n%s\n}\n}\n"
)
TABLE = "\n CREATE TABLE t (\n  id int NOT NULL,\n  name text\n );\n"


def lines(found: SchemaStep) -> tuple[int, list[int]]:
    return found.line, [column.line for column in found.columns]


@pytest.mark.parametrize(
    ("module", "text", "place"),
    [
        ("laravel", PHP % "DB::statement('CREATE TABLE t (id int, name text)');", (4, [4, 4])),
        ("laravel", PHP % f"DB::statement('{TABLE}');", (5, [6, 7])),
        ("laravel", PHP % f"DB::statement(\n'{TABLE}');", (6, [7, 8])),
        ("laravel", PHP % f"DB::statement(<<<SQL{TABLE}SQL);", (5, [6, 7])),
        ("laravel", PHP % f"DB::statement(<<<'SQL'{TABLE}SQL);", (5, [6, 7])),
        ("laravel", PHP % 'DB::statement("CREATE TABLE t (\\n id int,\\n name text)");', (4, [4, 4])),
        ("laravel", PHP % "DB::statement('\nALTER TABLE t\n ADD COLUMN name text');", (6, [6])),
        ("rails_calls", RUBY % f"execute <<~SQL{TABLE}SQL", (4, [5, 6])),
        ("alembic", ALEMBIC % f'    op.execute("""{TABLE}""")', (7, [8, 9])),
        ("alembic", ALEMBIC % f'    op.execute(\n        sa.text("""{TABLE}""")\n    )', (8, [9, 10])),
        ("alembic", ALEMBIC % '    op.execute("CREATE TABLE t ("\n      "id int, "\n      "name text)")', (6, [6, 6])),
        ("django_migrations", DJANGO % f'        migrations.RunSQL("""{TABLE}"""),', (6, [7, 8])),
        ("efcore_migrations", CSHARP % f'migrationBuilder.Sql(@"{TABLE}");', (6, [7, 8])),
        ("typeorm_migrations", TYPEORM % f"await queryRunner.query(`{TABLE}`);", (4, [5, 6])),
    ],
)
def test_migrations(module: str, text: str, place: tuple[int, list[int]]) -> None:
    name = "rails" if module == "rails_calls" else module
    (step,) = importlib.import_module(f"ctxpack.parse.schemas.{name}").read(text).steps
    assert lines(step) == place


def test_a_string_that_is_held_by_a_name() -> None:
    text = ALEMBIC.replace("\n\ndef", f'\n\nMADE = """{TABLE}"""\n\ndef') % "    op.execute(MADE)"
    (step,) = importlib.import_module("ctxpack.parse.schemas.alembic").read(text).steps
    assert lines(step) == (6, [7, 8])


def test_the_nearest_of_equal_strings_below_the_call_is_meant() -> None:
    source = f'run("""{TABLE}""")\nrun("""{TABLE}""")\n'
    assert [lines(step) for line in (1, 7) for step in steps(TABLE, source, line)] == [(2, [3, 4]), (8, [9, 10])]


def test_unknown_parts_may_be_spelled_otherwise() -> None:
    source = 'run(f"""\n  CREATE TABLE {self.to}.t (\n    {self.of}_id int,\n    v text)""")\n'
    (step,) = steps("\n  CREATE TABLE {to}.t (\n    {of}_id int,\n    v text)", source, 1)
    assert lines(step) == (2, [3, 4])


def test_without_the_file_all_has_the_line_of_the_call() -> None:
    assert [lines(step) for step in steps(TABLE, "", 7)] == [(7, [7, 7])]
    assert steps("SELECT 1", "", 7) == ()


def test_the_pieces_of_a_heredoc_are_separate_lines() -> None:
    text = PHP % "DB::statement(<<<SQL\nCREATE TABLE t (\n id int, -- the key\n name text\n)\nSQL);"
    (step,) = importlib.import_module("ctxpack.parse.schemas.laravel").read(text).steps
    assert [column.name for column in step.columns] == ["id", "name"]
