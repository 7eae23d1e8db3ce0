-- update is atomic: f is called again when somebody else changed the value meanwhile; f may wait.
local value = plait.Value(1)
print(value:update(function(n) return n * 2 end), value.value) --> 2	2
local calls = 0
local task = async(function()
    return value:update(function(n)
        calls = calls + 1
        plait.yield()
        return n + 1
    end)
end)
plait.yield()
value.value = 100
print(await(task), calls) --> 101	2
print(pcall(value.update, value, function() error("no", 0) end)) --> false	no
print(plait.kind(select(2, pcall(value.update, value, function() return {} end)))) --> usage
print(value.value) --> 101
value.value = 0/0
print(value:update(function() return 5 end)) --> 5
