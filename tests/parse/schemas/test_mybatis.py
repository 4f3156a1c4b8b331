"""The tables that the statements of MyBatis' mappers use."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack import Index
from ctxpack.parse.schemas import mybatis

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE mapper PUBLIC "-//mybatis.org//DTD Mapper 3.0//EN"'
    ' "http://mybatis.org/dtd/mybatis-3-mapper.dtd">\n'
)


def used(inside: str, around: str = "{}") -> list[str]:
    """Uses as "verb table" with the line within `inside`, in capitals where rows change."""
    text = f'{HEAD}<mapper namespace="shop.OrderMapper">\n{around.format(inside)}\n</mapper>\n'
    uses = mybatis.read(text).strings
    return [f"{one.line - 3} {one.verb.upper() if one.writes else one.verb} {one.table}" for one in uses]


@pytest.mark.parametrize(
    ("inside", "uses"),
    [
        ('<select id="a">select o.* from orders o where id = #{id}</select>', ["1 select orders"]),
        ('<insert id="a">\ninsert into orders (id) values (#{id,jdbcType=BIGINT})\n</insert>', ["2 INSERT orders"]),
        (
            '<update id="a">update orders <set><if test="n > 0">n = #{n},</if></set> where 1</update>',
            ["1 UPDATE orders"],
        ),
        ('<delete id="a">delete from orders <where>id = #{id}</where></delete>', ["1 DELETE orders"]),
        ('<select id="a"><![CDATA[select 1 from orders where n < 3]]></select>', ["1 select orders"]),
        ('<select id="a">select 1 from orders where n &lt; 3</select>', ["1 select orders"]),
        ('<select id="a">select 1 from orders <!-- join parts p --></select>', ["1 select orders"]),
        (
            '<delete id="a">delete from orders where id in\n'
            '<foreach collection="ids" open="(" separator="," close=")" item="id">#{id}</foreach></delete>',
            ["1 DELETE orders"],
        ),
        (
            '<insert id="a"><selectKey keyProperty="id">select max(id) from numbers</selectKey>\n'
            '<trim prefix="insert into orders (" suffix=")" suffixOverrides=","><if test="n">n,</if></trim>\n'
            "values (1)</insert>",
            ["1 select numbers"],
        ),
    ],
)
def test_statements_use_tables(inside: str, uses: list[str]) -> None:
    assert used(inside)[: len(uses)] == uses


def test_fragments_are_put_in_with_what_the_include_gives_them() -> None:
    inside = (
        '<sql id="of">from ${table} t where t.id = 1</sql>\n'
        '<select id="a">select 1 <include refid="of"><property name="table" value="orders"/></include></select>\n'
        '<select id="b">select 1 <include refid="shop.OrderMapper.of"/></select>\n'
        '<select id="c">select <include refid="elsewhere.Columns"/> from parts</select>\n'
        '<select id="d">select 1 from <include refid="elsewhere.table"/> where 1 = 1</select>'
    )
    assert used(inside) == ["2 select orders", "4 select parts"]


def test_each_branch_of_a_choice_is_taken_by_itself() -> None:
    inside = (
        '<select id="a">select 1 from\n<choose><when test="old">old_orders</when>\n<otherwise>orders</otherwise>'
        "</choose>\nwhere 1 = 1</select>"
    )
    assert used(inside) == ["2 select old_orders", "3 select orders"]


@pytest.mark.parametrize(
    "inside",
    [
        '<select id="a">select 1 from ${table}</select>',
        '<select id="a">select 1 from orders_${year}</select>',
        '<update id="a">${sql}</update>',
        '<sql id="a">select 1 from orders</sql>',
        '<select id="a">select 1 from <include refid="a"/></select><sql id="a"><include refid="a"/></sql>',
        "<resultMap><result column='from orders'/></resultMap>",
        '<select id="a">',
        '<select id="a"></update></select></mapper></mapper>',
    ],
)
def test_no_table_is_guessed(inside: str) -> None:
    assert used(inside) == []


def test_other_xml_has_no_statements() -> None:
    select = '<select id="a">select 1 from orders</select>'
    assert (
        mybatis.read(
            f"<document><source><![CDATA[<mapper namespace='a'>{select}</mapper>]]></source></document>"
        ).strings
        == ()
    )
    assert mybatis.read(f'<mapper from="a">{select}</mapper>').strings == ()
    assert mybatis.read("<" * 10_000).strings == ()
    deep = "<if>" * 5_000 + "select 1 from orders" + "</if>" * 5_000
    assert used(f'<select id="a">{deep}</select>') == []


def test_a_table_tells_which_mappers_use_it(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, note TEXT);\n")
    (tmp_path / "OrderMapper.java").write_text("package shop;\ninterface OrderMapper { int note(long id); }\n")
    (tmp_path / "OrderMapper.xml").write_text(
        f'{HEAD}<mapper namespace="shop.OrderMapper">\n<update id="note">update orders set note = \'x\'</update>\n'
        '<select id="get">select note from orders</select>\n</mapper>\n'
    )
    with Index.open(tmp_path) as index:
        (table,) = index.schema("orders")
        assert [(one.path, one.line) for one in table.read_by] == [("OrderMapper.xml", 5)]
        assert ("OrderMapper.xml", 4) in [(one.path, one.line) for one in table.changed_by]
        assert {one.name: one.effective for one in table.columns} == {"id": False, "note": True}
        assert "OrderMapper.xml" in {one.path for one in index.impact("table:orders").reached}


def test_fragments_that_include_each_other_over_and_over_are_given_up() -> None:
    twice = '<include refid="a"/><include refid="a"/>'
    inside = f'<sql id="a">select 1 from orders {twice}</sql>\n<select id="b">{twice}</select>\n'
    assert used(inside + '<select id="c">select 1 from users</select>') == ["3 select users"]
