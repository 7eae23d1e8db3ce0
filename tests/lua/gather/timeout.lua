-- When the time is over, gather and race cancel all, wait until they have cleaned up, and give nil, "timeout".
local cleaned = plait.Value(0)
local function work(seconds)
    local _ <close> = setmetatable({}, { __close = function()
        sleep(0.01)
        cleaned:add(1)
    end })
    sleep(seconds)
    return seconds
end
local list = { async(work, 60), spawn_thread(work, 60), spawn_process(work, 60), async(work, 0) }
print(gather{ list[1], list[2], list[3], list[4], timeout = 0.3 }) --> nil	timeout
print(cleaned.value, list[1]:status(), list[2]:status(), list[3]:status(), list[4]:status()) --> 4	cancelled	cancelled	cancelled	done
print(gather{ async(work, 60), settle = true, timeout = 0 }) --> nil	timeout
print(plait.race{ async(work, 60), spawn_thread(work, 60), timeout = 0.1 }) --> nil	timeout
print(cleaned.value) --> 7

-- In time nothing is different: results, errors, and the others are waited for without a limit.
print(plait.repr(gather{ async(work, 0), function() return "x" end, timeout = 60 })) --> {0, "x", n = 2}
print(plait.race{ async(work, 60), async(work, 0), timeout = 60 }) --> 2	0
print(pcall(gather, { async(work, 60), function() error("no", 0) end, timeout = 60 })) --> false	no
print(cleaned.value) --> 11

-- What one raises while it is cancelled is reported at the end, as nobody received it.
local function stubborn()
    if not pcall(sleep, 60) then error("not so fast", 0) end
end
print(gather{ async(stubborn), timeout = 0.01 }) --> nil	timeout
--! status: 1
--! stderr: not so fast
