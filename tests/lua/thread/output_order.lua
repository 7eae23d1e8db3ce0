-- The lines of a thread keep their order, and all of them are out before the program ends, into a pipe too.
if arg[1] == "child" then
    for name = 1, 4 do
        spawn_thread(function()
            for i = 1, 500 do
                if i % 2 == 0 then print(name, i) else io.write(name, "\t", i, "\n") end
            end
        end)
    end
    return
end

for _, redirect in ipairs{"", ">lines; cat lines"} do
    local out <close> = io.popen(("%s %s child %s"):format(arg[-1], arg[0], redirect))
    local last, bad = {0, 0, 0, 0}, 0
    for name, i in out:lines("n", "n") do
        if i ~= last[name] + 1 then bad = bad + 1 end
        last[name] = i
    end
    print(bad, table.unpack(last))
end
--> 0	500	500	500	500
--> 0	500	500	500	500
