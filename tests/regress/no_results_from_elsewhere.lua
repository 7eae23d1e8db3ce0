-- What returns nothing at home returned a nil in another process.
local ch, value, lock = plait.Channel(), plait.Value(1), plait.Lock()
local function count()
    lock:acquire()
    return select("#", ch:close()), select("#", value:set(2)), select("#", lock:release())
end
print(count()) --> 0	0	0
print(await(spawn_process(count))) --> 0	0	0
