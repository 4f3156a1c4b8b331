"""Which names mean the same dataset."""

from __future__ import annotations

import pytest

from ctxpack.lineage.names.matching import Names, alike, clean, parts


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('"Silver"."Orders"', ("silver", "orders")),
        ("{catalog}.silver.orders", ("{catalog}", "silver", "orders")),
        ("{a.b}.orders", ("{a.b}", "orders")),
        ("s3a://lake/silver/orders/", ("lake", "silver", "orders")),
        ("./data/raw/orders.csv", ("data", "raw", "orders.csv")),
        ("[dbo].[Orders]", ("dbo", "orders")),
    ],
)
def test_parts(name: str, expected: tuple[str, ...]) -> None:
    assert parts(name) == expected


def test_a_template_and_a_plain_name_are_one_dataset_under_the_shorter_name() -> None:
    names = Names(["{catalog}.silver.orders", "silver.orders"])
    assert names.canonical("{catalog}.silver.orders") == names.canonical("silver.orders") == "silver.orders"
    assert names.canonical("{env}.silver.orders") == "silver.orders"


def test_a_full_name_of_one_catalog_is_what_the_short_one_means() -> None:
    names = Names(["prod.silver.orders"], seen=["silver.orders", "orders"])
    assert names.canonical("prod.silver.orders") == names.canonical("silver.orders") == "silver.orders"
    assert names.canonical("orders") == "silver.orders"


def test_a_name_that_fits_two_datasets_stays_alone() -> None:
    names = Names(["bronze.orders", "silver.orders"], seen=["orders"])
    assert names.canonical("orders") == "orders"
    assert names.canonical("bronze.orders") == "bronze.orders"


def test_two_catalogs_are_two_datasets() -> None:
    names = Names(["a.silver.orders", "b.silver.orders"])
    assert names.canonical("a.silver.orders") != names.canonical("b.silver.orders")


def test_a_dbt_model_is_not_the_source_of_the_same_last_name() -> None:
    names = Names(["orders", "raw.orders"], whole=["orders"])
    assert names.canonical("orders") == "orders"
    assert names.canonical("raw.orders") == "raw.orders"


def test_paths_are_the_same_from_their_end_and_never_tables() -> None:
    names = Names(["s3a://{bucket}/silver/orders", "silver.orders"], seen=["{base}/silver/orders"])
    assert names.canonical("{base}/silver/orders") == "s3a://{bucket}/silver/orders"
    assert names.canonical("silver.orders") == "silver.orders"


def test_an_open_last_part_means_nothing_else() -> None:
    names = Names(["silver.orders"], seen=["silver.{table}"])
    assert names.canonical("silver.{table}") == "silver.{table}"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("lake", "silver", "orders"), ("{b}", "silver", "orders"), True),
        (("silver", "orders"), ("gold", "orders"), False),
        (("orders",), ("silver", "orders"), False),
        (("{x}", "orders"), ("silver", "orders"), False),
    ],
)
def test_alike(one: tuple[str, ...], other: tuple[str, ...], expected: bool) -> None:
    assert alike(one, other) is expected


def test_clean_keeps_the_case_of_paths_and_folds_that_of_tables() -> None:
    assert clean('"Raw"."Orders"') == "raw.orders"
    assert clean("s3://Lake/Orders/") == "s3://Lake/Orders"


def test_what_is_known_of_an_open_part_has_to_be_there() -> None:
    from ctxpack.lineage.names.matching import alike

    assert alike(("lake", "{db}_10", "orders", "x"), ("lake", "sales_10", "orders", "x"))
    assert not alike(("lake", "{db}_10", "orders", "x"), ("lake", "staging_sf10", "orders", "x"))
    assert alike(("{env}silver", "orders", "x"), ("silver", "orders", "x"))


def test_a_catalog_that_some_names_leave_out_is_left_out_of_all() -> None:
    names = Names(
        ["lake.silver.orders", "lake.silver.items", "lake.gold.daily", "other.silver.x"], (), ["silver.orders"]
    )
    shown = {
        name: names.canonical(name) for name in ("lake.silver.items", "silver.items", "gold.daily", "silver.orders")
    }
    assert shown == {
        "lake.silver.items": "silver.items",
        "silver.items": "silver.items",
        "gold.daily": "gold.daily",
        "silver.orders": "silver.orders",
    }
    assert names.canonical("other.silver.x") == "other.silver.x"


def test_a_catalog_stays_where_names_would_be_the_same_without_it() -> None:
    names = Names(["a.s.t", "a.s.u", "b.s.t", "b.s.v"], (), ["s.u", "s.v"])
    assert [names.canonical(one) for one in ("a.s.t", "b.s.t", "a.s.u")] == ["a.s.t", "b.s.t", "s.u"]
