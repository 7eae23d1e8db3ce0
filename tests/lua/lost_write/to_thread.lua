-- to_thread and pools of threads look for lost writes too; so does a function given as an argument.
local count = 0
local function increment() count = count + 1 end
local function refused(...)
    local ok, err = pcall(...)
    print(ok, plait.kind(err), tostring(err):match("assigns captured local 'count'"))
end
refused(to_thread, increment) --> false	send	assigns captured local 'count'
refused(spawn_thread, function(f) f() end, increment) --> false	send	assigns captured local 'count'
local pool <close> = plait.Pool(1)
refused(pool.map, pool, increment, {1}) --> false	send	assigns captured local 'count'
