"""What a change of a table or a column reaches over data."""

from __future__ import annotations

from ctxpack.datamodel.algebra import Call, ColumnRef, Output, PlanTree, Project, Scan
from ctxpack.datamodel.lineage import ReadSite
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.flow.columns import Flow
from ctxpack.lineage.flow.producers import Material, Producer
from ctxpack.services.data_impact import Reach


def made(target: str, source: str, **columns: str) -> Producer:
    plan: PlanTree = Project(
        Scan(source, line=3),
        tuple(
            Output(
                name, ColumnRef(of) if "+" not in of else Call("+", (ColumnRef(of[:-1]), ColumnRef(of[:-1]))), line=4
            )
            for name, of in columns.items()
        ),
    )
    reads = tuple(ReadSite(scan.dataset, f"{target}.sql", scan.line) for scan in scans(plan))
    return Producer(target, reads, lambda: plan, f"{target}.sql", 1, "postgres")


FLOW = Flow(
    Material(
        producers=[made("s.b", "s.a", x="x", y="y"), made("s.c", "s.b", z="x+"), made("s.d", "s.c", q="z")],
        reads=[ReadSite("s.b", "tests/test_b.py", 9, 0.9, "spark.table"), ReadSite("s.a", "app.py", 2)],
    )
)


def reach(subject: str, depth: int | None = None, least: float = 0.0) -> dict[str, tuple[int, float]]:
    _, found = Reach(FLOW, lambda path: path.startswith("tests/"), depth, least).of([subject])
    return {one.id: (one.distance, one.confidence) for one in found}


def test_a_table_reaches_all_below_it_and_who_reads_them() -> None:
    assert reach("s.a") == {
        "table:s.b": (1, 1.0), "table:s.c": (2, 1.0), "table:s.d": (3, 1.0), "app.py": (1, 1.0),
        "tests/test_b.py": (2, 0.9),
    }  # fmt: skip


def test_a_column_reaches_what_is_computed_from_it() -> None:
    found = reach("s.a.x")
    assert {name for name in found if name.startswith("table:")} == {"table:s.b.x", "table:s.c.z", "table:s.d.q"}


def test_a_column_that_is_not_passed_on_may_still_matter_to_who_reads_the_table() -> None:
    found = reach("s.b.y")
    assert found["table:s.c"] == (1, 0.6)
    assert "table:s.c.z" not in found


def test_depth_and_confidence_bound_the_walk() -> None:
    assert set(reach("s.a", depth=1)) == {"table:s.b", "app.py"}
    assert "table:s.c" not in reach("s.b.y", least=0.7)


def test_each_way_leads_back_to_the_change_and_tests_are_marked() -> None:
    changed, found = Reach(FLOW, lambda path: path.startswith("tests/"), None, 0.0).of(["s.a.x"])
    assert changed == ("table:s.a.x",)
    by_id = {one.id: one for one in found}
    assert [edge.target for edge in by_id["table:s.d.q"].via] == ["table:s.a.x", "table:s.b.x", "table:s.c.z"]
    assert by_id["tests/test_b.py"].test


def test_an_unknown_name_changes_nothing() -> None:
    assert Reach(FLOW, lambda _path: False, None, 0.0).of(["nothing.here"]) == ((), ())
