-- A limit on instructions, as sandboxes have it, is reached also by a strand that is preempted all the time.
plait.preempt(true)
local function limited(f, count)
    debug.sethook(function() error("too many instructions", 0) end, "", count)
    local ok, err = pcall(f)
    debug.sethook()
    return ok, err
end
local function spin() while true do local t = {} end end
local a, b = async(limited, spin, 3000000), async(limited, spin, 2500001)
print(await(a)) --> false	too many instructions
print(await(b)) --> false	too many instructions
print(limited(function() for _ = 1, 1000 do end end, 100000)) --> true	nil
plait.preempt(false)
-- After as many instructions as were asked for.
local marks = {}
local n = 0
debug.sethook(function() marks[#marks + 1] = n end, "", 10000)
for i = 1, 100000 do n = i end
debug.sethook()
print(#marks, marks[2] - marks[1] > 4900, marks[20] - marks[19] > 4900, marks[20] > 98000) --> 20	true	true	true
