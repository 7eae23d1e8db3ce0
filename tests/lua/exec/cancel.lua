-- Cancelled at any moment: the program is gone, and no descriptor and no block of memory is left.
require("plait.internal").set_haste(20)
local files = require "files"
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 4 or 12
local much = ("x"):rep(1 << 20)

local operations = {
    idle = function() plait.exec{ "sleep", "600" } end,
    feeds = function() plait.exec{ "sleep", "600", stdin = much } end,
    both = function() plait.exec{ "cat", stdin = much } end,
    deaf = function() plait.exec{ "sh", "-c", "trap '' TERM; sleep 600; sleep 600" } end,
    silent = function() plait.exec{ "sh", "-c", "exec >&- 2>&-; exec sleep 600" } end,
    endless = function() plait.exec{ "yes" } end,
}

local function cancel_one(f, moment)
    local task = async(f)
    for _ = 1, moment do plait.yield() end
    if moment > 4 then sleep(math.random() * 0.005) end
    task:cancel()
    local ok, err = pcall(await, task)
    assert(ok or plait.kind(err) == "cancelled", tostring(err))
end

plait.exec{ "cat", stdin = "x" }
local before = files.count_open()
for moment = 1, ROUNDS do
    for _, f in pairs(operations) do cancel_one(f, moment) end
end
print(files.wait_for_open(before)) --> true
print(#plait.processes()) --> 0
-- A deadline around it, and a scope that fails.
local ok, err = pcall(function()
    local limit <close> = plait.deadline(0.05)
    plait.exec{ "sleep", "600" }
end)
print(plait.kind(err)) --> timeout
print(pcall(plait.scope, function(s)
    s:async(plait.exec, { "sleep", "600" })
    s:async(error, "no luck", 0)
    sleep(60)
end)) --> false	no luck
print(files.wait_for_open(before), #plait.processes()) --> true	0
