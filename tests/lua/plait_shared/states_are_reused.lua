-- A thread that has used it leaves its state as it was: the next thread gets the same one.
local function look(mark)
    plait.shared.n = (plait.shared.n or 0) + 1
    local registry = debug.getregistry()
    local found = registry[1000000]
    registry[1000000] = mark
    return found
end
print(await(spawn_thread(look, "first"))) --> nil
local found
for _ = 1, 1000 do -- the first thread may not be idle yet
    found = await(spawn_thread(look, "next"))
    if found then break end
end
print(found == "first" or found == "next") --> true
