-- os.exit in a child ends it before it returned: kind "died" with its exit code, and its output is out.
for _, code in ipairs{3, 0, 255} do
    local process = spawn_process(function()
        io.write("last words\n")
        os.exit(code)
    end)
    local ok, err = pcall(await, process)
    print(ok, plait.kind(err), err.exitcode, err.signal, err.pid == process.pid, process.exitcode)
end
--> last words
--> false	died	3	nil	true	3
--> last words
--> false	died	0	nil	true	0
--> last words
--> false	died	255	nil	true	255
