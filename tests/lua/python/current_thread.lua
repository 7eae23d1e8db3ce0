-- Threads know their names and numbers; the main thread is MainThread.
local threading = require "plait.threading"

local go = plait.Channel(1)
local waiting = threading.Thread{target = function() go:recv() end}
print(waiting.name) --> Thread-1
waiting:start()
print(threading.active_count()) --> 2
print(threading.enumerate()[2] == waiting) --> true

local function body(parent)
    local me = threading.current_thread()
    print(me.name) --> worker
    print(me.ident == threading.get_ident()) --> true
    print(me.ident ~= parent) --> true
    print(await(async(function() return threading.current_thread().name end))) --> worker
end

local worker = threading.Thread{target = body, name = "worker", args = {threading.get_ident()}}
worker:start()
worker:join()
go:send(true)
waiting:join()
print(threading.current_thread().name) --> MainThread
print(threading.current_thread() == threading.main_thread()) --> true
print(threading.main_thread().ident == threading.get_ident()) --> true
print(threading.active_count()) --> 1
