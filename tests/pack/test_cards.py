"""Cards of tables: as full as their share allows, the likeliest first, upstream before downstream."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.datamodel.lineage import ColumnState, Dataset, Revision, TableSchema, Use
from ctxpack.pack.cards import WantedTable, cards, catalogue, text


def words(texts: Sequence[str]) -> list[int]:
    return [len(one.split()) for one in texts]


def table(name: str, columns: int = 3) -> TableSchema:
    found = tuple(
        ColumnState(f"c{number}", "string", None, effective=True, because="left join at jobs/a.py:4")
        for number in range(columns)
    )
    return TableSchema(name, "table", "silver", "ddl/a.sql", 3, "sql", found, keys=("primary key (c0)",))


def test_all_in_full_where_there_is_room() -> None:
    found = cards([WantedTable(table("a.x"), 0.5, "read"), WantedTable(table("a.y"), 0.1, "read")], 1000, words)
    assert found.full == ("a.x", "a.y")
    assert found.text.index("a.x") < found.text.index("a.y")
    assert found.text == text(table("a.x")) + text(table("a.y"))


def test_the_likelier_table_is_the_fuller_one() -> None:
    wanted = [WantedTable(table("a.x", 9), 0.1, "read"), WantedTable(table("a.y", 9), 0.9, "read")]
    full = words([text(table("a.y", 9))])[0]
    found = cards(wanted, full + 5, words)
    assert found.full == ("a.y",)
    assert "a.x" not in found.full + found.brief


def test_never_more_than_the_room() -> None:
    wanted = [WantedTable(table(f"a.t{number}", number), 0.1 + number / 20, "read") for number in range(12)]
    for room in range(0, 400, 7):
        assert words([cards(wanted, room, words).text])[0] <= room


def test_what_is_not_worth_its_tokens_is_left_out() -> None:
    wanted = [WantedTable(table("a.x"), 0.9, "read"), WantedTable(table("a.y"), 1e-6, "read")]
    found = cards(wanted, 1000, words, least=1e-4)
    assert found.full == ("a.x",)
    assert "a.y" not in found.text


def test_a_card_tells_nulls_and_why_keys_makers_and_changes() -> None:
    columns = (
        ColumnState("id", "bigint", nullable=False, effective=False, because="NOT NULL at ddl/a.sql:4"),
        ColumnState("city", "string", nullable=False, effective=True, because="left join at jobs/a.py:9"),
        ColumnState("note", "string", None, None, "", "free text", ("unique",)),
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
        ColumnState("id", "bigint", nullable=False, effective=False, because="NOT NULL at ddl/a.sql:4"),
        ColumnState("city", "string", nullable=True, effective=True, because="declared nullable at ddl/a.sql:5"),
        ColumnState("note", "", None, False, "not_null test at a.yml:6"),
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
