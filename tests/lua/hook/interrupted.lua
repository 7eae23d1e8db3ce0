-- Code that does not wait is interrupted whatever hook it has set, and its hook is as before after that.
local function step() return {} end
local hooks = { { "l" }, { "c" }, { "r" }, { "cr" }, { "crl", 1 }, { "", 1 }, { "", 10 }, { "c", 7 }, { "", 2000000000 }, { "c", 2000000000 } }
local function spin(mask, count, running)
    local function f() end
    debug.sethook(f, mask, count)
    local ok, err = pcall(function()
        running:set()
        while true do step() end
    end)
    local g, set_mask, set_count = debug.gethook()
    debug.sethook()
    assert(g == f and set_mask == mask and set_count == (count or 0), "another hook")
    return ok, tostring(err)
end
local function in_a_coroutine(...)
    return coroutine.wrap(spin)(...)
end
local count = 0
for _, hook in ipairs(hooks) do
    for _, work in ipairs{ spin, in_a_coroutine } do
        for _, start in ipairs{ async, spawn_thread } do
            local running = plait.Event()
            local h = start(work, hook[1], hook[2], running)
            spawn_thread(function()
                running:wait()
                h:cancel("enough")
            end)
            local ok, err = await(h)
            assert(not ok and err == "cancelled: enough", err)
            count = count + 1
        end
    end
end
print(count) --> 40
