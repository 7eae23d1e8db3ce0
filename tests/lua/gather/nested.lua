-- gather in tasks and threads, nested; errors pass through as themselves.
local function leaf(i) return i end
local function sum(list) local s = 0 for i = 1, list.n do s = s + list[i] end return s end
local function branch(n)
    local t = {}
    for i = 1, n do t[i] = async(leaf, i) end
    return sum(gather(t))
end
print(sum(gather(async(branch, 10), async(branch, 20), spawn_thread(branch, 4)))) --> 275
local err = {}
print(select(2, pcall(gather, function() gather(function() gather(function() error(err) end) end) end)) == err) --> true
