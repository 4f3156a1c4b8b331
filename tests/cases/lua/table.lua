local function cut(x) return x end
local inner = require("shop.inner")
--                     ^ import shop.inner - inner require
return {
  cut = cut,
--      ^ import - cut cut reexport
  all = require("shop.all"),
--               ^ import shop.all - all reexport
  run = function(a) return a end,
--^ definition function run
}
