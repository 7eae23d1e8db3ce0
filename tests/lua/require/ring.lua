-- Two tasks that load modules which require each other do not wait for ever.
local function module(name, other, early)
    package.preload[name] = function()
        if early then package.loaded[name] = name .. " begun" end
        plait.yield()
        return name .. " with " .. require(other)
    end
end

-- Who closes the ring gets what there is of the other module...
module("a", "b", true)
module("b", "a", true)
local first, second = async(require, "a"), async(require, "b")
print((await(second))) --> b with a begun
print((await(first))) --> a with b with a begun

-- ... or an error if there is nothing.
package.preload.c = function() plait.yield() plait.yield() return {require("d")} end
local tried = false
package.preload.d = function()
    if tried then return "d, later" end
    tried = true
    plait.yield()
    plait.yield()
    plait.yield()
    return {require("c")}
end
first, second = async(require, "c"), async(require, "d")
local ok, err = pcall(await, second)
print(ok, plait.kind(err), (tostring(err):gsub("task %d+", "task N")))
--> false	deadlock	ring.lua:26: cannot require 'c': task N is loading it and waits for a module that is being loaded here
print(await(first)[1]) --> d, later
