-- A lock that an item still holds when its job has ended is abandoned, as that of any strand.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local lock = plait.Lock()
    pool:map(function() lock:acquire() end, { 1 })
    print(plait.kind(select(2, pcall(lock.acquire, lock))), lock:recover():locked())
end
--> abandoned	false
--> abandoned	false
