-- Five sleeps of 0.02 and one of 0.1 end together: the older timer fires first.
-- That holds as long as what a strand does between two sleeps takes less than
-- 20 ms; where the machine was too busy for that, it is tried again.
local disturbed

local function check_clock(due)
    if plait.now() - due > 0.01 then disturbed = true end
end

local function steps(name, start, n, s)
    for i = 1, n do
        check_clock(start + (i - 1) * s)
        sleep(s)
    end
    return name
end

local function run()
    local order = {}
    local function note(h) order[#order + 1] = await(h) end
    disturbed = false
    sleep(0.001) -- its wake is what both begin at
    local start = plait.now()
    local five, once = async(steps, "five", start, 5, 0.02), async(steps, "once", start, 1, 0.1)
    five:on_done(note)
    once:on_done(note)
    await(five)
    await(once)
    plait.yield()
    return table.concat(order, " ")
end

local order
repeat order = run() until not disturbed
print(order) --> once five
