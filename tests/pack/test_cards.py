"""Cards of tables: as full as their share allows, the likeliest first, upstream before downstream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from ctxpack.datamodel.causes import UNTOLD, NullCause, Rule
from ctxpack.datamodel.lineage import ColumnState, Dataset, Revision, TableSchema, Use
from ctxpack.pack.cards import TableCandidate, cards, catalogue, text


def words(texts: Sequence[str]) -> list[int]:
    return [len(one.split()) for one in texts]


def table(name: str, columns: int = 3) -> TableSchema:
    found = tuple(
        ColumnState(f"c{number}", "string", None, effective=True, cause=NullCause(Rule.JOIN, "left", 4, "jobs/a.py"))
        for number in range(columns)
    )
    return TableSchema(name, "table", "silver", "ddl/a.sql", 3, "sql", found, keys=("primary key (c0)",))


def test_all_in_full_where_there_is_room() -> None:
    found = cards([TableCandidate(table("a.x"), 0.5, "read"), TableCandidate(table("a.y"), 0.1, "read")], 1000, words)
    assert found.full == ("a.x", "a.y")
    assert found.text.index("a.x") < found.text.index("a.y")
    assert found.text == text(table("a.x")) + text(table("a.y"))


def test_the_likelier_table_is_the_fuller_one() -> None:
    wanted = [TableCandidate(table("a.x", 9), 0.1, "read"), TableCandidate(table("a.y", 9), 0.9, "read")]
    full = words([text(table("a.y", 9))])[0]
    found = cards(wanted, full + 5, words)
    assert found.full == ("a.y",)
    assert "a.x" not in found.full + found.brief


def named(name: str, columns: str, *upstream: str) -> TableCandidate:
    found = tuple(ColumnState(one, "", None, effective=None) for one in columns.split())
    worth = 0.5 if upstream else 0.4
    return TableCandidate(TableSchema(name, "table", "", "a.sql", 1, "sql", found, upstream=upstream), worth, "read")


def test_of_a_wide_table_the_columns_that_are_handed_on_are_named() -> None:
    many = " ".join(f"c{number}" for number in range(40))
    wanted = [
        named("first", f"{many} wanted other"),
        replace(named("middle", f"wanted other {many}", "first"), worth=0.4),
        named("last", "Wanted x", "middle"),
    ]
    found = cards(wanted, 55, words).text
    some = ", ".join(f"c{number}" for number in range(11))
    assert f" columns: {some}, wanted and 30 more\n" in found
    assert f" columns: wanted, other, {', '.join(some.split(', ')[:-1])} and 30 more\n" in found


def test_the_columns_of_all_come_before_more_of_one() -> None:
    wanted = [TableCandidate(table(f"a.t{number}", 5), 0.5, "read") for number in range(4)]
    room = words(["".join(f"{one.table.name} (silver, table, ddl/a.sql:3)\n columns: 1 2 3 4 5" for one in wanted)])[0]
    found = cards(wanted, room + 20, words)
    assert (len(found.full), len(found.brief), len(found.named)) == (0, 4, 0)


def test_a_card_that_tells_neither_types_nor_nulls_is_the_last_to_be_full() -> None:
    silent, told = named("a.silent", "a b c"), TableCandidate(table("a.told"), 0.5, "read")
    room = words([text(told.table)])[0] + 8
    assert cards([silent, told], room, words).full[-1:] == ("a.told",)
    silent = TableCandidate(
        TableSchema(
            "a.silent",
            "table",
            "silver",
            "ddl/a.sql",
            3,
            "sql",
            silent.table.columns,
            doc="what it is for, in as many words as the other one has in its card",
        ),
        0.5,
        "",
    )
    assert cards([silent, told], room, words).full == ("a.told",)


def test_never_more_than_the_room() -> None:
    wanted = [TableCandidate(table(f"a.t{number}", number), 0.1 + number / 20, "read") for number in range(12)]
    for room in range(0, 400, 7):
        assert words([cards(wanted, room, words).text])[0] <= room


def test_what_is_not_worth_its_tokens_is_left_out() -> None:
    wanted = [TableCandidate(table("a.x"), 0.9, "read"), TableCandidate(table("a.y"), 1e-6, "read")]
    found = cards(wanted, 1000, words, least=1e-4)
    assert found.full == ("a.x",)
    assert "a.y" not in found.text


def test_a_card_tells_nulls_and_why_keys_makers_and_changes() -> None:
    columns = (
        ColumnState("id", "bigint", nullable=False, effective=False, cause=NullCause(Rule.NOT_NULL, "ddl/a.sql:4")),
        ColumnState("city", "string", False, True, NullCause(Rule.JOIN, "left", 9, "jobs/a.py")),
        ColumnState("note", "string", None, None, UNTOLD, "free text", ("unique",)),
    )
    one = TableSchema(
        "silver.orders", "table", "silver", "ddl/a.sql", 3, "sql", columns, keys=("primary key (id)",),
        history=(Revision("abc", "2024-05-01T00:00:00Z", "column city added", compatibility="backward"),),
        written_by=(Use("jobs/a.py", 30, "saveAsTable"),), upstream=("bronze.orders",),
    )  # fmt: skip
    assert text(one).splitlines() == [
        "silver.orders (silver, table, ddl/a.sql:3)",
        " id: bigint NOT NULL",
        " city: string declared NOT NULL but nullable (left join at jobs/a.py:9)",
        " note: string  # unique; free text",
        " primary key (id)",
        " made from: bronze.orders",
        " written at jobs/a.py:30 (saveAsTable)",
        " changed 2024-05-01: column city added (new readers can read old data)",
    ]


def test_of_nulls_in_a_table_that_was_not_followed_a_card_says_what_is_declared() -> None:
    columns = (
        ColumnState("id", "bigint", nullable=False, effective=False, cause=NullCause(Rule.NOT_NULL, "ddl/a.sql:4")),
        ColumnState("city", "string", True, True, NullCause(Rule.DECLARED_NULLABLE, "ddl/a.sql:5")),
        ColumnState("note", "", None, False, NullCause(Rule.TESTED, "a.yml:6")),
        ColumnState("more"),
    )
    one = TableSchema("silver.orders", "table", "silver", "ddl/a.sql", 3, "sql", columns, complete=False)
    assert text(one, followed=False).splitlines()[1:] == [
        " id: bigint declared NOT NULL", " city: string declared nullable", " note (not_null test at a.yml:6)", " more",
    ]  # fmt: skip
    assert text(one).splitlines()[1:] == [
        " id: bigint NOT NULL", " city: string declared nullable", " note never null (not_null test at a.yml:6)",
        " more", " (there may be more columns)",
    ]  # fmt: skip


def test_the_catalogue_names_layers_in_their_order_and_counts_where_names_do_not_fit() -> None:
    datasets = [
        Dataset("gold.a", "table", "gold", "", 0), Dataset("bronze.b", "table", "bronze", "", 0),
        Dataset("x", "table", "", "", 0), Dataset("gold.b", "table", "gold", "", 0),
    ]  # fmt: skip
    assert catalogue(datasets, lambda _text: True) == "bronze: bronze.b\ngold: gold.a gold.b\nother: x"
    assert catalogue(datasets, lambda text: "datasets" in text).startswith("bronze: 1 datasets")
    assert catalogue(datasets, lambda _text: False) == ""
    assert catalogue([], lambda _text: True) == ""


def test_what_the_change_is_about_is_shown_whole_before_anything_else() -> None:
    about = structs.replace(table("a.about", 70), columns=tuple(ColumnState(f"c{n}", "int") for n in range(70)))
    wanted = [TableCandidate(table("a.other", 3), 0.8, "read"), TableCandidate(about, 1.0, "named")]
    found = cards(wanted, 82, words)
    assert (found.brief, found.named) == (("a.about",), ("a.other",))
    assert found.text.rstrip().endswith("c68, c69")
    assert cards(wanted, words([text(about)])[0], words).full == ("a.about",)


def test_columns_of_which_the_same_is_known_share_a_line_where_no_types_are() -> None:
    read = [ColumnState(name, effective=True, cause=NullCause(Rule.FROM_FILES)) for name in ("a", "b")]
    columns = (*read, ColumnState("c", "int", effective=True), ColumnState("d", effective=True))
    found = text(structs.replace(table("a.x"), columns=columns, complete=True))
    assert found.splitlines()[1:4] == [" a, b: each nullable (read from files)", " c: int nullable", " d nullable"]


def test_columns_known_by_name_alone_share_a_line() -> None:
    columns = (ColumnState("a"), ColumnState("b"), ColumnState("c", "int"), ColumnState("d"))
    found = text(structs.replace(table("a.x"), columns=columns, complete=True))
    assert found.splitlines()[1:4] == [" a, b", " c: int", " d"]


def test_a_card_spells_a_table_as_it_is_quoted_and_shows_defaults() -> None:
    column = ColumnState("sendStatus", "SendStatus", nullable=False, effective=False, default="'NOT_SENT'")
    quoted = structs.replace(table("recipient"), spelled="Recipient", columns=(column,))
    assert text(quoted).splitlines()[:2] == [
        "Recipient (silver, table, ddl/a.sql:3)",
        " sendStatus: SendStatus DEFAULT 'NOT_SENT' NOT NULL",
    ]
    assert catalogue([Dataset("recipient", "table", "", "a.sql", 1, "Recipient")], lambda _: True) == "other: Recipient"


def test_columns_that_are_only_documented_are_said_to_be_so_and_left_out_of_a_line() -> None:
    cause = NullCause(Rule.PHANTOM)
    columns = (ColumnState("id"), ColumnState("gone", "", None, None, cause, "how it was"))
    one = TableSchema("m", "model", "", "m.sql", 1, "dbt", columns)
    assert text(one).splitlines()[1:] == [" id", f" gone ({cause})  # how it was"]
    brief = cards([TableCandidate(one, 0.5, "read")], words([text(one)])[0] - 1, words)
    assert brief.brief == ("m",)
    assert brief.text.splitlines()[1:] == [" columns: id"]


def test_a_card_says_what_it_leaves_out() -> None:
    written = tuple(Use(f"jobs/{number}.py", 3, "saveAsTable") for number in range(5))
    changes = tuple(Revision("abc", "2024-05-01T00:00:00Z", f"column c{number} added") for number in range(6))
    one = structs.replace(table("a.x"), written_by=written, history=changes)
    full = text(one).splitlines()
    assert full[-7:-4] == [" written at jobs/2.py:3 (saveAsTable)", " and 2 more writers", " and 2 earlier changes"]
    wanted = [TableCandidate(one, 0.5, "read")]
    brief = cards(wanted, words([text(one)])[0] - 1, words)
    assert brief.brief == ("a.x",)
    assert brief.text.splitlines()[1] == " columns: c0, c1, c2; 5 writers left out"
    name = cards(wanted, words([brief.text])[0] - 1, words)
    assert name.named == ("a.x",)
    assert name.text == "a.x (silver, table, ddl/a.sql:3): columns and 5 writers left out\n"


def test_a_card_of_which_nothing_is_left_out_says_nothing_of_that() -> None:
    one = TableSchema("a.x", "table", "", "a.sql", 1, "sql", ())
    assert cards([TableCandidate(one, 0.5, "read")], 3, words).text == "a.x (table, a.sql:1)\n"
    assert "left out" not in text(table("a.x")) and "more" not in text(table("a.x"))
