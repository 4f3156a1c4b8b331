"""What follows from declarations, producers and reads: edges, order, columns and nulls."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ctxpack.datamodel.algebra import (
    ColumnRef,
    Constant,
    Join,
    Local,
    Named,
    Opaque,
    Output,
    PlanTree,
    Project,
    Scan,
    SetOperation,
    Star,
)
from ctxpack.datamodel.causes import NullCause, Rule
from ctxpack.datamodel.lineage import Declaration, Evolution, ReadSite
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.flow.columns import Flow
from ctxpack.lineage.flow.producers import Material, Producer
from ctxpack.model import Column


def declared(name: str, *columns: Column, path: str = "ddl.sql", **more: object) -> Declaration:
    return Declaration(name, "table", columns, (), path, 1, "sql", **more)  # type: ignore[arg-type]


def made(target: str, plan: PlanTree, engine: str = "postgres", path: str = "job.sql", **more: object) -> Producer:
    reads = tuple(ReadSite(scan.dataset, path, scan.line) for scan in scans(plan))
    return Producer(target, reads, lambda: plan, path, 1, engine, placed=lambda _cause: path, **more)  # type: ignore[arg-type]


def select(plan: PlanTree, *names: str) -> Project:
    return Project(plan, tuple(Output(name, ColumnRef(name)) for name in names))


def flow(declarations: Sequence[Declaration] = (), producers: Sequence[Producer] = (), **more: object) -> Flow:
    return Flow(Material(declarations, producers, **more))  # type: ignore[arg-type]


ORDERS = declared("silver.orders", Column("id", "bigint", nullable=False, line=2), Column("city", "text", line=3))


def test_edges_join_names_that_mean_the_same() -> None:
    found = flow([ORDERS], [made("gold.daily", select(Scan("{catalog}.silver.orders"), "id"))])
    assert [(edge.source, edge.target) for edge in found.edges] == [("silver.orders", "gold.daily")]


def test_a_column_is_never_null_where_the_declaration_forbids_it_and_that_travels_on() -> None:
    found = flow([ORDERS], [made("gold.daily", select(Scan("silver.orders"), "id", "city"))])
    columns = {column.name: column for column in found.table("gold.daily").columns}
    assert columns["id"].effective is False
    assert columns["city"].effective is None


def test_spark_takes_stored_columns_for_nullable_but_for_what_a_constraint_forbids() -> None:
    first = made("silver.x", select(Scan("silver.orders"), "id", "city"), "spark")
    second = made("gold.y", select(Scan("silver.x"), "id"), "spark")
    found = flow([ORDERS], [first, second])
    assert found.table("silver.x").columns[0].effective is False
    assert found.table("gold.y").columns[0].effective is True


def test_a_left_join_makes_null_and_says_where() -> None:
    plan = Join(Named(Scan("silver.orders"), "o"), Named(Scan("silver.people"), "p"), "left", None, ("id",), line=12)
    people = declared("silver.people", Column("id", nullable=False), Column("name", nullable=False))
    found = flow([ORDERS, people], [made("gold.z", select(plan, "id", "name"))])
    columns = {column.name: column for column in found.table("gold.z").columns}
    assert columns["name"].effective is True
    assert "12" in columns["name"].because
    assert columns["id"].effective is False


def test_a_not_null_test_counts_below_a_constraint_and_above_what_is_computed() -> None:
    tested = Declaration(
        "m", "model", (Column("city", tests=("not_null",), line=7),), (), "m.yml", 3, "dbt", complete=False
    )
    found = flow(
        [ORDERS, tested], [made("m", select(Scan("silver.orders"), "city"), kind="model")], whole_names=frozenset({"m"})
    )
    (column,) = found.table("m").columns
    assert (column.effective, column.because) == (False, "not_null test at m.yml:7")


def test_a_cycle_ends_and_does_not_depend_on_where_one_begins() -> None:
    first, second = made("a.x", select(Scan("a.y"), "id")), made("a.y", select(Scan("a.x"), "id"))
    one, other = flow([], [first, second]), flow([], [first, second])
    forward = [one.table("a.x"), one.table("a.y")]
    backward = [other.table("a.y"), other.table("a.x")]
    assert forward == backward[::-1]


def test_upstream_comes_first_and_depth_counts_edges() -> None:
    chain = [made(f"t.c{n}", select(Scan(f"t.c{n - 1}"), "id")) for n in range(1, 5)]
    found = flow([], chain)
    assert found.in_order(found.datasets) == ["t.c0", "t.c1", "t.c2", "t.c3", "t.c4"]
    assert found.around(["t.c4"], "upstream", 2) == {"t.c4": 0, "t.c3": 1, "t.c2": 2}
    assert [one.name for one in found.lineage(["t.c0"], "downstream", 1).datasets] == ["t.c0", "t.c1"]


def test_column_edges_follow_values_with_what_is_done_to_them() -> None:
    plan = Project(Scan("silver.orders", line=4), (Output("number", ColumnRef("id", line=3), line=3),))
    found = flow([ORDERS], [made("gold.n", plan)])
    (edge,) = found.lineage(columns=True).column_edges
    assert (edge.source, edge.target, edge.transform) == ("silver.orders.id", "gold.n.number", "rename")


def test_who_reads_and_writes_is_told() -> None:
    found = flow(
        [ORDERS],
        [made("gold.n", select(Scan("silver.orders", line=4), "id"))],
        reads=[ReadSite("orders", "app.py", 9, 1.0, "sql")],
    )
    table = found.table("silver.orders")
    assert [(use.path, use.line) for use in table.read_by] == [("app.py", 9), ("job.sql", 4)]
    assert [(use.path, use.line) for use in found.table("gold.n").written_by] == [("job.sql", 1)]


def test_find_takes_short_names_and_refuses_unknown_ones() -> None:
    found = flow([ORDERS])
    assert found.find("orders") == "silver.orders"
    assert found.find("nothing") is None


def test_columns_go_by_their_places_where_a_write_lists_none() -> None:
    target = declared("gold.places", Column("a"), Column("b"), Column("c"))
    found = flow([ORDERS, target], [made("gold.places", select(Scan("silver.orders"), "city", "id"), positional=True)])
    assert [column.name for column in found.table("gold.places").columns] == ["a", "b", "c"]
    edges = {(edge.source, edge.target) for edge in found.lineage(columns=True).column_edges}
    assert edges == {("silver.orders.city", "gold.places.a"), ("silver.orders.id", "gold.places.b")}


def test_places_are_those_of_a_write_by_name_where_nothing_is_declared() -> None:
    first = made("gold.p", select(Scan("silver.orders"), "id", "city"), path="a.sql")
    more = made("gold.p", select(Scan("silver.orders"), "city", "id"), path="b.sql", positional=True)
    edges = {(edge.source, edge.target) for edge in flow([ORDERS], [first, more]).lineage(columns=True).column_edges}
    assert ("silver.orders.city", "gold.p.id") in edges


def test_a_view_is_as_it_is_computed_for_spark_too() -> None:
    view = made("silver.v", select(Scan("silver.orders"), "id"), "spark", view=True)
    found = flow([ORDERS], [view, made("gold.y", select(Scan("silver.v"), "id"), "spark")])
    assert found.table("gold.y").columns[0].effective is False


def test_a_test_does_not_undo_what_is_declared_as_nullable_beside_it() -> None:
    seed = declared("seed", Column("a", nullable=True, tests=("not_null",)), Column("b", tests=("not_null",)))
    columns = {column.name: column.effective for column in flow([seed]).table("seed").columns}
    assert columns == {"a": True, "b": False}


def test_a_column_is_not_made_from_itself() -> None:
    again = made("silver.orders", select(Scan("silver.orders"), "id", "city"), adds=True)
    assert flow([ORDERS], [again]).lineage(columns=True).column_edges == ()


def test_columns_that_came_by_themselves_are_those_that_readers_take() -> None:
    bronze = declared("bronze.people", Column("id", "bigint"))
    first = made("bronze.people", Scan("/landing/people", from_file=True), "spark", "in.py", mode="append")
    second = made("silver.people", select(Scan("bronze.people"), "id", "tier"), "spark", "out.py")
    mark = Evolution("bronze.people", "mergeSchema", "in.py", 3)
    found = flow([bronze], [first, second], evolutions=[mark])
    table = found.table("bronze.people")
    assert [(column.name, column.effective) for column in table.columns] == [("id", True), ("tier", True)]
    assert "out.py:1" in table.columns[1].because
    edges = {(edge.source, edge.target) for edge in found.lineage(columns=True).column_edges}
    assert {("/landing/people.tier", "bronze.people.tier"), ("bronze.people.tier", "silver.people.tier")} <= edges
    closed = flow([bronze], [first, second])
    assert [column.name for column in closed.table("bronze.people").columns] == ["id"]


def test_columns_that_number_themselves_have_no_place_in_some_engines() -> None:
    target = declared("gold.t", Column("id"), Column("a"))
    plan = select(Scan("silver.orders"), "city")
    edges = flow([ORDERS, target], [made("gold.t", plan, "tsql", positional=True)]).lineage(columns=True).column_edges
    assert {edge.target for edge in edges} == {"gold.t.city"}
    edges = flow([ORDERS, target], [made("gold.t", plan, "mysql", positional=True)]).lineage(columns=True).column_edges
    assert {edge.target for edge in edges} == {"gold.t.id"}


DOCUMENTED = Declaration(
    "docs", "model", (Column("id", tests=("not_null",)), Column("gone", tests=("not_null",)), Column("id.part")), (),
    "m.yml", 1, "dbt", complete=False,
)  # fmt: skip


def told(*producers: Producer, **more: object) -> dict[str, tuple[bool | None, str]]:
    columns = flow([ORDERS, DOCUMENTED], producers, **more).table("docs").columns
    return {column.name: (column.effective, column.because) for column in columns}


def test_a_column_that_the_only_query_does_not_give_is_only_documented() -> None:
    query = made("docs", select(Scan("silver.orders"), "id"), view=True)
    gone = str(NullCause(Rule.PHANTOM))
    assert told(query) == {"id": (False, "not_null test at m.yml:1"), "gone": (None, gone), "id.part": (None, "")}


def test_a_column_may_be_there_where_not_all_is_known_that_makes_its_table() -> None:
    query = select(Scan("silver.orders"), "id")
    expected = (False, "not_null test at m.yml:1")
    assert told(made("docs", query), made("docs", query, path="other.sql"))["gone"] == expected
    assert told(made("docs", query, adds=True))["gone"] == expected
    assert told(made("docs", query, open=True))["gone"] == expected
    assert told(made("docs", Scan("elsewhere")))["gone"] == expected
    assert told(made("docs", select(Scan("silver.orders"), "id", "__unknown_kit_columns")))["gone"] == expected
    assert told(made("docs", query), evolutions=[Evolution("docs", "mergeSchema", "m.py", 1)])["gone"] == expected
    stated = declared("docs", Column("gone", nullable=False))
    assert not flow([ORDERS, DOCUMENTED, stated], [made("docs", query)]).table("docs").columns[1].phantom


def test_readers_do_not_find_what_is_only_documented() -> None:
    query = made("docs", select(Scan("silver.orders"), "id"))
    found = flow([ORDERS, DOCUMENTED], [query, made("after", Scan("docs"))])
    assert [column.name for column in found.table("after").columns] == ["id", "id.part"]


def test_what_only_a_run_can_tell_is_not_passed_on_from_what_is_read() -> None:
    query = made("docs", select(Scan("silver.orders"), "id"), open=True)
    found = flow([ORDERS, DOCUMENTED], [query])
    assert not found.table("docs").complete
    assert [edge.target for edge in found.lineage(columns=True).column_edges] == ["docs.id"]


def columns_of(found: Flow, name: str) -> dict[str, list[str]]:
    edges = found.column_edges(found.datasets)
    return {
        column.name: [one.source for one in edges if one.target == f"{name}.{column.name}"]
        for column in found.table(name).columns
    }


def documented(name: str, *columns: Column) -> Declaration:
    return Declaration(name, "model", columns, (), "m.yml", 3, "dbt", complete=False)


def test_rows_are_put_together_by_the_places_that_the_query_gives_and_not_by_those_of_documentation() -> None:
    orders = declared("t", Column("p", nullable=True), Column("q", nullable=False))
    first = Project(Scan("t"), (Output("a", ColumnRef("p")), Output("b", ColumnRef("q"))))
    both = SetOperation((Project(Scan("m"), (Output("", Star()),)), select(Scan("t"), "p", "q")))
    found = flow([orders, documented("m", Column("b"), Column("a"))], [made("m", first), made("u", both)])
    assert columns_of(found, "u") == {"a": ["m.a", "t.p"], "b": ["m.b", "t.q"]}
    assert {one.name: one.effective for one in found.table("u").columns} == {"a": True, "b": False}


def test_a_whole_declaration_tells_the_places_before_a_query_does() -> None:
    table = declared("m", Column("b"), Column("a"))
    first = Project(Scan("t"), (Output("a", ColumnRef("p")), Output("b", ColumnRef("q"))))
    both = SetOperation((Project(Scan("m"), (Output("", Star()),)), select(Scan("t"), "p", "q")))
    orders = declared("t", Column("p"), Column("q"))
    found = flow([orders, documented("m", Column("a"), Column("b")), table], [made("m", first), made("u", both)])
    assert columns_of(found, "u") == {"b": ["m.b", "t.p"], "a": ["m.a", "t.q"]}


def test_columns_whose_places_nothing_tells_come_last() -> None:
    both = SetOperation((Project(Scan("m"), (Output("", Star()),)), select(Scan("t"), "p")))
    first = Project(Scan("t"), (Output("a", ColumnRef("p")),))
    known = documented("m", Column("a.city"), Column("a"))
    found = flow([declared("t", Column("p")), known], [made("m", first), made("u", both)])
    assert columns_of(found, "u")["a"] == ["m.a", "t.p"]


def test_a_guess_beside_a_sure_producer_is_not_where_a_table_is_made() -> None:
    sure = made("gold.x", select(Scan("silver.orders"), "id"), "spark", "z/job.py", confidence=0.9)
    guess = made("gold.x", Opaque((Scan("silver.orders"),), "a call"), "spark", "a/merge.py", confidence=0.5)
    found = flow([ORDERS], [guess, sure], evolutions=[Evolution("gold.x", "mergeSchema", "io.py", 3)])
    table = found.table("gold.x")
    assert table.path == "z/job.py"
    assert table.complete
    assert [use.path for use in table.written_by] == ["z/job.py", "a/merge.py"]


def constants(**values: str | None) -> Project:
    outputs = tuple(Output(name, Constant(value or "", value is None, "string")) for name, value in values.items())
    return Project(Local(()), outputs)


USERS = declared("users", Column("id", nullable=False, line=1), Column("vat", "text", nullable=True, line=2))


def of_users(*producers: Producer, declarations: Sequence[Declaration] = (USERS,)) -> tuple[bool | None, str]:
    columns = {one.name: one for one in flow([ORDERS, *declarations], producers).table("users").columns}
    return columns["vat"].effective, columns["vat"].because


ADDED = [
    pytest.param({"mode": "update", "adds": True}, id="an update"),
    pytest.param({"mode": "append"}, id="rows of values"),
    pytest.param({"mode": "append", "adds": True}, id="values of some columns"),
    pytest.param({"mode": "merge", "adds": True}, id="a branch of a merge"),
]


@pytest.mark.parametrize("engine", ["postgres", "spark"])
@pytest.mark.parametrize("how", ADDED)
def test_some_rows_without_nulls_say_nothing_about_the_others(how: dict[str, object], engine: str) -> None:
    some = made("users", constants(vat="x"), engine, **how)
    assert of_users(some) == (True, "declared nullable at ddl.sql:2")
    assert of_users(some, declarations=()) == (None, "only some of its rows are seen, written at job.sql:1")
    null = made("users", constants(vat=None), engine, path="null.sql", **how)
    assert of_users(some, null)[0] is True
    assert of_users(null, declarations=())[0] is True


@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_what_makes_the_whole_table_overrules_that_it_may_hold_nulls(engine: str) -> None:
    plan = Project(Scan("silver.orders"), (Output("vat", Constant("x", type="string"), 7),))
    for mode in ("create", "overwrite", "stream", "merge"):
        whole = made("users", plan, engine, mode=mode)
        assert of_users(whole) == (False, "constant at job.sql:7")
        some = made("users", constants(vat="y"), engine, path="z.sql", mode="update", adds=True)
        assert of_users(whole, some)[0] is False
    appended = made("users", plan, engine, mode="append")
    assert of_users(appended)[0] is (engine != "spark")
    assert of_users(appended, declarations=())[0] is False
    some = made("users", constants(vat="y"), engine, path="z.sql", mode="append")
    assert of_users(appended, some, declarations=())[0] is (False if engine == "spark" else None)
