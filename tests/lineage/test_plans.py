from __future__ import annotations

from ctxpack.datamodel.algebra import (
    Call,
    Case,
    ColumnRef,
    Filter,
    Join,
    Local,
    Named,
    Output,
    PlanTree,
    Project,
    Scalar,
    Scan,
    SetOperation,
)
from ctxpack.lineage.plans import datasets, placed, scans, size
from ctxpack.model import Column

ORDERS = Scan("__dbt__.r0", 2, (Column("id", line=2),))


def test_reads_are_in_the_order_of_the_plan_and_each_once() -> None:
    inner = Scalar(Scan("c", 5), test=True)
    condition = Call("and", (inner, Case(((ColumnRef("x"), Scalar(Scan("b", 9))),), Scalar(Scan("a", 8)))))
    plan = Filter(Join(Scan("z", 1), Scan("c", 3)), condition)
    assert [(one.dataset, one.line) for one in scans(plan)] == [("z", 1), ("c", 3), ("b", 9), ("a", 8)]
    assert datasets(plan) == ("a", "b", "c", "z")


def test_a_plan_keeps_what_it_shares_when_it_is_placed() -> None:
    shared = Named(ORDERS, "o")
    plan = SetOperation((shared, Project(shared, (Output("id", ColumnRef("id", "o", 3), 3),))))
    found = placed(plan, {"__dbt__.r0": "orders"}, (10, 20, 30))
    first, second = found.plans
    assert isinstance(first, Named) and isinstance(second, Project)
    assert second.plan is first
    assert first.plan == Scan("orders", 20, (Column("id", line=20),))
    assert second.outputs[0] == Output("id", ColumnRef("id", "o", 30), 30)
    assert placed(shared, {}, (1, 2, 3)) is shared


def test_lines_beyond_the_text_are_none() -> None:
    assert placed(Scan("a", 7), {}, (1, 2)) == Scan("a", 0)


def test_the_size_is_that_of_the_tree_though_it_is_found_in_steps_of_the_graph() -> None:
    plan: PlanTree = Local((Column("a"), Column("b")))
    assert size(plan) == 3
    for _ in range(40):
        plan = Join(plan, plan)
    assert size(plan) == 2**40 * 3 + 2**40 - 1
    assert scans(plan) == ()
    assert size(Filter(Scan("a", schema=(Column("x"),)), ColumnRef("x"))) == 4
