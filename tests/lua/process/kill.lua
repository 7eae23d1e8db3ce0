-- kill sends SIGKILL, or the signal given by number or name, to functions and to programs.
local function kill(...)
    for _, how in ipairs{"function", "program"} do
        local running, process = plait.Channel(), nil
        if how == "function" then
            process = spawn_process(function() running:send(true) sleep(600) end)
            running:recv()
        else
            process = spawn_process("sleep", "600")
        end
        assert(process:kill(...) == process)
        local ok, err = pcall(await, process)
        print(ok, plait.kind(err), err.signal, process.signal, process.exitcode)
    end
end
kill()
--> false	died	9	9	nil
--> false	died	9	9	nil
kill(9)
--> false	died	9	9	nil
--> false	died	9	9	nil
kill("HUP")
--> false	died	1	1	nil
--> false	died	1	1	nil
kill("SIGABRT")
--> false	died	6	6	nil
--> false	died	6	6	nil
