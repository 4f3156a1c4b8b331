import pytest

from ctxpack.datamodel.algebra import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Drop,
    DropNull,
    FillNull,
    Filter,
    Join,
    Named,
    Output,
    Project,
    Rename,
    Scan,
    SetOperation,
)
from ctxpack.datamodel.lineage import ColumnState, Relation
from ctxpack.lineage import sql
from ctxpack.lineage.evaluation.frames import datasets, frame
from ctxpack.model import Column

ORDERS = Relation(
    "orders",
    (
        ColumnState("id", "int", False),
        ColumnState("customer", "int", True),
        ColumnState("amount", "decimal(10,2)", True),
        ColumnState("placed", "timestamp", False),
    ),
)
CUSTOMERS = Relation("customers", (ColumnState("id", "int", False), ColumnState("Name", "string", False)))
KNOWN = {"orders": ORDERS, "customers": CUSTOMERS}


def _frame(text, engine="postgres", known=KNOWN):
    statement = sql.statements(text, engine)[0]
    assert statement.problem == ""
    return frame(statement.plan, known.get, engine)


def _nullable(text, engine="postgres", known=KNOWN):
    return {column.name: column.nullable for column in _frame(text, engine, known).columns}


def _origins(text, engine="postgres", known=KNOWN):
    return {
        column.name: [f"{origin.dataset}.{origin.column}" for origin in column.origins]
        for column in _frame(text, engine, known).columns
    }


def _because(text, engine="postgres"):
    return {column.name: str(column.cause) for column in _frame(text, engine).columns}


def test_a_left_join_makes_its_right_side_nullable_and_says_where():
    text = "select o.id, c.name\nfrom orders o\nleft join customers c on c.id = o.customer"
    assert _nullable(text) == {"id": False, "name": True}
    assert _because(text)["name"] == "left join at line 3"


def test_a_filter_on_one_column_of_an_optional_side_brings_the_row_back():
    text = "select c.name from orders o left join customers c on c.id = o.customer where c.id > 5"
    assert _nullable(text) == {"name": False}
    kept = "select c.name from orders o left join customers c on c.id = o.customer where c.id > 5 or o.id = 1"
    assert _nullable(kept) == {"name": True}


def test_a_bare_name_that_may_be_an_alias_does_not_bring_the_row_of_an_open_relation_back():
    opened = {**KNOWN, "days": Relation("days", (ColumnState("day", "date", False),), complete=False)}
    text = "select o.id as kind, d.day from orders o left join days d on d.day = o.placed where {} is not null"
    assert _nullable(text.format("kind"), "snowflake", opened) == {"kind": False, "day": True}
    assert _nullable(text.format("d.kind"), "snowflake", opened) == {"kind": False, "day": False}
    assert _nullable(text.format("kind"), "postgres", opened) == {"kind": False, "day": False}


def test_conditions_narrow_in_databases_and_not_in_spark():
    text = "select customer, amount from orders where customer is not null and amount > 1"
    assert _nullable(text) == {"customer": False, "amount": False}
    assert _nullable(text, "spark") == {"customer": True, "amount": True}
    assert "filtered not null at line 1" in _because(text, "spark")["customer"]


def test_equality_in_an_inner_join_narrows_both_sides():
    text = "select o.customer, o.amount from orders o join customers c on c.id = o.customer"
    assert _nullable(text) == {"customer": False, "amount": True}


def test_branches_of_case_see_what_their_conditions_say():
    text = """select case when amount is null then 0 else amount end as a,
        case when amount > 3 then amount end as b, case when amount > 3 then amount else 0 end as c from orders"""
    assert _nullable(text) == {"a": False, "b": True, "c": False}
    assert _nullable(text, "spark") == {"a": True, "b": True, "c": True}


def test_aggregates_with_and_without_groups():
    assert _nullable("select sum(id) as s, count(amount) as n from orders") == {"s": True, "n": False}
    grouped = "select customer, sum(id) as s, max(amount) as m from orders group by customer"
    assert _nullable(grouped) == {"customer": True, "s": False, "m": True}
    assert _nullable(grouped, "spark") == {"customer": True, "s": True, "m": True}
    filtered = "select customer, sum(id) filter (where id > 3) as s from orders group by 1"
    assert _nullable(filtered) == {"customer": True, "s": True}
    assert _nullable("select id, sum(id) as s from orders group by rollup (id)") == {"id": True, "s": True}


def test_windows():
    text = """select row_number() over (order by id) as r, lag(id) over (order by id) as l,
        lag(id, 1, 0) over (order by id) as d, sum(id) over (order by id) as s,
        sum(id) over (order by id rows between 3 preceding and 1 preceding) as p from orders"""
    assert _nullable(text) == {"r": False, "l": True, "d": False, "s": False, "p": True}


def test_subqueries_as_values():
    text = """select (select max(id) from customers) as m, (select count(*) from customers c where c.id = o.id) as n,
        (select name from customers c where c.id = o.id) as f, o.id in (select customer from orders) as i,
        exists (select 1 from customers) as e from orders o"""
    assert _nullable(text) == {"m": True, "n": False, "f": True, "i": True, "e": False}
    assert _origins(text)["f"] == ["customers.Name"]


def test_set_operations():
    assert _nullable("select id as a from orders union all select customer from orders") == {"a": True}
    assert _nullable("select id as a from orders intersect select customer from orders") == {"a": False}
    assert _nullable("select id as a from orders except select customer from orders") == {"a": False}
    both = "select id from orders union all select id from customers"
    assert _origins(both) == {"id": ["customers.id", "orders.id"]}


def test_recursive_ctes_are_no_more_than_not_known():
    text = """with recursive r as (select id, 1 as depth, customer as up from orders
        union all select o.id, r.depth + 1, r.up from r join orders o on o.customer = r.id) select * from r"""
    assert _nullable(text) == {"id": False, "depth": None, "up": True}


def test_what_values_are_computed_from():
    text = """select o.id, amount * 2 as twice, case when placed > now() then name end as n,
        rank() over (partition by customer order by amount) as r
        from orders o join customers on customers.id = o.customer"""
    assert _origins(text) == {
        "id": ["orders.id"],
        "twice": ["orders.amount"],
        "n": ["customers.Name", "orders.placed"],
        "r": ["orders.amount", "orders.customer"],
    }


def test_transforms():
    text = "with c as (select id, id as key, amount + 1 as more from orders) select id, key, more as most from c"
    assert [column.transform for column in _frame(text).columns] == ["identity", "rename", "amount + 1"]


def test_stars_are_expanded_where_schemas_are_known():
    assert list(_origins("select * from orders join customers using (id)")) == [
        "id",
        "customer",
        "amount",
        "placed",
        "Name",
    ]
    text = "select * exclude (placed) replace (amount + 1 as amount) rename (customer as c) from orders"
    assert _origins(text, "snowflake") == {"id": ["orders.id"], "c": ["orders.customer"], "amount": ["orders.amount"]}


def test_an_unknown_relation_stays_open():
    made = _frame("with a as (select * from raw) select *, x + 1 as y from a", known={})
    assert not made.complete
    assert [(c.name, [o.dataset for o in c.origins]) for c in made.columns] == [("y", ["raw"])]
    text = "select name, extra, a.x from orders o join customers c on true join raw a on true"
    assert _origins(text) == {"name": ["customers.Name"], "extra": ["raw.extra"], "x": ["raw.x"]}
    assert _origins("select x from raw1 join raw2 on true", known={}) == {"x": []}


def test_earlier_columns_of_a_select_where_the_engine_has_them():
    text = "select amount + 1 as more, more + 1 as most from orders"
    assert _origins(text, "snowflake")["most"] == ["orders.amount"]
    assert _frame("select upper(name) as name, name as n from customers", "snowflake").columns[1].transform == "rename"


def test_types_that_are_evident():
    text = "select id, amount, id::text as t, count(*) as n, coalesce(id, 3) as c, id + 1 as i, 'a' as s from orders"
    kinds = [column.type for column in _frame(text).columns]
    assert kinds == ["int", "decimal(10,2)", "text", "bigint", "int", "int", "string"]


def test_keys_of_a_full_join_by_name():
    assert _nullable("select id from orders full join customers using (id)") == {"id": False}
    text = "select o.id as l, c.id as r from orders o full join customers c on o.id = c.id"
    assert _nullable(text) == {"l": True, "r": True}


def test_division_casts_and_functions_by_engine():
    text = (
        "select id / 2 as h, id / id as d, cast(name as int) as c, upper(name) as u, unheard(name) as x from customers"
    )
    known = {"customers": CUSTOMERS}
    assert _nullable(text, "postgres", known) == {"h": False, "d": False, "c": False, "u": False, "x": None}
    assert _nullable(text, "mysql", known) == {"h": False, "d": True, "c": True, "u": False, "x": None}
    assert _nullable(text, "spark", known) == {"h": True, "d": True, "c": True, "u": False, "x": True}


# --- plans of DataFrames --------------------------------------------------------------------------------------------


def _spark(plan):
    return {column.name: column.nullable for column in frame(plan, KNOWN.get, "spark").columns}


def test_what_is_read_from_files_is_nullable_whatever_was_declared():
    stated = (Column("a", "int", False),)
    assert _spark(Scan("s3://x", schema=stated, from_file=True)) == {"a": True}
    assert _spark(Scan("orders"))["id"] is False
    assert _spark(Scan("orders", from_file=True))["id"] is True


def test_columns_added_replaced_dropped_and_renamed():
    added = Project(
        Scan("orders"), (Output("id", Constant("1", type="int")), Output("new", ColumnRef("AMOUNT"))), keep=True
    )
    plan = Rename(Drop(added, ("Placed", "nothing")), (("customer", "who"),))
    made = frame(plan, KNOWN.get, "spark")
    assert [c.name for c in made.columns] == ["id", "who", "amount", "new"]
    assert [c.transform for c in made.columns] == ["1", "rename", "identity", "rename"]
    opened = frame(Rename(Scan("raw"), (("a", "b"),)), lambda name: None, "spark")
    assert [(c.name, c.origins[0].column) for c in opened.columns] == [("b", "a")]


def test_filled_and_dropped_nulls():
    filled = _spark(FillNull(Scan("orders"), ("amount",), "int", 7))
    assert (filled["amount"], filled["customer"]) == (False, True)
    assert _spark(FillNull(Scan("orders"), (), "string"))["amount"] is True
    dropped = frame(DropNull(Scan("orders"), ("amount",), line=9), KNOWN.get, "spark")
    amount = next(column for column in dropped.columns if column.name == "amount")
    assert amount.nullable is True
    assert "filtered not null at line 9" in str(amount.cause)


def test_a_join_by_names_keeps_the_key_once():
    right = Named(Scan("customers"), "c")
    plan = Join(Named(Scan("orders"), "o"), right, "left", using=("id",), line=4)
    assert _spark(plan) == {"id": False, "customer": True, "amount": True, "placed": False, "Name": True}
    semi = Join(Scan("orders"), Scan("customers"), "semi", using=("id",))
    assert list(_spark(semi)) == ["id", "customer", "amount", "placed"]


def test_a_union_by_name_with_missing_columns():
    plan = SetOperation((Scan("customers"), Scan("orders")), by_name=True, allow_missing=True)
    made = _spark(plan)
    assert list(made) == ["id", "Name", "customer", "amount", "placed"]
    assert (made["id"], made["Name"], made["placed"]) == (False, True, True)


def test_aggregates_of_a_dataframe():
    outputs = (
        Output("customer", ColumnRef("customer")),
        Output("n", Call("count", (), "aggregate")),
        Output("ids", Call("collect_list", (ColumnRef("id"),), "aggregate")),
        Output("top", Call("max", (ColumnRef("id"),), "aggregate")),
    )
    plan = Aggregate(Scan("orders"), (ColumnRef("customer"),), outputs)
    assert _spark(plan) == {"customer": True, "n": False, "ids": False, "top": True}


def test_hundreds_of_operators_and_plans_used_many_times():
    plan = Scan("orders")
    for number in range(3000):
        plan = Project(plan, (Output(f"c{number % 50}", ColumnRef("id")),), keep=True)
    assert len(frame(plan, KNOWN.get, "spark").columns) == 54
    for _ in range(40):
        plan = SetOperation((plan, plan))
    assert frame(plan, KNOWN.get, "spark").columns[0].nullable is False


def test_plans_that_are_too_deep_are_a_problem():
    deep = ColumnRef("id")
    for _ in range(3000):
        deep = Call("upper", (deep,))
    made = frame(Project(Scan("orders"), (Output("x", deep),)), KNOWN.get, "spark")
    assert (made.columns, len(made.problems)) == ((), 1)


def test_datasets_include_those_of_subqueries():
    text = "select a, (select max(x) from u) as m from t where exists (select 1 from v) and b in (select c from w)"
    assert datasets(sql.statements(text, "postgres")[0].plan) == ("t", "u", "v", "w")
    assert datasets(Filter(Scan("b"), ColumnRef("x"))) == ("b",)


def test_a_null_that_is_written_out_says_where():
    text = (
        "select\n  null as a,\n  case when id = 1\n    then null else id end as b,\n  x.c\n"
        "from (select null as c,\n id from orders) x"
    )
    found = _because(text)
    assert {name: found[name] for name in "abc"} == {
        "a": "null constant at line 2",
        "b": "null constant at line 3",
        "c": "null constant at line 6",
    }


@pytest.mark.parametrize("condition", ["1 = 0", "false", "total > 1 and 1 <> 1", "1 = 2 and true"])
def test_a_query_that_never_gives_a_row_says_nothing_of_the_rows_that_are_put_there_later(condition):
    for text in (
        f"select 'dummy' as name, id from orders where {condition.replace('total', 'amount')}",
        f"select * from (select 'dummy' as name, id, amount as total from orders) e where {condition}",
    ):
        name, key, *_ = _frame(text).columns
        assert (name.name, name.nullable, key.nullable) == ("name", None, None)
        assert str(name.cause) == "the query gives no rows"


@pytest.mark.parametrize("condition", ["1 = 1", "true", "1 <> 0", "false or 1 = 1", "'1' = 1"])
def test_a_condition_of_constants_that_may_hold_changes_nothing(condition):
    name, key = _frame(f"select 'dummy' as name, id from orders where {condition}").columns
    assert (name.nullable, key.nullable) == (False, False)


_EMPTY = ("where 1 = 0", "where false", "where 1 = 0 or 1 = 2", "limit 0")


@pytest.mark.parametrize("ending", _EMPTY)
def test_a_branch_without_rows_has_no_part_in_the_nulls_of_a_union(ending):
    empty = f"select cast(null as int) as id, cast(null as text) as name from orders {ending}"
    for text in (
        f"({empty}) union all select id, name from customers",
        f"select id, name from customers union all ({empty})",
        f"with e as ({empty}) select e.id, upper(e.name) as name from e join orders o on o.id = e.id"
        " union all select id, name from customers",
        f"with e as ({empty}) select id, min(name) as name from e group by id union select id, name from customers",
    ):
        assert _nullable(text) == {"id": False, "name": False}, text


@pytest.mark.parametrize("ending", _EMPTY)
def test_a_union_of_branches_without_rows_alone_says_nothing(ending):
    branch = f"(select 1 as id from orders {ending})"
    assert _nullable(f"{branch} union all {branch}") == {"id": None}
    assert _because(f"{branch} union all {branch}") == {"id": "the query gives no rows"}
    assert _nullable(f"select 1 as id from orders union all select 2 {ending if 'limit' in ending else 'limit 0'}") == {
        "id": None
    }


def test_a_branch_without_rows_still_gives_a_union_its_names_its_types_and_its_lineage():
    text = "select id, amount as paid from orders where 1 = 0 union all select id, 0 from customers"
    paid = _frame(text).columns[1]
    assert (paid.name, paid.nullable, paid.type) == ("paid", False, "")
    assert _origins(text) == {"id": ["customers.id", "orders.id"], "paid": ["orders.amount"]}


def test_sparks_schema_of_a_union_has_the_nulls_of_branches_without_rows_too():
    text = "select cast(null as int) as id from orders where 1 = 0 union all select id from customers"
    assert _nullable(text, "spark") == {"id": True}
    assert _nullable("select 1 as id where false union all select id from customers", "spark") == {"id": False}


def test_an_aggregate_without_groups_and_an_outer_join_give_rows_of_nothing():
    none = "(select id, 1 as one from orders where false)"
    customers = " union all select id from customers"
    assert _nullable(f"select max(e.id) as id from {none} e {customers}") == {"id": True}
    assert _nullable(f"select e.id from customers c left join {none} e on e.id = c.id {customers}") == {"id": True}
    assert _nullable(f"select e.id from {none} e full join customers c on e.id = c.id {customers}") == {"id": True}
    assert _nullable(f"select c.name from {none} e left join customers c on e.id = c.id {customers}") == {"name": False}
    assert _nullable(f"select amount from orders where 1 = 0 intersect select amount from orders {customers}") == {
        "amount": False
    }


def test_a_column_that_only_a_branch_without_rows_has_is_null_in_a_union_by_name():
    text = "select id, 1 as extra from orders where false union all by name select id from customers"
    assert _nullable(text, "duckdb") == {"id": False, "extra": True}
    other = "select id from orders where false union all by name select id, 1 as extra from customers"
    assert _nullable(other, "duckdb") == {"id": False, "extra": False}


def test_a_column_that_is_not_found_in_one_branch_of_a_union_may_be_null():
    unknown = "(select * from first_unknown a join second_unknown b on a.x = b.x)"
    text = f"select id from customers union all select * from {unknown} u"
    assert _nullable(text) == {"id": None}


KEYED = {
    name: Relation(name, (ColumnState("k", "int", False), ColumnState(other, "int", False)))
    for name, other in (("a", "x"), ("b", "y"), ("c", "z"))
} | {"d": Relation("d", (ColumnState("v", "int", False),))}


@pytest.mark.parametrize(("source", "expected"), [
    ("d, a full join b on a.k = b.k where d.v = 1", {"v": False, "x": True, "y": True}),
    ("d, a right join b on a.k = b.k where d.v = 1", {"v": False, "x": True, "y": False}),
    ("d, a right join b using (k)", {"v": False, "x": True, "y": False}),
    ("d cross join a full join b on a.k = b.k where d.v = 1", {"v": False, "x": False, "y": True}),
    ("a full join b on a.k = b.k cross join d where d.v = 1", {"v": False, "x": True, "y": True}),
    ("a full join b on a.k = b.k, d where d.v = 1", {"v": False, "x": True, "y": True}),
])  # fmt: skip
def test_a_comma_binds_less_than_a_join(source, expected):
    assert _nullable(f"select d.v, a.x, b.y from {source}", known=KEYED) == expected


def test_a_comma_binds_as_a_join_does_in_some_engines():
    text = "select d.v, a.x, b.y from d, a full join b on a.k = b.k where d.v = 1"
    assert _nullable(text, "sqlite", KEYED) == {"v": False, "x": False, "y": True}


def test_a_join_by_names_behind_a_comma_looks_at_its_own_sides():
    assert _origins("select k from b, a join c using (k)", known=KEYED)["k"] == ["b.k"]
    assert _origins("select c.k from b, a join c using (k)", known=KEYED)["k"] == ["c.k"]
    assert _nullable("select z from b, a left join c using (k)", known=KEYED) == {"z": True}


@pytest.mark.parametrize("source", [
    "a right join (b left join c on b.y = c.z) using (k)",
    "a right join (b full join c on b.y = c.z) using (k) where k > 0 or b.y = 1",
    "(a left join b on a.x = b.y) full join c using (k)",
    "(b left join c on b.y = c.z) right join (a left join c c2 on a.k = c2.k) using (k)",
])  # fmt: skip
def test_nothing_is_known_of_a_key_that_several_columns_of_one_side_may_be(source):
    assert _nullable(f"select k from {source}", known=KEYED)["k"] is not False


def test_what_such_a_key_says_brings_back_no_row():
    text = "select c.z from a right join (c full join b on c.k = b.y) using (k) where k > 0"
    assert _nullable(text, "sqlite", KEYED) == {"z": True}


@pytest.mark.parametrize(("source", "expected"), [
    ("(a left join b using (k)) full join c using (k)", False),
    ("d left join (a left join b using (k)) on d.v = a.x", True),
    ("d left join (a full join b using (k)) on d.v = a.x where y = 3", False),
    ("(a right join b using (k)) right join d on d.v = a.x", True),
])  # fmt: skip
def test_a_bare_key_of_nested_joins(source, expected):
    assert _nullable(f"select k from {source}", known=KEYED)["k"] is expected


@pytest.mark.parametrize("kind", ["left", "full"])
def test_a_bare_name_may_be_a_key_of_a_natural_join_with_what_is_not_known(kind):
    text = f"select b.k from u natural {kind} join b where k = 1"
    assert _nullable(text, known=KEYED) == {"k": True}
    assert _nullable("select b.k from u natural join b where k = 1", known=KEYED) == {"k": False}


def test_any_and_every_without_groups_may_see_no_row():
    assert _nullable("select any(id > 1) as c from orders", "databricks") == {"c": True}
    assert _nullable("select id > any (select id from customers) as c from orders") == {"c": False}
