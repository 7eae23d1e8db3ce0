-- plait.strands() tells of each strand whether it runs, is ready or waits, for what, and where.
local lock, channel, event = plait.Lock(), plait.Channel(), plait.Event()

local function show(record)
    local object = record.object and record.object:gsub("(%u%a+) %d+", "%1 N")
    print(record.key, record.name, record.state, record.wait, record.place, object)
    print("  ", record.held_by, record.held_at, record.started_at)
end

local holder = async{ function()
    local _ <close> = lock:acquire()
    event:wait()
end, name = "holder" }
async(function() local _ <close> = lock:acquire() end)
async(function() plait.select{ channel, channel:sending(1), event } end)
async(gather, { holder, function() event:wait() end })
plait.yield()
async(tostring, 1)
for _, record in ipairs(plait.strands()) do show(record) end
--> the main strand	nil	running	nil	states.lua:19	nil
-->   	nil	nil	nil
--> task 1	holder	waiting	event	states.lua:12	Event N
-->   	nil	nil	states.lua:10
--> task 2	nil	waiting	lock	states.lua:14	Lock N
-->   	task 1	states.lua:11	states.lua:14
--> task 3	nil	waiting	select	states.lua:15	Channel N, sending to Channel N, Event N
-->   	nil	nil	states.lua:15
--> task 4	nil	waiting	await	nil	task 1 'holder', task 5
-->   	nil	nil	states.lua:16
--> task 5	nil	ready	nil	nil	nil
-->   	nil	nil	nil
--> task 6	nil	ready	nil	nil	nil
-->   	nil	nil	states.lua:18

-- A task sees the main strand wait.
await(async(function()
    local main, own = plait.strands()[1], nil
    for _, record in ipairs(plait.strands()) do
        if record.state == "running" then own = record end
    end
    print(main.state, main.wait, main.place, main.object:match("^task")) --> waiting	await	states.lua:36	task
    print(own.kind, own.place) --> task	states.lua:38
end))
for _, task in ipairs(plait.tasks()) do task:cancel() end
