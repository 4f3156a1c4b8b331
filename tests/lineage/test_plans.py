from __future__ import annotations

from ctxpack.datamodel.algebra import (
    Call,
    Case,
    ColumnRef,
    Filter,
    Join,
    Local,
    PlanTree,
    Scalar,
    Scan,
)
from ctxpack.lineage.algebra.plans import datasets, measured, scans, size_of, with_columns, with_names
from ctxpack.model import Column

ORDERS = Scan("__dbt__.r0", 2, (Column("id", line=2),))


def test_reads_are_in_the_order_of_the_plan_and_each_once() -> None:
    inner = Scalar(Scan("c", 5), test=True)
    condition = Call("and", (inner, Case(((ColumnRef("x"), Scalar(Scan("b", 9))),), Scalar(Scan("a", 8)))))
    plan = Filter(Join(Scan("z", 1), Scan("c", 3)), condition)
    assert [(one.dataset, one.line) for one in scans(plan)] == [("z", 1), ("c", 3), ("b", 9), ("a", 8)]
    assert datasets(plan) == ("a", "b", "c", "z")


def test_the_size_is_that_of_the_tree_though_it_is_found_in_steps_of_the_graph() -> None:
    plan: PlanTree = Local((Column("a"), Column("b")))
    assert measured(plan) == (3, ())
    for _ in range(40):
        plan = Join(plan, plan)
    assert measured(plan)[0] == 2**40 * 3 + 2**40 - 1
    assert scans(plan) == ()
    assert measured(Filter(Scan("a", schema=(Column("x"),)), ColumnRef("x"))) == (4, ("a",))


def test_names_are_put_in_everywhere_and_what_reads_nothing_stays_the_same_object() -> None:
    shared = Filter(Scan("a", 1), Scalar(Scan("b", 2)))
    untouched = Filter(Local((Column("x"),)), ColumnRef("x"))
    plan = Join(Join(shared, untouched), shared)
    renamed = with_names(plan, {"a": "silver.a", "b": "silver.b"})
    assert datasets(renamed) == ("silver.a", "silver.b")
    assert isinstance(renamed, Join)
    assert isinstance(renamed.left, Join)
    assert renamed.left.left is renamed.right
    assert renamed.left.right is untouched
    assert with_names(plan, {"elsewhere": "d"}) == plan


def test_columns_are_changed_outside_of_subqueries_only() -> None:
    inner = Scalar(Filter(Scan("t"), ColumnRef("x")))
    kept = Call("abs", (Call("one", ()),))
    expression = Call("+", (ColumnRef("x"), Case(((ColumnRef("y"), inner),), kept)))
    changed = with_columns(expression, lambda one: ColumnRef(one.name, "s"))
    assert changed == Call("+", (ColumnRef("x", "s"), Case(((ColumnRef("y", "s"), inner),), kept)))
    assert with_columns(kept, lambda one: ColumnRef(one.name, "s")) is kept


def test_the_size_of_an_expression_counts_a_subquery_once() -> None:
    assert size_of(ColumnRef("x")) == 1
    assert size_of(Call("+", (ColumnRef("x"), Call("abs", (ColumnRef("y"),))))) == 4
    assert size_of(Call("+", (ColumnRef("x"), Scalar(Filter(Scan("t"), ColumnRef("y")))))) == 3
