-- Tasks that wait for what only they can reach, in any way, are reported by collectgarbage, cancelled and cleaned up.
--! status: 1
--! stderr: task 1 'reader' waits for Channel
--! stderr: which nobody else can reach any more (all_kinds.lua:15); it is cancelled
--! stderr: started at all_kinds.lua:19
local closed = 0
local function clean_up()
    return setmetatable({}, { __close = function()
        sleep(0.001)
        closed = closed + 1
    end })
end
local function read()
    local c <close> = clean_up()
    plait.Channel():recv()
end
-- They stay here for nobody: handles that are kept could be cancelled.
local count = 0
local function start(f) count = count + 1; async{ f, name = count == 1 and "reader" or nil } end
start(read)
start(function() local c <close> = clean_up() plait.Channel():send(1) end)
start(function() local c <close> = clean_up() for _ in plait.Channel() do end end)
start(function() local c <close> = clean_up() plait.Event():wait() end)
start(function() local c <close> = clean_up() plait.Semaphore(0):acquire() end)
start(function() local c <close> = clean_up() plait.Barrier(2):wait() end)
start(function() local c <close> = clean_up() await(plait.Future()) end)
start(function()
    local c <close> = clean_up()
    local condition = plait.Condition()
    local held <close> = condition:acquire()
    condition:wait()
end)
start(function() local c <close> = clean_up() plait.select{ plait.Channel(), plait.Event(), plait.Channel():sending(2) } end)
start(function() local c <close> = clean_up() await(async(read)) end)
start(function() local c <close> = clean_up() gather(async(read), async(read)) end)
start(function() local c <close> = clean_up() plait.wait{ async(read) } end)
sleep(0.01) -- all wait, and so do those that they have started
collectgarbage()
sleep(0.1)
print(count, closed, #plait.strands()) --> 12	16	1
