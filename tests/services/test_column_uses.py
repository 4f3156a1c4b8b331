"""Which definitions with SQL in them use one given column of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index
from ctxpack.services.column_uses import BY_TABLE, sureness

GO = {
    "named alone": ('db.Query("select id, price from orders")', 0.93),
    "by its alias": ('db.Query(`select o.price from orders o join lines l on l.id = o.id`)', 0.96),
    "of another table": ('db.Query(`select l.price from orders o join lines l on l.id = o.id`)', 0.2),
    "of which table": ('db.Query(`select price from orders o join lines l on l.id = o.id`)', 0.5),
    "others": ('db.Query("select id from orders")', 0.2),
    "a star": ('db.Query("select * from orders")', BY_TABLE),
    "a star of a table": ('db.Query("select o.* from orders o")', BY_TABLE),
    "by order": ('db.Exec("insert into orders values (1, 2)")', BY_TABLE),
    "a count": ('db.Query("select count(*) from orders")', 0.2),
    "added later": ('q := "select id from orders"\n\tq += " order by price"', 0.93),
    "in a message": ('db.Exec("update orders set price = 1")\n\treturn "unable to update order #1 (%s)"', 0.93),
    "outside strings": ('price := 1\n\tdb.Query("select id from orders")', 0.2),
}  # fmt: skip


@pytest.mark.parametrize("case", GO)
def test_how_sure_a_column_is_used(case: str) -> None:
    body, sure = GO[case]
    text = f'package a\n\nvar other = "select price from orders"\n\nfunc f() {{\n\t{body}\n}}\n'
    assert sureness(text, "go", (5, text.count("\n")), "shop.orders", "price") == sure


FILES = {
    "sql/shop.sql": "create table orders (\n    id bigint,\n    price bigint\n);\n",
    "src/main/resources/OrderMapper.xml": (
        '<mapper namespace="shop.OrderMapper">\n'
        '  <resultMap id="All" type="Order"><result property="price" column="price"/></resultMap>\n'
        '  <sql id="columns">id, price</sql>\n'
        '  <select id="find" resultMap="All">select <include refid="columns"/> from orders</select>\n'
        '  <select id="ids" resultMap="All">select id from orders</select>\n'
        '  <update id="pay">update orders <set>price = #{price}</set></update>\n'
        "</mapper>\n"
    ),
    "src/main/java/shop/OrderMapper.java": (
        "package shop;\n\npublic interface OrderMapper {\n"
        "    Order find(long id);\n    Order ids();\n    void pay(long price);\n}\n"
    ),
    "src/main/java/shop/Service.java": (
        "package shop;\n\nclass Service {\n    OrderMapper mapper;\n    Order get() { return mapper.find(1); }\n}\n"
    ),
}


def test_a_column_reaches_the_callers_of_the_statements_that_name_it(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with Index.open(tmp_path, workers=1) as index:
        found = index.impact("table:orders.price").reached
    sure = {one.symbol: one.confidence for one in found}
    assert sure["find"] == sure["pay"] > 0.8
    assert sure["ids"] < 0.2
    assert [one.symbol for one in found if one.confidence > 0.5] == [
        "find", "pay", "OrderMapper.find", "OrderMapper.pay", "Service.get",
    ]  # fmt: skip
