-- threading.Event: wait gives true or false.
local threading = require "plait.threading"
local multiprocessing = require "plait.multiprocessing"
local event = threading.Event()
print(event:is_set(), event:wait(0), event:wait(0.005)) --> false	false	false
local done = plait.Channel(9)
local function work(its) done:send(its:wait(30)) end
local strands = {threading.Thread{target = work, args = {event}}, multiprocessing.Process{target = function() work(event) end}}
for _, strand in ipairs(strands) do strand:start() end
async(work, event)
event:set()
print(done:recv(), done:recv(), done:recv(), event:is_set(), event:wait()) --> true	true	true	true	true
event:clear()
print(event:is_set()) --> false
for _, strand in ipairs(strands) do strand:join() end
print(multiprocessing.Event == threading.Event, require("plait.asyncio").Event == threading.Event) --> true	true
