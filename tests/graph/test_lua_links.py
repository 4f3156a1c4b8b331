"""Lua: modules by their path, what they return, values made by setmetatable, and globals."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

FILES = {
    "lua/shop/basket.lua": "local M = {}\nM.__index = M\nfunction M.new()\n  local made = {}\n  setmetatable(made, M)\n"
    "  return made\nend\nfunction M:add() end\nM.LIMIT = 1\nlocal function hidden() end\nreturn M\n",
    "lua/shop/child.lua": 'local Base = require("shop.basket")\nlocal Child = setmetatable({}, { __index = Base })\n'
    "function Child.make()\n  return setmetatable({}, Child)\nend\nChild.__index = Child\nreturn Child\n",
    "lua/shop/init.lua": "local function sum() end\nlocal function hidden() end\nreturn {\n  sum = sum,\n"
    '  basket = require("shop.basket"),\n  run = function() end,\n}\n',
    "lua/shop/alias.lua": 'return require("shop.basket")\n',
    "lua/shop/globals.lua": "function everywhere() end\nlocal function nowhere() end\n",
    "lua/shop/call.lua": "local function call() end\nreturn call\n",
}


def linked(files: dict[str, str]) -> Linked:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return link(Project(facts, lambda path: files.get(path, "")))


def of(code: str, files: dict[str, str] = FILES) -> list[tuple[str, str]]:
    """The file and the name of each definition that the code leads to, in order."""
    files = files | {"lua/app.lua": code}
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in files.items()}
    return [
        (one.target.removeprefix("lua/").removeprefix("shop/"), facts[one.target].definitions[one.symbol].qualname)
        for one in linked(files).links["lua/app.lua"]
        if one.symbol >= 0 and one.target != "lua/app.lua"
    ]


def test_members_of_what_a_module_returns() -> None:
    code = 'local b = require("shop.basket")\nprint(b.LIMIT, b.hidden)\n'
    assert of(code) == [("basket.lua", "M"), ("basket.lua", "M.LIMIT"), ("basket.lua", "M")]
    assert of('local LIMIT = require("shop.basket").LIMIT\nprint(LIMIT)\n') == [
        ("basket.lua", "M.LIMIT"),
        ("basket.lua", "M.LIMIT"),
    ]
    assert of('require("shop.basket").new()\n') == [("basket.lua", "M.new")]
    assert of('local call = require("shop.call")\ncall()\n') == [("call.lua", "call")]


def test_tables_of_names_and_modules_that_are_returned() -> None:
    assert of('local shop = require("shop")\nshop.sum()\nshop.run()\nshop.hidden()\nshop.basket.new()\n') == [
        ("init.lua", "sum"),
        ("init.lua", "run"),
        ("basket.lua", "M"),
        ("basket.lua", "M.new"),
    ]
    assert of('local a = require("shop.alias")\na.new()\n') == [("basket.lua", "M"), ("basket.lua", "M.new")]


def test_values_know_their_class_and_what_it_inherits() -> None:
    code = 'local c = require("shop.child")\nlocal function f()\n  local x = c.make()\n  x:add()\n  x:gone()\nend\n'
    assert of(code) == [("child.lua", "Child"), ("child.lua", "Child.make"), ("basket.lua", "M.add")]
    code = 'local b = require("shop.basket")\nlocal x = b.new()\nx:add()\n'
    assert of(code) == [("basket.lua", "M"), ("basket.lua", "M.new"), ("basket.lua", "M.add")]


def test_annotations_name_classes_that_one_file_defines() -> None:
    files = FILES | {"lua/shop/order.lua": "---@class shop.Order\nlocal M = {}\nfunction M:pay() end\nreturn M\n"}
    code = (
        "---@param o shop.Order\nlocal function f(o) o:pay() end\n---@param o Order\nlocal function g(o) o:pay() end\n"
    )
    assert of(code, files) == [("order.lua", "M.pay")]
    assert of(code, files | {"x.lua": "---@class shop.Order\nlocal M = {}\nfunction M:pay() end\n"}) == []


def test_globals_are_seen_everywhere_and_locals_nowhere() -> None:
    assert of("everywhere()\nnowhere()\nprint(string.format(1))\n") == [("globals.lua", "everywhere")]
    assert of("everywhere()\n", FILES | {"x.lua": "function everywhere() end\n"}) == []
    assert of("local function f(everywhere) everywhere() end\n") == []


def test_modules_are_files_that_end_so_the_nearest_first() -> None:
    files = {"a/lua/m/x.lua": "", "b/lua/m/x.lua": "", "deps/json.lua": "", "src/json2.lua": ""}
    code = 'require("m.x")\nrequire("json")\nrequire("json2")\nrequire("gone")\ndofile("./gone.lua")\n'
    found = linked(files | {"a/main.lua": code, "main.lua": code})
    assert [one.target for one in found.links["a/main.lua"] if one.kind == "imports"] == [
        "a/lua/m/x.lua",
        "src/json2.lua",
    ]
    assert [one.target for one in found.links["main.lua"] if one.kind == "imports"] == ["src/json2.lua"]
    assert [one.expression for one in found.unresolved] == ["./gone.lua", "./gone.lua"]
