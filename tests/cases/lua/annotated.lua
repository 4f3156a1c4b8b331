---@class shop.Order: shop.Base
local Order = {}
--    ^ definition class Order
--    ^ doc @class shop.Order: shop.Base
function Order:pay() end

---Adds.
---@param order shop.Order
---@param count? number
---@param many shop.Order[]
function Order.add(order, count, many)
  order:pay()
--^ nothing
--      ^ reference call class/shop/Order()
  count:go()
--      ^ reference call ?
  many:pay()
--     ^ reference call ?
end

---@param order Order|nil
local each = function(order)
  order:pay()
--      ^ reference call class/Order()
end
