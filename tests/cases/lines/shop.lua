local util = require("shop.util")
--                    ^ import shop.util - - require
function Cart.total(items)
--       ^ definition function Cart.total
  return 1
-- <- hidden
end
