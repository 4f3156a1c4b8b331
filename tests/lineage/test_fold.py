"""Definitions and migrations of a repository, folded into the tables that they leave and the changes that they make."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ctxpack.datamodel.schema import DeclaredTable, Folded
from ctxpack.lineage.declared.fold import fold
from ctxpack.lineage.declared.keys import parse as parse_key
from ctxpack.parse.schemas import alembic, django_migrations, django_models, prisma, rails, sql, sqlalchemy

READERS = {
    "sql": sql.read,
    "alembic": alembic.read,
    "django_migrations": django_migrations.read,
    "django_models": django_models.read,
    "prisma": prisma.read,
    "rails": rails.read,
    "sqlalchemy": sqlalchemy.read,
}


def folded(files: Mapping[str, str], reader: str = "sql") -> Folded:
    return fold([(path, READERS[reader](text)) for path, text in files.items()])


def table(found: Folded, name: str) -> DeclaredTable:
    return next(one for one in found.tables if one.name == name)


def shown(one: DeclaredTable) -> list[str]:
    told = {True: "null", False: "not null", None: "?"}
    return [f"{column.name} {column.type} {told[column.nullable]}" for column in one.columns]


def told(found: Folded) -> list[str]:
    return [
        " | ".join(part for part in (one.change, one.table, one.column, one.before, one.after) if part)
        for one in found.changes
    ]


# --- one history ------------------------------------------------------------------------------------------------------


def test_steps_are_applied_in_the_order_of_their_numbers() -> None:
    found = folded(
        {
            "migrations/10_last.sql": "alter table t drop column b;",
            "migrations/2_then.sql": "alter table t add b text; alter table t rename a to c;",
            "migrations/1_first.sql": "create table t (a int);",
        }
    )
    assert shown(found.tables[0]) == ["c int null"]
    assert told(found) == [
        "table created | t",
        "column added | t | b | text",
        "column renamed | t | a | a | c",
        "column dropped | t | b | text",
    ]
    assert [one.order for one in found.changes] == [1, 2, 3, 4]
    assert (found.tables[0].path, found.tables[0].line) == ("migrations/1_first.sql", 1)


@pytest.mark.parametrize(
    "names",
    [
        ("db/migration/V1__a.sql", "db/migration/V1_2__b.sql", "db/migration/V1.10__c.sql"),
        ("db/migration/V2__a.sql", "db/migration/V10__b.sql", "db/migration/R__c.sql"),
        ("migrations/2020-01-02-1_a/up.sql", "migrations/2020-01-10-1_b/up.sql", "migrations/2021-01-01-1_c/up.sql"),
        ("prisma/migrations/20200102_a/migration.sql", "prisma/migrations/20200103_b/migration.sql",
         "prisma/migrations/20210101_c/migration.sql"),
        ("migrations/20140924113530_a/up.sql", "migrations/2017-09-23-182408_b/up.sql",
         "migrations/20180101000000_c/up.sql"),
        ("m/2020-01-02_a.sql", "m/20200103_b.sql", "m/2020_01_04_120000_c.sql"),
        ("m/000001_a.up.sql", "m/000002_b.up.sql", "m/000010_c.up.sql"),
        ("conf/evolutions/default/1.sql", "conf/evolutions/default/2.sql", "conf/evolutions/default/10.sql"),
        ("schema/versioned/v1.0/a.sql", "schema/versioned/v1.9/b.sql", "schema/versioned/v1.10/c.sql"),
    ],
)  # fmt: skip
def test_names_of_migrations(names: tuple[str, str, str]) -> None:
    texts = ("create table t (a int);", "alter table t rename a to b;", "alter table t rename b to c;")
    found = folded(dict(sorted(zip(names, texts, strict=True))))
    assert shown(found.tables[0]) == ["c int null"]


@pytest.mark.parametrize(
    "undoing",
    ["m/1_a.down.sql", "m/U1__a.sql", "m/1_a.rollback.sql", "m/1_a.undo.sql", "m/down/1_a.sql", "m/1_a/down.sql"],
)
def test_what_undoes_is_left_out(undoing: str) -> None:
    found = folded({"m/1_a.sql": "create table t (a int);", undoing: "drop table t;"})
    assert [one.name for one in found.tables] == ["t"]


def test_keys_follow_renames_and_go_with_their_columns() -> None:
    found = folded(
        {
            "m/1.sql": "create table u (id int primary key, x int); create table t (a int references u (id), b int,"
            " unique (a, b), constraint c check (b > 0));",
            "m/2.sql": "alter table u rename id to key; alter table u rename to v; alter table t rename a to d;",
            "m/3.sql": "alter table t drop column b;",
        }
    )
    assert table(found, "t").keys == ("foreign key (d) references v (key)",)
    assert table(found, "v").keys == ("primary key (key)",)


def keys_after(create: str, *later: str) -> tuple[str, ...]:
    files = {"m/1.sql": create, **{f"m/{number}.sql": text for number, text in enumerate(later, 2)}}
    return table(folded(files), "c").keys


BY_EXPRESSION = (
    "create table c (id int primary key, actor_id text, kind text,"
    " constraint named check (length(actor_id) > 3 and kind <> 'actor_id'));"
    " create unique index i on c (lower(actor_id), kind);"
)


def test_expressions_of_keys_follow_renames_of_columns_and_of_nothing_else() -> None:
    assert keys_after(BY_EXPRESSION, "alter table c rename column actor_id to ap_id;") == (
        "primary key (id)",
        "constraint named check (length(ap_id) > 3 and kind <> 'actor_id')",
        "constraint i unique (lower(ap_id), kind)",
    )
    renamed = keys_after(BY_EXPRESSION, "alter table c rename column id to length; alter table c rename kind to lower;")
    assert renamed == (
        "primary key (length)",
        "constraint named check (length(actor_id) > 3 and lower <> 'actor_id')",
        "constraint i unique (lower(actor_id), lower)",
    )


def test_quotes_around_a_column_in_an_expression_stay() -> None:
    create = 'create table c ("Actor" text, b text); create unique index i on c (lower("Actor"), b);'
    renamed = keys_after(create, 'alter table c rename column "Actor" to "Person";')
    assert renamed == ('constraint i unique (lower("Person"), b)',)


def test_expressions_of_keys_go_with_their_columns() -> None:
    assert keys_after(BY_EXPRESSION, "alter table c drop column actor_id;") == ("primary key (id)",)
    text = "create table c (a int, name text, kind text check (kind in ('name', 'a')));"
    assert keys_after(text, "alter table c drop column name;") == ("check (kind in ('name', 'a'))",)


def test_an_unnamed_check_keeps_the_name_that_it_was_made_with() -> None:
    text = "create table c (a int check (a > 0), b int);"
    gone = ("alter table c rename column a to d;", "alter table c drop constraint c_a_check;")
    assert keys_after(text, gone[0]) == ("check (d > 0)",)
    assert keys_after(text, *gone) == ()


def test_an_expression_that_cannot_be_parsed_is_kept_and_still_goes_with_its_column() -> None:
    key = parse_key("check (a then > ) b)", "c")
    assert str(key.with_column_renamed("a", "d")) == "check (a then > ) b)"
    assert key.uses("a")
    assert not key.uses("c")


def test_unnamed_keys_are_dropped_by_the_names_that_databases_give() -> None:
    found = folded(
        {
            "m/1.sql": "create table t (id int primary key, a int unique, b int references t (id));",
            "m/2.sql": "alter table t rename to u;",
            "m/3.sql": "alter table u drop constraint t_a_key, drop constraint t_b_fkey, drop constraint t_pkey;",
        }
    )
    assert found.tables[0].keys == ()
    assert shown(found.tables[0])[0] == "id int not null"


def test_a_constraint_takes_over_the_columns_of_its_index() -> None:
    found = folded(
        {
            "m/1_t.sql": "create table t (id int, a int, b int, constraint t_pkey primary key (id));",
            "m/2_i.sql": "create unique index t_a_b on t (a, b); create unique index t_b on t (b);",
            "m/3_k.sql": "alter table t drop constraint t_pkey, add constraint t_pkey primary key using index t_a_b;",
            "m/4_u.sql": "alter table t add unique using index t_b; alter table t add unique using index other;",
        }
    )
    assert shown(found.tables[0]) == ["id int not null", "a int not null", "b int not null"]
    assert found.tables[0].keys == (
        "constraint t_pkey primary key (a, b)", "constraint t_b unique (b)", "unique using index other",
    )  # fmt: skip


def test_a_dropped_table_takes_the_keys_that_refer_to_it() -> None:
    found = folded(
        {"m/1.sql": "create table u (id int); create table t (a int references u (id)); drop table u cascade;"}
    )
    assert [(one.name, one.keys) for one in found.tables] == [("t", ())]


def test_a_table_made_anew_under_its_old_name() -> None:
    found = folded(
        {
            "m/1.sql": "create table t (a int not null);",
            "m/2.sql": "create table t_new (a int, b int); insert into t_new select a from t; drop table t;"
            "alter table t_new rename to t;",
        }
    )
    assert shown(found.tables[0]) == ["a int null", "b int null"]


def test_create_if_missing_leaves_what_is_there() -> None:
    found = folded({"m/1.sql": "create table t (a int);", "m/2.sql": "create table if not exists t (b int);"})
    assert shown(found.tables[0]) == ["a int null"]


def test_names_with_and_without_the_usual_schema_are_one() -> None:
    found = folded(
        {"m/1.sql": "create table public.t (a int); alter table t add b int; alter table other.t add c int;"}
    )
    assert shown(found.tables[0]) == ["a int null", "b int null"]


def test_inherited_tables_and_partitions_follow_their_parent() -> None:
    found = folded(
        {
            "m/1.sql": "create table p (a int not null, primary key (a)); create table q (b int) inherits (p);"
            "create table r partition of p for values in (1); create table u (id int);",
            "m/2.sql": "alter table p add c text; alter table p add foreign key (c) references u (id);",
        }
    )
    assert shown(table(found, "q")) == ["a int not null", "b int null", "c text null"]
    assert table(found, "q").keys == ()
    assert table(found, "r").keys == ("primary key (a)", "foreign key (c) references u (id)")


def test_domains_forbid_nulls_and_types_are_renamed() -> None:
    found = folded(
        {
            "m/1.sql": "create domain d as text not null; create table t (a d, b old);",
            "m/2.sql": "alter type old rename to older; alter domain d drop not null;",
        }
    )
    assert shown(found.tables[0]) == ["a d null", "b older null"]


def test_changed_types_and_nullability_are_noted() -> None:
    found = folded({"m/1.sql": "create table t (a int); alter table t alter a type bigint, alter a set not null;"})
    assert told(found)[1:] == ["type changed | t | a | int | bigint", "nullability changed | t | a | null | not null"]


# --- sets of definitions ----------------------------------------------------------------------------------------------


def test_definitions_are_put_in_the_order_that_they_need() -> None:
    found = folded(
        {
            "ddl/constraints.sql": "alter table t add primary key (a);",
            "ddl/drop_all.sql": "drop table t;",
            "ddl/tables.sql": "drop table if exists t; create table t (a int);",
        }
    )
    assert (shown(found.tables[0]), found.tables[0].keys) == (["a int not null"], ("primary key (a)",))
    assert found.changes == ()


def test_dialects_beside_each_other_are_not_mixed() -> None:
    found = folded(
        {
            "db/mysql/schema.sql": "create table t (a int, m int);",
            "db/postgres/schema.sql": "create table t (a int, p int);",
            "db/schema-h2.sql": "create table t (a int, h int);",
        }
    )
    assert [shown(one)[1] for one in found.tables] == ["p int null"]
    assert [shown(one)[1] for one in found.others] == ["h int null", "m int null"]
    assert "db/postgres" in found.problems[0].message
    (told,) = {one.message for one in found.problems}
    assert told == f"other columns than in {found.tables[0].family}, which is taken: t"


def test_a_step_for_one_dialect_stands_in_for_that_for_all() -> None:
    found = folded(
        {
            "m/1_t.postgres.up.sql": "create table t (a uuid not null);",
            "m/1_t.mysql.up.sql": "create table t (a char(36) not null);",
            "m/1_t.sqlite3.up.sql": "create table t (a text not null);",
            "m/2_b.up.sql": "alter table t add b int;",
            "m/3_c.up.sql": "alter table t add c int;",
            "m/3_c.sqlite3.up.sql": "create table s (a text, b int, c int); drop table t; alter table s rename to t;",
            "m/4_only.mysql.up.sql": "alter table t add d int;",
        }
    )
    assert [shown(one) for one in found.tables] == [["a uuid not null", "b int null", "c int null"]]
    assert [shown(one) for one in found.others] == [
        ["a char(36) not null", "b int null", "c int null", "d int null"],
        ["a text null", "b int null", "c int null"],
    ]


def test_a_word_that_is_a_dialect_elsewhere_is_no_dialect_without_a_counterpart() -> None:
    found = folded({"m/1_t.sql": "create table t (a int);", "m/2_add_spark.sql": "alter table t add b int;"})
    assert [shown(one) for one in found.tables] == [["a int null", "b int null"]]


def test_the_newest_of_several_versions_is_taken() -> None:
    found = folded(
        {
            f"ddl/{version}/{dialect}/{part}.sql": text
            for version, column in (("5.3", "a"), ("5.4", "b"), ("5.10", "c"))
            for dialect in ("oracle", "pdw", "postgresql", "sql_server")
            for part, text in (("keys", f"alter table t add primary key ({column});"),
                               ("tables", f"create table t ({column} int); create table u (x int);"))
        }
    )  # fmt: skip
    assert [shown(one) for one in found.tables] == [["c int not null"], ["x int null"]]
    assert found.tables[0].path == "ddl/5.10/postgresql/tables.sql"
    assert len(found.others) == 22


def test_tests_and_small_parts_come_after_the_rest() -> None:
    found = folded(
        {
            "tests/schema.sql": "create table t (x int); create table u (x int);",
            "sql/schema.sql": "create table t (a int); create table u (b int); create table v (c int);",
            "sql/upgrade/9.0/postgresql/up.sql": "create table t (z int);",
        }
    )
    assert [shown(one) for one in found.tables] == [["a int null"], ["b int null"], ["c int null"]]


def test_a_history_stands_on_the_definitions_beside_it() -> None:
    found = folded({"db/schema.sql": "create table t (a int);", "db/migrations/1_b.sql": "alter table t add b int;"})
    assert [shown(one) for one in found.tables] == [["a int null", "b int null"]]
    assert told(found) == ["column added | t | b | int"]


def test_definitions_that_are_newer_than_the_history_stay_as_they_are() -> None:
    found = folded(
        {
            "db/schema.sql": "create table t (a int, c int);",
            "db/migrations/1_b.sql": "alter table t add b int;",
            "db/migrations/2_c.sql": "alter table t rename b to c;",
            "db/migrations/3_d.sql": "alter table t add d int;",
        }
    )
    assert [shown(one) for one in found.tables] == [["a int null", "c int null", "d int null"]]
    assert [one.split(" | ")[0] for one in told(found)] == ["column added", "column renamed", "column added"]


def test_families_do_not_depend_on_the_order_of_files() -> None:
    files = {f"m/{number}_x.sql": f"create table t{number} (a int);" for number in range(12)}
    files |= {f"{name}/t.sql": "create table t (a int);" for name in ("mysql", "postgres", "sqlite")}
    facts = [(path, sql.read(text)) for path, text in files.items()]
    assert fold(facts) == fold(facts[::-1])


# --- frameworks -------------------------------------------------------------------------------------------------------

ALEMBIC = """\
import sqlalchemy as sa
from alembic import op
revision = {revision!r}
down_revision = {parent!r}
TABLE = "orders"
def _helper(table, name):
    op.add_column(table, sa.Column(name, sa.String(20)))
def upgrade():
{body}
def downgrade():
    op.drop_table("orders")
"""


def revision(name: str, parent: str | None, *lines: str) -> str:
    return ALEMBIC.format(revision=name, parent=parent, body="\n".join(f"    {line}" for line in lines))


def test_alembic() -> None:
    found = folded(
        {
            "migrations/versions/a.py": revision(
                "c3", "b2",
                "with op.batch_alter_table(TABLE) as batch:",
                "    batch.alter_column('note', new_column_name='text', nullable=False)",
                "    batch.drop_column('old')",
                "for name in ('x', 'y'):",
                "    _helper(TABLE, name)",
                "op.execute('ALTER TABLE orders ADD COLUMN z int')",
            ),
            "migrations/versions/b.py": revision("b2", "a1", "pass"),
            "migrations/versions/c.py": revision(
                "a1", None,
                "op.create_table(TABLE, sa.Column('id', sa.Integer()), sa.Column('old', sa.Text()),",
                "    sa.Column('note', sa.Text(), nullable=True, comment='said'),",
                "    sa.Column('user_id', sa.Integer(), sa.ForeignKey('users.id', name='fk'), nullable=False),",
                "    sa.PrimaryKeyConstraint('id', name='pk'))",
            ),
        },
        "alembic",
    )  # fmt: skip
    assert shown(found.tables[0]) == [
        "id Integer() not null",
        "text Text() not null",
        "user_id Integer() not null",
        "x String(20) null",
        "y String(20) null",
        "z int null",
    ]
    assert found.tables[0].keys == ("constraint fk foreign key (user_id) references users (id)",
                                    "constraint pk primary key (id)")  # fmt: skip


SQLALCHEMY = '''\
from datetime import datetime
class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return to_snake(cls.__name__)
class Stamped:
    created: Mapped[datetime]
class OrderLine(Stamped, Base):
    """A line of an order."""
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[Optional[int]] = mapped_column(ForeignKey("orders.id"))
    note: Mapped[str | None]
    order: Mapped["Order"] = relationship()
    __table_args__ = (UniqueConstraint("order_id", "note", name="uq"),)
class Old(Base):
    __tablename__ = "old"
    id = Column("key", Integer, primary_key=True)
    name = Column(String(5), nullable=False)
    text = Column(Text)
class Special(Old):
    extra = Column(Integer, nullable=False)
plain = Table("plain", metadata, Column("a", Integer), schema="s")
'''


def test_sqlalchemy() -> None:
    found = folded({"app/models.py": SQLALCHEMY}, "sqlalchemy")
    assert [one.name for one in found.tables] == ["old", "order_line", "s.plain"]
    assert shown(table(found, "order_line")) == [
        "created datetime not null",
        "id int not null",
        "order_id int null",
        "note str null",
    ]
    assert table(found, "order_line").keys == (
        "primary key (id)",
        "foreign key (order_id) references orders (id)",
        "constraint uq unique (order_id, note)",
    )
    assert shown(table(found, "old"))[-2:] == ["text Text null", "extra Integer null"]


def test_sqlmodel() -> None:
    text = (
        "from sqlmodel import SQLModel, Field, Relationship\n"
        "class HeroBase(SQLModel):\n    name: str = Field(index=True)\n"
        "class Hero(HeroBase, table=True):\n    id: int | None = Field(default=None, primary_key=True)\n"
        "    team_id: int | None = Field(default=None, foreign_key='team.id')\n    team: 'Team' = Relationship()\n"
    )
    found = folded({"m.py": text}, "sqlalchemy")
    assert [one.name for one in found.tables] == ["hero"]
    assert shown(found.tables[0]) == ["name str not null", "id int not null", "team_id int null"]
    assert found.tables[0].keys == ("primary key (id)", "foreign key (team_id) references team (id)")


def migration(dependencies: str, *operations: str, replaces: str = "") -> str:
    listed = ",\n        ".join(operations)
    return (
        "from django.db import migrations, models\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [{dependencies}]\n    {replaces}\n    operations = [\n        {listed}\n    ]\n"
    )


def test_django_migrations() -> None:
    found = folded(
        {
            "shop/orders/migrations/0001_initial.py": migration(
                "",
                "migrations.CreateModel(name='Order', fields=[('id', models.AutoField(primary_key=True)),"
                " ('note', models.CharField(max_length=9)), ('tags', models.ManyToManyField(to='tags.Tag'))])",
                "migrations.CreateModel('Kept', [('id', models.AutoField(primary_key=True))], {'db_table': 'Kept_As'})",
            ),
            "shop/orders/migrations/0002_empty.py": migration("('orders', '0001_initial')"),
            "shop/orders/migrations/0003_more.py": migration(
                "('orders', '0002_empty')",
                "migrations.AddField('order', 'buyer', models.ForeignKey(settings.AUTH_USER_MODEL, null=True))",
                "migrations.AlterField('order', 'note', models.TextField(null=True))",
                "migrations.RenameModel('Order', 'Purchase')",
                "migrations.AddField('kept', 'a', models.IntegerField())",
                "migrations.AlterField('purchase', 'buyer', models.ForeignKey('people.Person'))",
                "migrations.RenameField('purchase', 'buyer', 'owner')",
                "migrations.RunSQL('ALTER TABLE orders_purchase ADD COLUMN raw int')",
            ),
        },
        "django_migrations",
    )
    assert [one.name for one in found.tables] == ["kept_as", "orders_purchase", "orders_purchase_tags"]
    assert shown(table(found, "orders_purchase")) == [
        "id AutoField not null",
        "note TextField null",
        "owner_id ForeignKey not null",
        "raw int null",
    ]
    assert table(found, "orders_purchase").keys[-1] == "foreign key (owner_id) references people_person"
    assert shown(table(found, "orders_purchase_tags")) == [
        "id AutoField not null",
        "purchase_id ForeignKey not null",
        "tag_id ForeignKey not null",
    ]
    assert shown(table(found, "kept_as")) == ["id AutoField not null", "a IntegerField not null"]


def test_django_migrations_that_replace_others_count_once() -> None:
    first = migration("", "migrations.CreateModel('A', [('id', models.AutoField(primary_key=True))])")
    second = migration("('app', '0001_a')", "migrations.AddField('a', 'x', models.IntegerField(null=True))")
    both = migration(
        "",
        "migrations.CreateModel('A', [('id', models.AutoField(primary_key=True)), ('y', models.IntegerField())])",
        replaces="replaces = [('app', '0001_a'), ('app', '0002_b')]",
    )
    files = {"app/migrations/0001_a.py": first, "app/migrations/0002_b.py": second, "app/migrations/0001_c.py": both}
    assert [one.split()[0] for one in shown(folded(files, "django_migrations").tables[0])] == ["id", "x"]
    del files["app/migrations/0001_a.py"]
    assert [one.split()[0] for one in shown(folded(files, "django_migrations").tables[0])] == ["id", "y"]


DJANGO = """\
from django.db import models
from people.models import Person
class Stamped(models.Model):
    created = models.DateTimeField()
    class Meta:
        abstract = True
class Order(Stamped):
    number = models.CharField(max_length=20, null=True, help_text="As printed.")
    buyer = models.ForeignKey(Person, on_delete=models.CASCADE, db_column="who")
    lines = models.ManyToManyField("stock.Item")
    class Meta:
        unique_together = ("number", "buyer")
class Special(Order):
    extra = models.IntegerField()
class Seen(Order):
    class Meta:
        proxy = True
class Kept(models.Model):
    code = models.CharField(primary_key=True, max_length=3)
    class Meta:
        db_table = "kept"
"""


@pytest.mark.parametrize(
    "imported", ["from sqlalchemy import Column", "import peewee", "from flask_sqlalchemy import x"]
)
def test_models_of_other_mappers_are_none_of_django(imported: str) -> None:
    text = "class Item(db.Model):\n    __tablename__ = 'items'\n    name = Column(Text)\n"
    assert folded({"shop/orders/models.py": f"{imported}\n{text}"}, "django_models").tables == ()
    both = f"{imported}\nfrom django.db import models\n{DJANGO}"
    assert folded({"shop/orders/models.py": both}, "django_models").tables


def test_django_models() -> None:
    found = folded({"shop/orders/models.py": DJANGO}, "django_models")
    assert [one.name for one in found.tables] == ["kept", "orders_order", "orders_order_lines", "orders_special"]
    order = table(found, "orders_order")
    assert shown(order) == [
        "id AutoField not null",
        "created DateTimeField not null",
        "number CharField(20) null",
        "who ForeignKey not null",
    ]
    assert order.columns[2].doc == "As printed."
    assert "foreign key (who) references people_person" in order.keys
    assert shown(table(found, "orders_special")) == [
        "order_ptr_id OneToOneField not null",
        "extra IntegerField not null",
    ]
    assert shown(table(found, "kept")) == ["code CharField(3) not null"]


RAILS = """\
class A < ActiveRecord::Migration[7.0]
  def change
    create_table :people, id: :uuid do |t|
      t.string :name, :title, null: false, limit: 9
      t.references :team, foreign_key: { to_table: :groups }, null: false
      t.belongs_to :owner, polymorphic: true
      t.timestamps
      t.index [:name, :title], unique: true, name: "ix"
    end
    create_join_table :parts, :people
  end
end
"""


def test_rails_migrations() -> None:
    more = (
        "class B < ActiveRecord::Migration[7.0]\n  def up\n    change_table :people do |t|\n      t.remove :title\n"
        "      t.rename :name, :label\n    end\n    change_column_null :people, :label, true\n"
        "    %w[x y].each { |c| add_column :people, c, :integer, default: 0 }\n"
        "    reversible { |dir| dir.up { add_foreign_key :people, :owners } }\n"
        "    execute <<~SQL\n      ALTER TABLE people ADD COLUMN z int NOT NULL;\n    SQL\n  end\n"
        "  def down\n    drop_table :people\n  end\nend\n"
    )
    found = folded({"db/migrate/20200101_a.rb": RAILS, "db/migrate/20200202_b.rb": more}, "rails")
    assert shown(table(found, "people")) == [
        "id uuid not null",
        "label string(limit 9) null",
        "team_id bigint not null",
        "owner_id bigint null",
        "owner_type string null",
        "created_at datetime not null",
        "updated_at datetime not null",
        "x integer null",
        "y integer null",
        "z int not null",
    ]
    assert table(found, "people").keys == (
        "primary key (id)",
        "foreign key (team_id) references groups",
        "foreign key (owner_id) references owners",
    )
    assert shown(table(found, "parts_people")) == ["part_id bigint not null", "person_id bigint not null"]


def test_a_dump_of_the_schema_wins_over_migrations() -> None:
    schema = 'ActiveRecord::Schema[7.0].define(version: 1) do\n  create_table "people", force: :cascade do |t|\n'
    schema += '    t.string "only"\n  end\n  add_foreign_key "people", "teams", column: "only"\nend\n'
    found = folded({"db/migrate/20200101_a.rb": RAILS, "db/schema.rb": schema}, "rails")
    assert shown(table(found, "people")) == ["id bigint not null", "only string null"]
    assert table(found, "people").keys == ("primary key (id)", "foreign key (only) references teams")


PRISMA = """\
enum Role { ADMIN }
model User {
  id    Int     @id @default(autoincrement())
  /// Where to write to.
  email String  @unique @db.VarChar(20)
  role  Role?
  posts Post[]
  tags  String[]
  @@map("users")
}
model Post {
  a      Int
  b      Int
  authorId Int @map("author_id")
  author User @relation(fields: [authorId], references: [id], map: "fk")
  tags   Tag[]
  @@id([a, b])
}
model Tag {
  id    Int @id
  posts Post[]
}
"""


def test_prisma() -> None:
    found = folded({"prisma/schema.prisma": PRISMA}, "prisma")
    assert [one.name for one in found.tables] == ["_posttotag", "post", "tag", "users"]
    assert shown(table(found, "users")) == [
        "id Int not null", "email VarChar(20) not null", "role Role null", "tags String[] null",
    ]  # fmt: skip
    assert table(found, "users").columns[1].doc == "Where to write to."
    assert table(found, "post").keys == ("constraint fk foreign key (author_id) references users (id)",
                                         "primary key (a, b)")  # fmt: skip


def test_loops_and_functions_that_multiply_are_cut_short() -> None:
    loops = "".join(f"{'    ' * (n + 1)}for v{n} in [{'1, ' * 100}]:\n" for n in range(4))
    calls = "def f():\n" + "    f()\n" * 40
    text = (
        f"revision = 'a'\ndown_revision = None\n{calls}def upgrade():\n    f()\n{loops}{'    ' * 5}op.drop_table('x')\n"
    )
    assert len(alembic.read(text).steps) <= 5_000
    nested = "[1, 2, 3, 4, 5].each { |a|\n" * 10 + "drop_table :x\n" + "}\n" * 10
    assert len(rails.read(f"class A < ActiveRecord::Migration[7.0]\ndef up\n{nested}end\nend\n").steps) <= 5_000
