-- What a child stores lives where the table lives, and stays when the child has ended; its own Table does not.
local t = plait.Table{list = {}}
await(spawn_process(function()
    local plain = {1, {2}}
    plain.self = plain
    t.plain = plain
    t.list[1] = {deep = {f = function(x) return x + #plain end}}
    t.theirs = plait.Table{1}
    t.task = async(function() end)
end))
-- It has told its values, and ends.
while pcall(function() return t.theirs[1] end) do plait.yield() end
print(t.plain.self == t.plain, t.plain[2][1], t.list[1].deep.f(1)) --> true	2	3
for _, f in ipairs{
    function() return t.theirs[1] end, function() t.theirs.x = 1 end, function() return #t.theirs end,
    function() return pairs(t.theirs) end, function() plait.update(t.theirs, 1, print) end,
} do
    local ok, err = pcall(f)
    print(ok, plait.kind(err), err.message:match("the process.*"))
end
--> false	died	the process that has this Table has ended
--> false	died	the process that has this Table has ended
--> false	died	the process that has this Table has ended
--> false	died	the process that has this Table has ended
--> false	died	the process that has this Table has ended
print(plait.repr(t.theirs):match("^Table %d+$") ~= nil) --> true
-- Between siblings, and to a grandchild.
local ch, done = plait.Channel(1), plait.Channel()
local owner = spawn_process(function()
    local own = plait.Table{n = 0}
    ch:send(own)
    done:recv()
    return own.n, own.last[1]
end)
local theirs = ch:recv()
local function add(count, own)
    for _ = 1, count do plait.update(own, "n", function(n) return n + 1 end) end
    own.last = {"by somebody"}
end
gather(spawn_process(add, 10, theirs), spawn_thread(add, 10, theirs),
    spawn_process(function(f, own) await(spawn_process(f, 10, own)) end, add, theirs))
done:send(true)
print(await(owner)) --> 30	by somebody
