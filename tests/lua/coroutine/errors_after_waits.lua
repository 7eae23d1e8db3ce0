-- An error that is raised after a wait arrives as one raised before it.
local function generator(value)
    return function()
        plait.yield()
        error(value, 0)
    end
end

await(async(function()
    local co = coroutine.create(generator("late"))
    print(coroutine.resume(co)) --> false	late
    print(coroutine.status(co), coroutine.close(co)) --> dead	false	late
    print(pcall(function() return coroutine.wrap(generator("late"))() end))
    --> false	errors_after_waits.lua:13: late
    local object = {}
    print(select(2, pcall(coroutine.wrap(generator(object)))) == object) --> true

    -- Caught inside, and after more waits.
    print(coroutine.wrap(function()
        print(pcall(coroutine.wrap(generator("inner")))) --> false	inner
        plait.yield()
        coroutine.yield(1)
    end)()) --> 1

    print(pcall(coroutine.wrap(function()
        local done = {pcall(generator("x"))}
        plait.yield()
        return table.unpack(done)
    end)))
    --> true	false	x
    -- Unwinding may wait as well.
    print(pcall(function()
        local closed <close> = setmetatable({}, {__close = function()
            plait.yield()
            print("closed")
        end})
        generator("unwound")()
    end))
    --> closed
    --> false	unwound
end))
