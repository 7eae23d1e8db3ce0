-- plait.on_unhandled gets each error that nobody received; the status is 1 all the same.
--! status: 1
--! order: free
plait.on_unhandled(function(err, text)
    print(err, text:match("started at %S+"))
end)
async(error, "of the task")
spawn_thread(error, "of the thread")
spawn_process(error, "of the process")
--> of the task	started at on_unhandled.lua:7
--> of the thread	started at on_unhandled.lua:8
--> of the process	started at on_unhandled.lua:9
