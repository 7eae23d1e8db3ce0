local function square(n) sleep(0.3 / n) return n * n end
local list = gather(spawn_thread(square, 1), spawn_thread(square, 2), async(square, 3))
assert(list[1] == 1 and list[2] == 4 and list[3] == 9)
