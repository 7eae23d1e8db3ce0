-- When a load fails, a strand that waited for it tries itself.
local tries = 0
package.preload.shaky = function()
    tries = tries + 1
    plait.yield()
    if tries == 1 then error("first try", 0) end
    return "try " .. tries
end
local function load() return require("shaky") end
local first, second, third = async(load), async(load), async(load)
print(pcall(await, first)) --> false	first try
print(await(second), (await(third)), tries) --> try 2	try 2	2

-- The same when the loading task is cancelled.
local loads = 0
package.preload.slow = function()
    loads = loads + 1
    if loads == 1 then sleep(60) end
    return "load " .. loads
end
first, second = async(require, "slow"), async(require, "slow")
plait.yield()
first:cancel()
print(pcall(await, first)) --> false	cancelled
print(await(second)) --> load 2	:preload:
