-- Arguments are copies that the function owns: writing to them is fine, through helpers and methods too.
local Stack = {}
Stack.__index = Stack
function Stack:push(v) self[#self + 1] = v self.top = v return self end
local function fill(t, n) for i = 1, n do t[i] = i end return t end
local stack, list = setmetatable({}, Stack), {}
print(await(spawn_thread(function(s, t)
    s:push(1):push(2)
    s.list = fill(t, 3)
    fill(s.list, 5)
    local made = setmetatable({}, Stack):push("x")
    return #s, s.top, #t, made.top
end, stack, list))) --> 2	2	5	x
print(#stack, #list) --> 0	0
