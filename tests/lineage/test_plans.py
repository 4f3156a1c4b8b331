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
from ctxpack.lineage.algebra.plans import datasets, measured, scans
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
