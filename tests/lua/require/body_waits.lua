-- The body of a module may wait; whoever requires it meanwhile gets the same.
local gate = plait.Channel()
package.preload.slow = function(name)
    print("loading", name)
    local value = gate:recv()
    print("loaded")
    return {value = value}
end

local function load() return require("slow") end
local first, second = async(load), async(load)
plait.yield()
print(first:status(), second:status(), package.loaded.slow)
gate:send("sent")
print(await(first) == await(second), require("slow").value)
--> loading	slow
--> waiting	waiting	nil
--> loaded
--> true	sent

-- The main strand waits for a task that loads, and the other way around.
local order = {}
package.preload.slower = function()
    plait.yield()
    plait.yield()
    order[#order + 1] = "loaded"
    return "slower"
end
local task = async(require, "slower")
plait.yield()
local got = require("slower")
order[#order + 1] = got .. " in main"
print(table.concat(order, ", "), await(task)) --> loaded, slower in main	slower	:preload:

package.preload.again = package.preload.slower
task = async(function()
    local again = require("again")
    order[#order + 1] = again .. " in task"
end)
order = {}
require("again")
await(task)
print(table.concat(order, ", ")) --> loaded, slower in task
