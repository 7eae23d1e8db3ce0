local stock = plait.Table{ apples = 10 }
local function sell() plait.update(stock, "apples", function(n) return n - 1 end) end
gather(spawn_thread(sell), spawn_thread(sell), spawn_thread(sell))
assert(stock.apples == 7)
