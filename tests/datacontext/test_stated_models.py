"""Classes that state their table, or have its name and columns, where scripts of SQL make the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index

COLUMNS = "id int not null, login_ip text, name text not null, created_at timestamp"
TABLES = (
    "users t_person ecto_users persons us objx boos tortle swifts sequels rooms exposed dies sea bunny dapper "
    "wide_gadgets doc_a doc_b notices t_order job_history gen_table lonely"
)
FILES = {
    "db/schema.sql": "".join(f"create table {table} ({COLUMNS});\n" for table in TABLES.split()),
    "go/user.go": (
        'package a\n\ntype Usr struct {\n\tID int\n\tIP string `gorm:"column:login_ip"`\n}\n\n'
        'func (u *Usr) TableName() string {\n\treturn "users"\n}\n'
    ),
    "go/bun.go": 'package a\n\ntype Rabbit struct {\n\tbun.BaseModel `bun:"table:bunny,alias:b"`\n\tID int\n}\n',
    "go/gadget.go": (
        "package a\n\ntype WideGadget struct {\n\tID int\n\tLoginIP string\n\tName string\n}\n\n"
        "func Show(w WideGadget) string { return w.LoginIP }\n"
    ),
    "java/Someone.java": (
        'package j;\n@TableName("t_person")\npublic class Someone {\n  @TableField("login_ip")\n  private String ip;\n'
        "  class Inner {}\n}\n"
    ),
    "java/Order.java": "package j;\npublic class Order {\n  private int id;\n  private String loginIp;\n}\n",
    "java/GenTable.java": "package j;\npublic class GenTable {\n  private int id;\n  private String name;\n}\n",
    "kotlin/Room.kt": (
        '@Entity(tableName = "rooms")\ndata class Chamber(@ColumnInfo(name = "login_ip") val ip: Int)\n'
        'object Shown : IntIdTable("exposed") {\n  val name = varchar("name", 50)\n}\n'
    ),
    "rust/a.rs": (
        "#[derive(Queryable)]\n#[diesel(table_name = crate::schema::dies)]\npub struct Die {\n    pub id: i32,\n}\n"
        '#[derive(Clone)]\n#[sea_orm(table_name = "sea")]\npub struct Model { pub id: i32 }\n'
    ),
    "php/A.php": (
        '<?php\nuse Doctrine\\ORM\\Mapping as ORM;\n/**\n * @ORM\\Table(name="doc_a")\n */\nclass Aaa {\n'
        " private $a;\n}\n#[ORM\\Table(name: 'doc_b')]\nclass Bbb {}\n"
    ),
    "elixir/user.ex": (
        'defmodule App.User do\n  use Ecto.Schema\n  schema "ecto_users" do\n    field :name, :string\n  end\nend\n'
    ),
    "ts/models.ts": (
        "export class Person extends Model {\n  static get tableName() {\n    return 'persons';\n  }\n}\n"
        "@Entity({ tableName: 'objx' })\nexport class X {}\n"
        "export const U = sequelize.define('user', {a: 1}, { tableName: 'us' });\n"
    ),
    "ts/types.ts": (
        "export interface Notice {\n  id: number;\n  name: string;\n}\n\n"
        "export interface Lonely {\n  id: number;\n  weight: number;\n  height: number;\n}\n"
    ),
    "ts/other.ts": "export interface JobHistory {\n  id: number;\n  name: string;\n}\n",
    "python/models.py": (
        "class Boo(Model):\n    name = CharField()\n    class Meta:\n        table_name = 'boos'\n\n\n"
        "class Tor(Model):\n    class Meta:\n        table = 'tortle'\n"
    ),
    "python/rows.py": "class JobHistoryRow:\n    id: int\n    name: str\n",
    "swift/u.swift": 'final class Su: Model {\n  static let schema = "swifts"\n  @Field(key: "name") var n: Int\n}\n',
    "ruby/q.rb": "class Sequelled < Sequel::Model(:sequels)\nend\n",
    "csharp/D.cs": 'using Dapper;\nnamespace C;\n[Table("dapper")]\npublic class Dap {\n public int Id {get;set;}\n}\n',
    "tests/test_rows.py": "class Tortle:\n    id: int\n    name: str\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    root: Path = tmp_path_factory.mktemp("stated")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Index.open(root, workers=1)


def mapped(index: Index, subject: str) -> dict[str, float]:
    """What a table or column is mapped to, with confidence."""
    found = index.impact(f"table:{subject}", depth=1).reached
    return {one.id: one.confidence for one in found if one.via[-1].kind == "maps"}


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("users", "go/user.go::Usr"),
        ("bunny", "go/bun.go::Rabbit"),
        ("t_person", "java/Someone.java::Someone"),
        ("rooms", "kotlin/Room.kt::Chamber"),
        ("exposed", "kotlin/Room.kt::Shown"),
        ("dies", "rust/a.rs::Die"),
        ("sea", "rust/a.rs::Model"),
        ("doc_a", "php/A.php::Aaa"),
        ("doc_b", "php/A.php::Bbb"),
        ("ecto_users", "elixir/user.ex::App.User"),
        ("persons", "ts/models.ts::Person"),
        ("objx", "ts/models.ts::X"),
        ("us", "ts/models.ts::U"),
        ("boos", "python/models.py::Boo"),
        ("tortle", "python/models.py::Tor"),
        ("swifts", "swift/u.swift::Su"),
        ("sequels", "ruby/q.rb::Sequelled"),
        ("dapper", "csharp/D.cs::Dap"),
    ],
)
def test_the_class_that_states_a_table(index: Index, table: str, model: str) -> None:
    assert mapped(index, table) == {model: 0.99}


@pytest.mark.parametrize(
    ("table", "models"),
    [
        ("wide_gadgets", {"go/gadget.go::WideGadget": 0.8}),
        ("t_order", {"java/Order.java::Order": 0.8}),
        ("gen_table", {"java/GenTable.java::GenTable": 0.8}),
        ("notices", {"ts/types.ts::Notice": 0.8}),
        ("job_history", {"python/rows.py::JobHistoryRow": 0.6, "ts/other.ts::JobHistory": 0.6}),
        ("lonely", {}),  # the class has the name, but other members
    ],
)
def test_the_class_with_the_name_and_the_columns_of_a_table(index: Index, table: str, models: dict[str, float]) -> None:
    assert mapped(index, table) == models


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("users.login_ip", {"go/user.go::Usr.IP": 0.99}),
        ("t_person.login_ip", {"java/Someone.java::Someone.ip": 0.99}),
        ("rooms.login_ip", {"kotlin/Room.kt::Chamber.ip": 0.99}),
        ("wide_gadgets.login_ip", {"go/gadget.go::WideGadget.LoginIP": 0.8}),
        ("ecto_users.name", {"elixir/user.ex::App.User.name": 0.99}),
    ],
)
def test_the_attribute_of_a_column(index: Index, column: str, attribute: dict[str, float]) -> None:
    assert mapped(index, column) == attribute


def test_a_named_table_makes_the_class_that_stands_for_it_a_target(index: Index) -> None:
    target = index.target("table:t_person", task="add a column")
    assert ("java/Someone.java", "Someone") in target.symbols


def test_a_likely_class_brings_the_card_of_its_table_and_of_no_other(index: Index) -> None:
    pack = index.pack(index.target("java/Someone.java", task="add an attribute"), budget="8k")
    cards = next(item for zone in pack.zones for item in zone.items if item.role == "schema")
    told = [reason.because for reason in cards.reasons if reason.signal == "table"]
    assert told == ["t_person: what java/Someone.java:3 stands for"]


def test_a_named_table_of_a_dump_is_shown_with_its_rows_and_the_others_by_their_heads(tmp_path: Path) -> None:
    tables = [f"t{number:02}" for number in range(30)]
    rows = "".join(f"  column_{at} varchar(40) not null default '',\n" for at in range(12))
    dump = "".join(
        f"drop table if exists {one};\ncreate table {one} (\n{rows}  primary key (column_0)\n);\n"
        f"insert into {one} values ('a row of {one}');\n\n"
        for one in tables
    )
    (tmp_path / "dump.sql").write_text(dump)
    (tmp_path / "use.go").write_text('package a\n\nfunc Use(db DB) {\n\tdb.Query("select column_1 from t07")\n}\n')
    index = Index.open(tmp_path, workers=1)
    pack = index.pack(index.target("table:t07", task="add a note"), budget="3k")
    text = index.render(pack).text
    shown = text[text.index('path="dump.sql"') :]
    assert "create table t07 (\n  column_0 varchar(40)" in shown
    assert "a row of t07" in shown
    assert "create table t20 (\n⋮" in shown
    assert 'db.Query("select column_1 from t07")' in text
