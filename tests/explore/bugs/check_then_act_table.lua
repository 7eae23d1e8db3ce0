-- Two threads find the seat free, and both take it.
local seats, sold = plait.Table(), plait.Value(0)
local function book(name)
  if seats[12] then return end
  seats[12] = name
  sold:add(1)
end
gather(spawn_thread(book, "Ann"), spawn_thread(book, "Bob"))
assert(sold.value == 1, "the seat was sold twice")
