-- What was printed before a process starts stands before what it prints; its lines are out before it is done.
if arg[1] == "child" then
    io.write("one\n")
    await(spawn_process(function() io.write("two\n") print("three") end))
    io.write("four\n")
    await(spawn_process("echo", "five"))
    io.write("six\n")
    return
end
for _, redirect in ipairs{"", ">lines; cat lines"} do
    local out <close> = io.popen(("%s %s child %s"):format(arg[-1], arg[0], redirect))
    print((out:read("a"):gsub("\n", ".")))
end
--> one.two.three.four.five.six.
--> one.two.three.four.five.six.
