local util = require("shop.util")
--                    ^ import shop.util - util require
function Cart.total(items)
--            ^ definition method Cart.total
  return 1
-- <- hidden
end
