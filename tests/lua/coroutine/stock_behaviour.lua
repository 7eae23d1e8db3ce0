-- What the stock functions promise, with the words they use.
local function nothing() end
print(coroutine.resume(coroutine.create(function(...) return select("#", ...), ... end), nil, 2, nil)) --> true	3	nil	2	nil
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return a, b end)
print(coroutine.status(co), coroutine.resume(co, 1)) --> suspended	true	2
print(coroutine.status(co), coroutine.resume(co, "b")) --> suspended	true	1	b
print(coroutine.status(co), coroutine.resume(co)) --> dead	false	cannot resume dead coroutine
print(coroutine.close(co), coroutine.close(coroutine.create(nothing))) --> true	true

-- Errors: wrap adds the place to strings only, and closes.
local function fails(value)
    return function()
        local closed <close> = setmetatable({}, {__close = function(_, e) print("closed", type(e)) end})
        error(value, 0)
    end
end
print(pcall(function() coroutine.wrap(fails("oops"))() end))
--> closed	string
--> false	stock_behaviour.lua:17: oops
print(select(2, pcall(coroutine.wrap(fails(nil)))))
--> closed	nil
--> nil
local object = setmetatable({}, {__name = "my error"})
print(select(2, pcall(coroutine.wrap(fails(object)))) == object)
--> closed	table
--> true
co = coroutine.create(fails("kept"))
print(coroutine.resume(co)) --> false	kept
print(coroutine.status(co)) --> dead
print(coroutine.close(co))
--> closed	string
--> false	kept
print(coroutine.close(co)) --> true
local dead = coroutine.wrap(nothing)
dead()
print(pcall(dead)) --> false	cannot resume dead coroutine

-- Itself, its resumer, and what is none.
co = coroutine.create(function()
    print(coroutine.resume(co)) --> false	cannot resume non-suspended coroutine
    print(pcall(coroutine.close, co)) --> false	cannot close a running coroutine
    coroutine.wrap(function()
        print(coroutine.status(co)) --> normal
        print(pcall(coroutine.close, co)) --> false	cannot close a normal coroutine
    end)()
    print(coroutine.isyieldable(co), coroutine.isyieldable()) --> true	true
end)
coroutine.resume(co)
print(pcall(function() coroutine.resume(1) end)) --> false	stock_behaviour.lua:49: bad argument #1 to 'resume' (thread expected, got number)
print(pcall(function() coroutine.wrap() end)) --> false	stock_behaviour.lua:50: bad argument #1 to 'wrap' (function expected, got no value)
print(pcall(function() coroutine.status({}) end)) --> false	stock_behaviour.lua:51: bad argument #1 to 'status' (thread expected, got table)
print(pcall(function() coroutine.isyieldable(nil) end)) --> false	stock_behaviour.lua:52: bad argument #1 to 'isyieldable' (thread expected, got nil)
print(pcall(table.sort, {1, 2, 3}, coroutine.yield)) --> false	attempt to yield from outside a coroutine
print(coroutine.wrap(function() return pcall(table.sort, {1, 2, 3}, coroutine.yield) end)())
--> false	attempt to yield across a C-call boundary
