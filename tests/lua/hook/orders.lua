-- Another strand looks at this one again and again, for which it is interrupted: hooks miss nothing.
local looks, stop = plait.Value(0), plait.Event()
local looker = spawn_thread(function()
    while not stop:is_set() do
        plait.strands()
        looks:add(1)
    end
end)
local function step() return {} end
local function count(mask, rounds)
    local events = {}
    debug.sethook(function(event) events[event] = (events[event] or 0) + 1 end, mask)
    for _ = 1, rounds do
        step()
    end
    debug.sethook()
    return ("%s %s %s"):format(events.call, events["return"], events.line)
end
local function check(where)
    for _, mask in ipairs{ "c", "r", "l", "crl" } do
        local enough = looks.value + 50
        local wanted
        while looks.value < enough do
            local got = count(mask, 1000)
            wanted = wanted or got
            assert(got == wanted, got)
        end
        print(where, mask, wanted)
    end
end
check("main")
await(async(check, "task"))
coroutine.wrap(check)("coroutine")
stop:set()
await(looker)
--> main	c	1001 nil nil
--> main	r	nil 1001 nil
--> main	l	nil nil 3002
--> main	crl	1001 1001 3002
--> task	c	1001 nil nil
--> task	r	nil 1001 nil
--> task	l	nil nil 3002
--> task	crl	1001 1001 3002
--> coroutine	c	1001 nil nil
--> coroutine	r	nil 1001 nil
--> coroutine	l	nil nil 3002
--> coroutine	crl	1001 1001 3002
