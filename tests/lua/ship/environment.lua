-- A function with an _ENV of its own keeps that one; a captured _ENV is the other side's globals.
local f = load("return counter, print", "=chunk", "t", {counter = 5})
local function outer() local _ENV <const> = {x = "inner x"} return x end
local env = _ENV
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(f)))
    print(await(start(outer)), await(start(function() return env == _G, env.print == print end)))
end
--> 5	nil
--> inner x	true	true
--> 5	nil
--> inner x	true	true
