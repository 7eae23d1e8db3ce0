-- A module that waits may be required inside a coroutine.
package.preload.slow = function() plait.yield() return "slow" end
package.preload.bad = function() plait.yield() error("bad body", 0) end
await(async(function()
    print(coroutine.wrap(function() return require("slow") end)()) --> slow	:preload:
    print(coroutine.resume(coroutine.create(require), "bad")) --> false	bad body
end))

-- That coroutine is dead, not closed; the module can be required again.
print(pcall(require, "bad")) --> false	bad body
print(await(async(pcall, require, "bad"))) --> false	bad body
package.preload.bad = function() plait.yield() return "good" end
print(await(async(require, "bad"))) --> good	:preload:
