-- Time-outs, cancellation, closing while others wait, several who wait; nothing is lost, and no descriptor left.
local fs = plait.fs
local files = require "files"
local folder <close> = assert(fs.temp_folder())
fs.stat("/")
local before = files.count_open()
do
    local watch <close> = assert(fs.watch(folder.path))
    print(watch:next(0)) --> nil	timeout
    print(watch:next(0.01)) --> nil	timeout
    print(watch:next{ timeout = 0.01 }) --> nil	timeout
    local waiting = async(watch.next, watch)
    plait.yield()
    waiting:cancel()
    print(pcall(await, waiting)) --> false	cancelled
    -- Each event goes to one of those who wait, in their order.
    local first, second = async(watch.next, watch), async(watch.next, watch)
    plait.yield()
    assert(fs.mkdir(folder.path .. "/a"))
    print(await(first).path:match("[^/]+$"), second:done()) --> a	false
    local w = async(function()
        for event in watch do return event.path:match("[^/]+$") end
        return "closed"
    end)
    assert(fs.mkdir(folder.path .. "/b"))
    print(await(second).path:match("[^/]+$")) --> b
    plait.yield()
    watch:close()
    print(await(w), watch:next()) --> closed	nil	closed
end
for _ = 1, 50 do
    local task = async(function()
        local watch <close> = assert(fs.watch(folder.path, { recursive = true }))
        for _ in watch do end
    end)
    plait.yield()
    if math.random(2) == 1 then sleep(0.001) end
    task:cancel()
    plait.wait{ task }
end
do
    for _ = 1, 10 do fs.watch(folder.path) end -- nobody closes them
    collectgarbage()
end
collectgarbage()
plait.yield()
print(files.wait_for_open(before)) --> true
-- In a thread; and a program that only waits for files is no deadlock: plait.timeout ends it, and not the report.
print(await(spawn_thread(function(path)
    local watch <close> = plait.fs.watch(path)
    plait.after(0.01, plait.fs.mkdir, path .. "/c")
    return watch:next().kind
end, folder.path))) --> created
local child = spawn_process{ function(path)
    local watch <close> = plait.fs.watch(path)
    return watch:next().path -- nothing else can run there
end, folder.path }
while child:status() == "pending" do plait.yield() end
repeat fs.mkdir(folder.path .. "/d") fs.remove(folder.path .. "/d") until child:done()
print(await(child):match("[^/]+$")) --> d
