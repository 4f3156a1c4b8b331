"""In a pack, what the target reads, what is made from it, and what only undid or filled tables once."""

from __future__ import annotations

from pathlib import Path

from ctxpack.api import Index

FILES = {
    "jobs/stage_orders.sql": "insert overwrite table staged_orders select id, total from raw_orders;\n",
    "jobs/paid_orders.sql": "insert overwrite table paid_orders select id, total from staged_orders where total > 0;\n",
    "jobs/revenue.sql": "insert overwrite table revenue select sum(total) as total from paid_orders;\n",
    "migrations/0001_orders.up.sql": "create table raw_orders (id int not null, total int);\n"
    "create view dead_orders as select id from raw_orders;\n",
    "migrations/0001_orders.down.sql": "insert into raw_orders (id) select id from revenue;\n",
    "migrations/0002_fill.up.sql": "drop view dead_orders cascade;\nalter table raw_orders add column paid boolean;\n"
    "update raw_orders set (state, total) = row('new', 0) where length(state) > 3;\n",
}


def test_roles_follow_the_data(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with Index.open(tmp_path, workers=0) as index:
        pack = index.pack(index.target("jobs/paid_orders.sql"), budget=6000)
        roles = {item.path: item.role for zone in pack.zones for item in zone.items}
        assert roles["jobs/paid_orders.sql"] == "target"
        assert roles["jobs/stage_orders.sql"] == "upstream"
        assert roles["jobs/revenue.sql"] == "dependent"
        assert roles.get("migrations/0001_orders.down.sql") not in ("upstream", "dependent")
        lineage = index.lineage()
        assert {(edge.source, edge.target) for edge in lineage.edges} == {
            ("raw_orders", "staged_orders"),
            ("staged_orders", "paid_orders"),
            ("paid_orders", "revenue"),
        }
        assert "dead_orders" not in {one.name for one in lineage.datasets}
        (orders,) = index.schema("raw_orders")
        assert [(one.name, one.effective) for one in orders.columns] == [
            ("id", False),
            ("total", True),
            ("paid", True),
        ]
