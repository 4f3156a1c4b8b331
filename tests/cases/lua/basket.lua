--- A basket.
local M = {}
--    ^ definition class M
--    ^ doc A basket.
--    ^ private
--    ^ outlined
local util = require("shop.util")
--    ^ nothing
--                    ^ import shop.util - util require
local price = require "shop.price".price
--                     ^ import shop.price price price require
local ok, json = pcall(require, "cjson")
--                               ^ import cjson - json require
local a, b = 1, util.two
--    ^ definition variable a
--       ^ definition variable b
--              ^ reference read -
--                   ^ reference read util
local tostring = tostring
--    ^ definition variable tostring
--               ^ nothing
local Base = require("shop.base")
local Child = setmetatable({}, { __index = Base })
--    ^ definition class Child
--    ^ bases Base
--                             ^ nothing
--                                         ^ reference read -
local Other = Base:extend("Other")
--    ^ definition class Other
--    ^ bases Base
local late
--    ^ definition variable late
local tools = {
--    ^ definition variable tools
  ---Cuts.
  cut = function(text) return text end,
--^ definition method tools.cut
--^ doc Cuts.
--               ^ nothing
  size = 3,
--^ nothing
}
local names = {}
--    ^ definition module names
names.first = function(list) return list[1] end
--    ^ definition method names.first
M.LIMIT = 10
--^ definition field M.LIMIT
M.__index = M
Global = 1
-- <- definition variable Global

--- Makes one.
---@param order Order
function M.new(order, ...)
--         ^ definition method M.new
--         ^ doc Makes one.
--         ^ type M()
--             ^ nothing
--         ^ outlined
  local self = setmetatable({}, M)
--      ^ nothing
--             ^ nothing
--                              ^ reference read -
  self.order = order
--     ^ definition field M.order
--             ^ nothing
  self.items = M.list(order)
--     ^ definition field M.items
--     ^ type M.list()
  return self
end

function M.list()
--         ^ definition method M.list
  local made = {}
  setmetatable(made, { __index = Child })
  made:go()
--^ nothing
--     ^ reference call Child()
  return made
end

function M:add(item, count)
--         ^ definition method M.add
  self:check(item)
--^ nothing
--     ^ reference call M()
--           ^ nothing
  self.order.total = util.sum(count)
--     ^ reference read M()
--           ^ reference read M().order
--                        ^ reference call util
  for i = 1, #self.items do helper(i) end
--    ^ nothing
--                          ^ reference call -
--                                 ^ nothing
  for key, value in pairs(late) do value:go(key) end
--    ^ nothing
--                  ^ nothing
--                        ^ reference read -
--                                 ^ nothing
--                                       ^ reference call ?
  require("shop.deep").run { name = M.LIMIT }
--         ^ import shop.deep - require/shop/deep require
--                     ^ reference call require/shop/deep
--                           ^ nothing
--                                    ^ reference read M
  local function inner() return inner end
--               ^ definition function M.add.inner
--                              ^ nothing
  local twice = function(helper) helper() end
--      ^ nothing
--                               ^ nothing
  goto done
--     ^ nothing
  ::done::
  if item then
    local tools = item
    tools.cut()
--  ^ nothing
--        ^ reference call ?
  end
  tools.cut "x"
--^ reference read -
--      ^ reference call tools
  return M.new().order
--         ^ reference call M
--               ^ reference read M.new()
end

local function helper(x) return x end
--             ^ definition function helper
--             ^ private
function everywhere() end
--       ^ definition function everywhere

describe("a basket", function()
-- <- outlined
  it("adds", function() helper(1) end)
--^ outlined
--                      ^ reference call -
end)

return setmetatable(M, { __call = M.new })
--                  ^ import - M - reexport
