-- tostring of a channel shows how many are queued, the capacity, and whether it is closed; of a Table its number.
local function show(v) print((tostring(v):gsub("%d+", "N", 1))) end
local ch = plait.Channel(3)
show(ch) --> Channel N (0 of 3 queued)
ch:send(1)
ch:send(2)
ch:close()
show(ch) --> Channel N (2 of 3 queued, closed)
show(plait.Channel()) --> Channel N (0 of 0 queued)
show(plait.Channel(math.huge)) --> Channel N (0 queued)
print(await(spawn_process(function() return (tostring(ch):gsub("%d+", "N")) end))) --> Channel N (in another process)
show(plait.Table{ 1 }) --> Table N
print(plait.Pool(1), plait.Pool(2), plait.Pool{ processes = 1 }) --> Pool (1 thread)	Pool (2 threads)	Pool (1 process)
