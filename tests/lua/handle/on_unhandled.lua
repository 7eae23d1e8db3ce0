-- plait.on_unhandled(f) gets the errors that nobody received, in place of the report.
plait.on_unhandled(function(err, text)
    print("hook", err.code or err, type(text))
end)
async(function() error({ code = 1 }) end)
spawn_thread(function() error({ code = 2 }) end)
spawn_process(function() error({ code = 3 }) end)
--! order: free
--! status: 1
--> hook	1	string
--> hook	2	string
--> hook	3	string
