"""What a change of a table breaks in the statements of MyBatis' mappers."""

from __future__ import annotations

import pytest
from check_helpers import Place, said

from ctxpack.check import mappers
from ctxpack.check.statements import in_statements

CREATE = """create table orders (
    id bigint not null,
    login_ip varchar(40),
    note text
);
create table customers (id bigint not null, login_ip text);
"""
MAPPER = """<?xml version="1.0"?>
<mapper namespace="shop.OrderMapper">
  <!-- <select id="old">select login_ip from orders</select> -->
  <resultMap id="Order" type="shop.Order">
    <result property="loginIp" column="login_ip"/>
  </resultMap>
  <sql id="columns">o.id, o.login_ip</sql>
  <select id="find" resultMap="Order">
    select <include refid="columns"/>
    from orders o
    <where><if test="ip > 1 and login_ip != null">o.note = #{login_ip}</if></where>
  </select>
  <select id="others">select c.login_ip from orders o join customers c on c.id = o.id</select>
  <update id="touch">
    update orders
    <set><if test="loginIp != null">login_ip = #{loginIp},</if> note = null</set>
  </update>
</mapper>
"""
PATH = "src/main/resources/OrderMapper.xml"


@pytest.fixture
def shop(place: Place) -> Place:
    """A table, and a mapper that reads and changes it."""
    return place.commit({"sql/shop.sql": CREATE, PATH: MAPPER})


@pytest.mark.parametrize(
    ("created", "changed"), [("login_ip varchar", "last_ip varchar"), ("    login_ip varchar(40),\n", "")]
)
def test_a_column_that_a_script_has_no_more(shop: Place, created: str, changed: str) -> None:
    shop.stage({"sql/shop.sql": CREATE.replace(created, changed)})
    found = said(shop.check())
    assert found[0].startswith("error column-re")
    assert sorted(found[1:]) == [f"  {PATH}:16 touch", f"  {PATH}:5 Order", f"  {PATH}:7 columns"]


def test_a_table_with_another_name(shop: Place) -> None:
    shop.stage({"sql/shop.sql": CREATE.replace("table orders", "table sales")})
    lines = {line.split()[0] for line in said(shop.check())[1:]}
    assert lines == {f"{PATH}:{number}" for number in (10, 13, 15)}


def test_another_type_only_warns(shop: Place) -> None:
    shop.stage({"sql/shop.sql": CREATE.replace("login_ip varchar(40)", "login_ip bigint")})
    assert said(shop.check())[0] == "warning column-type sql/shop.sql::orders.login_ip"


def test_a_mapper_that_follows(shop: Place) -> None:
    shop.stage({"sql/shop.sql": CREATE.replace("login_ip v", "last_ip v"), PATH: MAPPER.replace("login_ip", "last_ip")})
    assert said(shop.check()) == []


def test_texts_keep_their_offsets() -> None:
    found = list(mappers.texts(MAPPER))
    assert len(found) == 5
    for begin, text, around in found:
        assert text in around
        assert all(char in (" ", MAPPER[begin + at]) for at, char in enumerate(text))


def test_elements_that_nothing_closes_cost_no_more_than_others() -> None:
    """Twenty thousand of them end at once: were each looked for to the end, this would take minutes."""
    text = '<mapper namespace="a.B">' + '<sql id="a">\n<select id="b" >' * 20_000
    assert list(mappers.texts(text)) == []
    assert in_statements(text + "orders", "xml", "orders", "id") == {}
