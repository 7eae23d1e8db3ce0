-- The same with a field of a Table, in three threads.
local stock = plait.Table{ apples = 10 }
local function sell() stock.apples = stock.apples - 1 end
gather(spawn_thread(sell), spawn_thread(sell), spawn_thread(sell))
assert(stock.apples == 7, "a sale was lost")
