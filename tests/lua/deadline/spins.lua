-- Code that does not wait is interrupted, also where it catches errors, in coroutines, and in the main script.
local function spin() while true do local t = {} end end
local function catch() while true do pcall(spin) end end
local function generate() coroutine.wrap(catch)() end
local function kinds()
    local list = {}
    for i, f in ipairs{ spin, catch, generate } do
        local ok, err = pcall(function()
            local d <close> = plait.deadline(0.01)
            f()
        end)
        list[i] = plait.kind(err)
    end
    sleep(0)
    return table.concat(list, " ")
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do print(await(start(kinds))) end
--> timeout timeout timeout
--> timeout timeout timeout
--> timeout timeout timeout
print(kinds()) --> timeout timeout timeout
