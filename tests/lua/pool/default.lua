-- Without options a pool has one thread per CPU.
local pool <close> = plait.Pool()
local n = plait.cpu_count()
local all_here, arrived = plait.Channel(math.huge), plait.Channel(math.huge)
local handles = {}
for i = 1, n do
    handles[i] = pool:submit(function() arrived:send(true) return all_here:recv() end)
end
for i = 1, n do arrived:recv() end -- all at once: as many as there are CPUs
local extra = pool:submit(function() arrived:send("one more") end)
print(arrived:recv(0.02)) --> nil	timeout
for i = 1, n do all_here:send(i) end
gather(handles)
await(extra)
print(arrived:recv()) --> one more
