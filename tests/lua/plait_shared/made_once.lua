-- Threads that use it first at the same time get the same one.
local gate = plait.Lock()
gate:acquire()
local threads = {}
for i = 1, 8 do
    threads[i] = spawn_thread(function()
        pcall(gate.acquire, gate, 0) -- to begin together
        plait.shared[i] = i
    end)
end
gate:release()
gather(threads)
print(#plait.shared) --> 8
