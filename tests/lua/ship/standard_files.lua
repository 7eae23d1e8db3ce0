-- io.stdout, io.stderr and io.stdin travel by name.
local out = io.stdout
for _, start in ipairs{spawn_thread, spawn_process} do
    local a, b = await(start(function(file, list)
        assert(file == io.stdout and list.err == io.stderr and list.input == io.stdin)
        out:write("written there\n")
        return out, list.err
    end, io.stdout, {err = io.stderr, input = io.stdin}))
    print(a == io.stdout, b == io.stderr)
end
--> written there
--> true	true
--> written there
--> true	true
