-- Each error knows its own others, also when two gathers have failed.
local function fail(e)
    pcall(await, plait.Future())
    error(e, 0)
end
local function failing(first, second)
    local h = async(fail, second)
    local _, err = pcall(gather, h, function() plait.yield() error(first) end)
    return err
end
local a, b = { "a" }, { "b" }
assert(failing(a, "other of a") == a and failing(b, "other of b") == b)
print(plait.others(b)[1]) --> other of b
print(plait.others(a)[1]) --> other of a
