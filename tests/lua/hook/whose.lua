-- A hook belongs to its coroutine: others, also tasks and threads that are started there or come later, are without.
local function f() end
local function show() return debug.gethook() end
debug.sethook(f, "l", 1000)
print(await(async(show)), await(to_thread(show)), await(to_thread(show))) --> nil	nil	nil
print(select(2, debug.gethook(coroutine.create(f)))) --> l	1000
debug.sethook()
print(debug.gethook(coroutine.create(f))) --> nil

await(async(function() debug.sethook(f, "c") end))
for _ = 1, 3 do assert(not await(async(show))) end
local function set() debug.sethook(function() error("called") end, "c") end
for _ = 1, 3 do
    await(to_thread(set))
    assert(not await(to_thread(show)))
end

-- Nor does it keep its coroutine.
local dead = setmetatable({}, { __mode = "k" })
for i = 1, 10 do
    local co = coroutine.create(function() debug.sethook(function() return coroutine.running() end, "l") end)
    dead[co] = true
    coroutine.resume(co)
    local owner = coroutine.create(f)
    debug.sethook(owner, function() return owner end, "l")
    dead[owner] = true
end
collectgarbage()
print(next(dead)) --> nil
