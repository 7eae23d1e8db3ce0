-- A worker that is killed by a signal fails its item with kind "died", and is replaced.
local pool <close> = plait.Pool{ processes = 1 }
local h = pool:submit(function()
    os.execute("kill -9 $PPID")
    sleep(3600)
end)
local ok, err = pcall(await, h)
print(ok, plait.kind(err), err.signal) --> false	died	9
print(await(pool:submit(math.abs, -1))) --> 1
