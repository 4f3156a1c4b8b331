"""Mappers of MyBatis: statements are definitions, and lead to the methods that they are for."""

from __future__ import annotations

from pathlib import Path

from ctxpack import Index
from ctxpack.parse import parse

MAPPER = """<?xml version="1.0"?>
<!-- <select id="gone">select 1</select> -->
<mapper namespace="shop.OrderMapper">
  <sql id="columns">id, total</sql>
  <select id="find" resultType="shop.Order">
    select <include refid="columns"/>
    from orders
  </select>
  <delete id="remove"/>
</mapper>
"""
INTERFACE = "package shop;\n\npublic interface OrderMapper {\n    Order find(long id);\n    void remove(long id);\n}\n"
SERVICE = "package shop;\n\nclass Service {\n    OrderMapper mapper;\n    Order get() { return mapper.find(1); }\n}\n"


def test_statements_and_fragments_are_definitions_to_their_ends() -> None:
    found = [(one.name, one.kind, one.span) for one in parse(MAPPER, "xml").facts.definitions]
    assert found == [
        ("columns", "section", (4, 4)),
        ("find", "function", (5, 8)),
        ("remove", "function", (9, 9)),
    ]


def test_other_xml_is_read_by_lines() -> None:
    plain = '<beans>\n  <bean id="orders" class="shop.Orders"/>\n</beans>\n'
    facts = parse(plain, "xml").facts
    assert [(one.name, one.kind) for one in facts.definitions] == [("orders", "section")]
    assert facts.problems == ()


def test_a_method_reaches_its_statement(tmp_path: Path) -> None:
    for name, text in (("OrderMapper.java", INTERFACE), ("Service.java", SERVICE), ("OrderMapper.xml", MAPPER)):
        path = tmp_path / "src/main/java/shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with Index.open(tmp_path) as index:
        interface = "src/main/java/shop/OrderMapper.java"
        found = index.impact(f"{interface}::OrderMapper.find").reached
        assert {(one.path.rpartition("/")[2], one.symbol) for one in found} == {
            ("OrderMapper.xml", "find"),
            ("Service.java", "Service.get"),
        }
        pack = index.render(index.pack(index.target(f"{interface}::OrderMapper.find"), budget=2000)).text
    assert '<select id="find" resultType="shop.Order">' in pack
    assert "    from orders\n  </select>" in pack


def test_a_long_statement_is_shown_with_the_method_that_it_carries_out(tmp_path: Path) -> None:
    columns = "\n".join(f"    , column_{number}" for number in range(30))
    statement = f'  <select id="find">\n    select id\n{columns}\n    from orders\n  </select>\n'
    folder = tmp_path / "src/main/java/shop"
    folder.mkdir(parents=True)
    (folder / "OrderMapper.java").write_text(INTERFACE)
    (folder / "OrderMapper.xml").write_text(f'<mapper namespace="shop.OrderMapper">\n{statement}</mapper>\n')
    with Index.open(tmp_path) as index:
        target = index.target("src/main/java/shop/OrderMapper.java::OrderMapper.find")
        items = {item.path: item for zone in index.pack(target, budget=3000).zones for item in zone.items}
    found = items["src/main/java/shop/OrderMapper.xml"]
    assert found.text.count("column_") == 30
    assert any(one.because.startswith("carries out ") for one in found.reasons)
