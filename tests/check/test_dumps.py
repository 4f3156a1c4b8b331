"""What migrations take away where a dump of the schema lies beside them, and what others read it by name alone."""

from __future__ import annotations

import pytest
from check_helpers import Files, Place, said

from ctxpack.check import same_type, serves

FIRST = """CREATE TABLE labels (
    id bigserial PRIMARY KEY,
    key text NOT NULL,
    seen TIMESTAMPTZ,
    value text NOT NULL
);
"""
DUMPED = """CREATE TABLE labels (
    id bigint DEFAULT nextval('labels_id_seq'::regclass) NOT NULL,
    key text NOT NULL,
    seen timestamp with time zone,
    value text NOT NULL
);
"""
OTHER = "CREATE TABLE marks (\n    id integer\n);\n"
DUMPS = ("migrate/schema.sql", "db/structure.sql", "schema.sql")
READERS = {
    "q/queries.sql": "-- name: One :one\nSELECT key, value FROM labels WHERE id = $1;\n",
    "app/store.py": 'def one(db):\n    return db.run("SELECT key, value FROM labels WHERE id = 1")\n',
}
DROPS = {"table": "DROP TABLE labels;\n", "column": "ALTER TABLE labels DROP COLUMN value;\n"}


def dump_after(what: str) -> str:
    return OTHER if what == "table" else DUMPED.replace("zone,\n    value text NOT NULL", "zone") + OTHER


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("what", DROPS)
@pytest.mark.parametrize(
    ("dump", "state"), [("", "none"), *((dump, state) for dump in DUMPS for state in ("alike", "kept", "updated"))]
)
def test_a_dump_hides_nothing(place: Place, dump: str, state: str, what: str, reader: str) -> None:
    files: Files = {
        "migrate/migrations/2018-init.sql": FIRST, "migrate/migrations/2019-marks.sql": OTHER, reader: READERS[reader],
    }  # fmt: skip
    staged: Files = {"migrate/migrations/2020-drop.sql": DROPS[what]}
    if dump:
        files[dump] = (FIRST if state == "alike" else DUMPED) + OTHER
    if state == "updated":
        staged[dump] = dump_after(what)
    place.commit(files).stage(staged)
    (finding,) = place.check().findings
    one = finding.suspect
    kind, symbol = ("removed", "labels") if what == "table" else ("column-removed", "labels.value")
    assert (one.kind, one.symbol) == (kind, symbol)
    assert one.what == f"{what} removed by migrate/migrations/2020-drop.sql:1"
    assert [(use.path, use.line) for use in finding.uses] == [(reader, 2)]
    assert finding.fails == reader.endswith(".sql")


def test_a_migration_with_its_dump_and_its_users(place: Place) -> None:
    place.commit({"db/migrations/001_init.sql": FIRST, "db/schema.sql": DUMPED, **READERS})
    place.stage(
        {
            "db/migrations/002_drop.sql": DROPS["column"],
            "db/schema.sql": dump_after("column"),
            **{path: text.replace("key, value", "key") for path, text in READERS.items()},
        }
    )
    assert said(place.check()) == []


def test_steps_that_stand_on_a_dump_that_is_after_them(place: Place) -> None:
    more = "CREATE TABLE marks (id int);\nALTER TABLE labels ADD COLUMN size int;\n"
    dump = DUMPED.replace("    value", "    size integer,\n    value") + OTHER
    place.commit({"db/migrations/001_more.sql": more, "db/schema.sql": dump, **READERS})
    place.stage({"db/migrations/002_drop.sql": DROPS["table"], "db/schema.sql": OTHER})
    assert said(place.check()) == [
        "error removed db/schema.sql::labels", "  q/queries.sql:2", "  app/store.py:2 one",
    ]  # fmt: skip


def test_a_database_of_another_service(place: Place) -> None:
    users = "CREATE TABLE users (id int, name text);\n"
    place.commit(
        {
            "one/migrations/001_init.sql": users + "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n",
            "two/schema.sql": users + "CREATE TABLE c (id int);\nCREATE TABLE d (id int);\n",
            "two/queries.sql": "SELECT name FROM users;\n",
        }
    )
    place.stage({"one/migrations/002_drop.sql": "DROP TABLE users;\n"})
    assert said(place.check()) == []
    place.stage({"one/migrations/002_drop.sql": "ALTER TABLE users DROP COLUMN name;\n"})
    assert not any(finding.fails for finding in place.check().findings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BIGSERIAL", "bigint"), ("serial", "INTEGER"), ("int", "int4"), ("TIMESTAMPTZ", "timestamp with time zone"),
        ("timestamp(3)", "timestamp(3) without time zone"), ("varchar(20)", "character varying(20)"),
        ("bool", "boolean"), ("decimal(10, 2)", "NUMERIC(10,2)"), ("double precision", "float8"),
        ("text[]", "TEXT []"), ("pg_catalog.int8", "bigint"),
    ],
)  # fmt: skip
def test_types_that_are_the_same(one: str, other: str) -> None:
    assert same_type(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("int", "bigint"), ("timestamp", "timestamptz"), ("varchar(20)", "varchar(21)"), ("text", "text[]"),
        ("decimal", "decimal(10, 2)"), ("enum('a b')", "enum('c')"), ("date", "timestamp"),
    ],
)  # fmt: skip
def test_types_that_differ(one: str, other: str) -> None:
    assert not same_type(one, other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("varchar(20)", "character varying(21)"), ("varchar(20)", "varchar"), ("varchar(20)", "text"),
        ("decimal(8, 2)", "numeric(10, 2)"), ("int(11)", "int(1)"), ("blob", "longblob"),
        ("bit varying(3)", "varbit(5)"),
    ],
)  # fmt: skip
def test_types_with_more_room_serve_who_uses_them(before: str, after: str) -> None:
    assert serves(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("varchar(20)", "varchar(19)"), ("varchar", "varchar(20)"), ("text", "varchar(20)"), ("text", "text[]"),
        ("decimal(8, 2)", "decimal(10, 4)"), ("int", "bigint"), ("char(10)", "char(12)"), ("longblob", "blob"),
        ("timestamp(3)", "timestamp(6)"), ("enum('a')", "enum('a', 'b')"), ("varchar(64)", "bigint(20)"),
    ],
)  # fmt: skip
def test_types_that_do_not_serve(before: str, after: str) -> None:
    assert not serves(before, after)


def test_a_column_with_more_room(place: Place) -> None:
    first = FIRST.replace("key text", "key varchar(20)")
    place.commit({"schema.sql": first, **READERS})
    place.stage({"schema.sql": first.replace("(20)", "(40)")})
    assert said(place.check()) == []
    place.stage({"schema.sql": first.replace("(20)", "(10)")})
    assert said(place.check())[0] == "error column-type schema.sql::labels.key"


def test_a_type_that_is_only_spelled_in_another_way(place: Place) -> None:
    place.commit({"schema.sql": FIRST, **READERS})
    place.stage({"schema.sql": DUMPED})
    assert said(place.check()) == []
    place.commit({"db/migrations/001_init.sql": FIRST})
    place.stage({"db/migrations/002_same.sql": "ALTER TABLE labels ALTER COLUMN seen TYPE timestamp with time zone;\n"})
    assert said(place.check()) == []


RAILS_FIRST = """class CreateLabels < ActiveRecord::Migration[7.0]
  def change
    create_table :labels do |t|
      t.string :name
    end
  end
end
"""
RAILS_FILL = """class FillLabels < ActiveRecord::Migration[7.0]
  def up
    execute("INSERT INTO labels (name) SELECT name FROM labels")
  end
end
"""
RAILS_DROP = """class DropLabels < ActiveRecord::Migration[7.0]
  def up
    drop_table :labels
  end
end
"""
RAILS_SCHEMA = """ActiveRecord::Schema[7.0].define(version: 2020_01_01_000000) do
  create_table "labels", force: :cascade do |t|
    t.string "name"
  end
  create_table "marks", force: :cascade do |t|
    t.string "name"
  end
end
"""
RAILS_READER = """class Report
  def names
    connection.execute("SELECT name FROM labels ORDER BY name")
  end

  def others
    connection.execute(<<~SQL)
      DELETE FROM labels
      WHERE name IS NULL
    SQL
  end

  def said
    "taken from labels"
  end

  def joined
    Mark.joins("LEFT JOIN labels
      ON labels.mark_id = marks.id")
  end
end
"""


@pytest.mark.parametrize("state", ["none", "kept", "updated"])
def test_a_table_that_a_migration_of_rails_drops(place: Place, state: str) -> None:
    files: Files = {
        "db/migrate/20200101000000_create_labels.rb": RAILS_FIRST,
        "db/migrate/20200102000000_fill_labels.rb": RAILS_FILL,
        "app/models/report.rb": RAILS_READER,
    }
    staged: Files = {"db/migrate/20200103000000_drop_labels.rb": RAILS_DROP}
    if state != "none":
        files["db/schema.rb"] = RAILS_SCHEMA
    if state == "updated":
        end = RAILS_SCHEMA.index('  create_table "marks"')
        staged["db/schema.rb"] = RAILS_SCHEMA[: RAILS_SCHEMA.index("  create_table")] + RAILS_SCHEMA[end:]
    place.commit(files).stage(staged)
    (finding,) = place.check().findings
    assert finding.suspect.what == "table removed by db/migrate/20200103000000_drop_labels.rb:3"
    assert [(use.path, use.line) for use in finding.uses] == [
        ("app/models/report.rb", 3),
        ("app/models/report.rb", 8),
        ("app/models/report.rb", 18),
    ]


MODEL = """from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Label(Base):
    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
STEP = """from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {parent}


def upgrade():
    {step}
"""


def test_a_class_of_a_table_that_a_migration_drops(place: Place) -> None:
    first = STEP.format(revision="a", parent="None", step='op.create_table("labels", sa.Column("id", sa.Integer()))')
    place.commit({"app/models.py": MODEL, "alembic/versions/a.py": first})
    place.stage({"alembic/versions/b.py": STEP.format(revision="b", parent='"a"', step='op.drop_table("labels")')})
    assert said(place.check()) == ["error removed alembic/versions/a.py::labels", "  app/models.py:8"]
    place.stage({"app/models.py": None})
    assert said(place.check()) == []
