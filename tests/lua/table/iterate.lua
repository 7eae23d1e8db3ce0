-- pairs goes through what was there when it was called, whatever the loop or others do; ipairs reads on.
local t = plait.Table{10, 20, 30, x = 1, y = {2}}
local seen = {}
for k, v in pairs(t) do
    t[k] = nil
    t["new " .. tostring(k)] = v
    seen[#seen + 1] = tostring(k)
end
table.sort(seen)
print(table.concat(seen, " ")) --> 1 2 3 x y
for k, v in pairs(plait.Table{list = {1, 2}}) do print(k, v[2], #v) end --> list	2	2
local list = plait.Table{1, 2, 3}
local out = {}
for i, v in ipairs(list) do
    out[#out + 1] = i .. "=" .. v
    if i == 3 then list[4] = "late" end
end
print(table.concat(out, " ")) --> 1=1 2=2 3=3 4=late
for _ in ipairs(plait.Table()) do print("never") end
for _ in pairs(plait.Table()) do print("never") end
-- In a child they wait for the parent, also in tasks and coroutines of the script's own.
print(await(spawn_process(function()
    local function sum()
        local n = 0
        for i, v in ipairs(list) do n = n + i end
        for k in pairs(list) do n = n + k end
        return n
    end
    local generator = coroutine.wrap(function()
        for i, v in ipairs(list) do coroutine.yield(v) end
    end)
    return sum(), await(async(sum)), await(async(function() generator(); return generator() end))
end))) --> 20	20	2
-- Stock tables are as they were.
local proxy = setmetatable({}, {__index = function(_, i) if i < 4 then return i * i end end})
for i, v in ipairs(proxy) do io.write(i, ":", v, " ") end
print(pcall(ipairs)) --> 1:1 2:4 3:9 false	bad argument #1 to 'ipairs' (value expected)
print(pcall(next, t)) --> false	bad argument #1 to 'next' (table expected, got plait.Table)
