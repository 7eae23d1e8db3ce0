-- chunk says how many items travel together: one job's items run in the same worker, in order.
local pool <close> = plait.Pool(2)
local log, gate = plait.Channel(math.huge), plait.Channel(math.huge)
local function work(i)
    log:send(i)
    if i % 3 == 1 then gate:recv() end
    return i
end
local h = async(function() return pool:map(work, { 1, 2, 3, 4, 5, 6 }, { chunk = 3 }) end)
local first = log:recv() + log:recv()
print(first, log:recv(0.01)) --> 5	nil	timeout
gate:send(1)
gate:send(2)
print(table.concat(await(h), " "), #log) --> 1 2 3 4 5 6	4
for _, bad in ipairs{ 0, -1, 1.5, "2" } do print(plait.kind(select(2, pcall(pool.map, pool, work, { 1 }, { chunk = bad })))) end
--> usage
--> usage
--> usage
--> usage
