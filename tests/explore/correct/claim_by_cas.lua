local seat, sold = plait.Value(false), plait.Value(0)
local function book(name) if seat:cas(false, name) then sold:add(1) end end
gather(spawn_thread(book, "Ann"), spawn_thread(book, "Bob"))
assert(sold.value == 1)
