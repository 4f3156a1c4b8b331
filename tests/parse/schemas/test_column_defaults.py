"""What the database fills in by itself, told in SQL whatever the format that states it; never what a program does."""

from __future__ import annotations

import pytest

from ctxpack.parse.schemas import alembic, django_migrations, django_models, prisma, rails, sql, sqlalchemy

PRISMA = """
enum Role {{
  USER @map("user")
  ADMIN
}}
model Account {{
  id Int @id
  field {} {}
}}
"""


@pytest.mark.parametrize(
    ("kind", "attributes", "default"),
    [
        ("Int", "@default(autoincrement())", "autoincrement()"),
        ("DateTime", "@default(now()) @updatedAt", "CURRENT_TIMESTAMP"),
        ("DateTime", "@updatedAt", ""),
        ("String", "@default(cuid())", ""),
        ("String", "@default(uuid(7))", ""),
        ("String", '@default(dbgenerated("gen_random_uuid()")) @db.Uuid', "gen_random_uuid()"),
        ("String", "@default(dbgenerated())", "…"),
        ("Role", "@default(USER)", "'user'"),
        ("Role[]", "@default([USER, ADMIN])", "ARRAY['user', 'ADMIN']"),
        ("String[]", "@default([])", "'{}'"),
        ("Float", "@default(-1.5)", "-1.5"),
        ("Boolean", '@default(true, map: "account_flag")', "true"),
        ("String", r'@default("it\'s \"here\" // (not a comment)") // a comment'.replace("\\'", "'"),
         "'it''s \"here\" // (not a comment)'"),
    ],
)  # fmt: skip
def test_prisma(kind: str, attributes: str, default: str) -> None:
    (step,) = prisma.read(PRISMA.format(kind, attributes)).steps
    assert step.columns[1].default == default


def test_a_comment_behind_a_default_of_prisma_is_the_doc() -> None:
    (step,) = prisma.read(PRISMA.format("String", '@default("http://localhost") // where it is')).steps
    assert (step.columns[1].doc, step.columns[1].default) == ("where it is", "'http://localhost'")


@pytest.mark.parametrize(
    ("stated", "default"),
    [
        ('string :field, default: "it\'s"', "'it''s'"),
        ("string :field, default: :open", "'open'"),
        ("integer :field, default: -1_000", "-1000"),
        ("boolean :field, default: false", "false"),
        ("string :field, default: nil", ""),
        ('datetime :field, default: -> { "now()" }', "now()"),
        ("datetime :field, default: -> { now }", "…"),
        ("string :field, array: true, default: %w[a b]", "ARRAY['a', 'b']"),
        ("string :field, array: true, default: []", "'{}'"),
        ("jsonb :field, default: []", "'[]'"),
        ("jsonb :field, default: {}", "'{}'"),
        ("hstore :field, default: {}", "…"),
        ("integer :field, default: Access::OWNER", "…"),
        ('string :field, default: "#{name}"', "…"),
    ],
)
def test_rails(stated: str, default: str) -> None:
    block = f"create_table :t, id: false do |t|\n t.{stated}\nend"
    facts = rails.read(f"ActiveRecord::Schema[8.0].define do\n{block}\nend")
    assert facts.steps[0].columns[0].default == default


def test_rails_changes_defaults() -> None:
    facts = rails.read(
        """
        class Change < ActiveRecord::Migration[8.0]
          def change
            create_table :t, id: :uuid, default: -> { "gen_random_uuid()" }
            change_column_default :t, :a, from: 1, to: 2
            change_column_default :t, :b, nil
            change_column :t, :c, :bigint
            change_table(:t) { |t| t.change_default :d, "x" }
          end
        end
        """
    )
    assert facts.steps[0].columns[0].default == "gen_random_uuid()"
    assert [(one.kind, one.columns[0].name, one.columns[0].default) for one in facts.steps[1:]] == [
        ("default", "a", "2"),
        ("default", "b", ""),
        ("retype", "c", ""),
        ("default", "d", "'x'"),
    ]


@pytest.mark.parametrize(
    ("stated", "default"),
    [
        ('server_default="0"', "'0'"),
        ('server_default=sa.text("now()")', "now()"),
        ("server_default=sa.func.now(), default=utcnow", "now()"),
        ("server_default=func.current_timestamp()", "CURRENT_TIMESTAMP"),
        ('server_default=sa.func.coalesce("a", 1)', "coalesce('a', 1)"),
        ("server_default=sa.func.f(x)", "…"),
        ("server_default=sa.false()", "false"),
        ("server_default=STATUS", "'open'"),
        ("server_default=Status.OPEN", "…"),
        ('server_default=sa.text(f"{x}")', "…"),
        ("server_default=FetchedValue()", "…"),
        ("server_default=None", ""),
        ('default="x"', ""),
    ],
)
def test_sqlalchemy_and_alembic(stated: str, default: str) -> None:
    column = f'sa.Column("field", sa.String, {stated})'
    model = sqlalchemy.read(f'STATUS = "open"\nclass T(Base):\n    __tablename__ = "t"\n    field = {column}\n')
    added = alembic.read(f'revision = "1"\nSTATUS = "open"\ndef upgrade():\n    op.add_column("t", {column})\n')
    assert [facts.steps[0].columns[0].default for facts in (model, added)] == [default, default]


def test_alembic_changes_a_default_only_where_one_is_stated() -> None:
    facts = alembic.read(
        """
revision = "1"
def upgrade():
    op.alter_column("t", "a", server_default="x", existing_server_default="y")
    op.alter_column("t", "b", server_default=None)
    op.alter_column("t", "c", server_default=False, existing_server_default="y")
"""
    )
    assert [(one.kind, one.columns[0].name, one.columns[0].default) for one in facts.steps] == [
        ("default", "a", "'x'"),
        ("default", "b", ""),
    ]


def test_sqlmodel_and_annotated_types() -> None:
    found = sqlalchemy.read(
        """
from sqlmodel import Field, SQLModel
class T(SQLModel, table=True):
    made: str = Field(sa_column_kwargs={"server_default": text("now()")})
    kind: str = Field(default="x")
"""
    )
    assert [one.default for one in found.steps[0].columns] == ["now()", ""]
    found = sqlalchemy.read(
        """
stamp = Annotated[datetime, mapped_column(server_default=func.now())]
class T(Base):
    __tablename__ = "t"
    made: Mapped[stamp]
"""
    )
    assert [one.default for one in found.steps[0].columns] == ["now()"]


@pytest.mark.parametrize(
    ("stated", "default"),
    [
        ("db_default=Now()", "CURRENT_TIMESTAMP"),
        ("db_default=0, default=3", "0"),
        ('db_default=models.Value("x")', "'x'"),
        ("db_default=Lower(x)", "…"),
        ("default=False", ""),
    ],
)
def test_django(stated: str, default: str) -> None:
    model = django_models.read(
        f"from django.db import models\nclass T(models.Model):\n    field = models.TextField({stated})\n"
    )
    assert [one.default for one in model.steps[0].columns if one.name == "field"] == [default]
    altered = django_migrations.read(
        "class Migration(migrations.Migration):\n"
        f'    operations = [migrations.AlterField("T", "field", models.TextField({stated}))]\n'
    )
    assert [one.columns[0].default for one in altered.steps if one.kind == "default"] == [default]


def test_signs_and_brackets_of_sql() -> None:
    (step,) = sql.read(
        "create table t (a int default -1, b text[] default ARRAY['x', 'y']::text[] not null, c int[] default "
        "array[1,2], d text[] default '{}'::text[], e int)"
    ).steps
    assert [(one.name, one.default, one.nullable) for one in step.columns] == [
        ("a", "-1", True),
        ("b", "ARRAY['x', 'y']::text[]", False),
        ("c", "array[1,2]", True),
        ("d", "'{}'::text[]", True),
        ("e", "", True),
    ]
