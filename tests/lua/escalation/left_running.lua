-- What a program leaves running is left alone unless the program was cancelled: when it ends by itself, or by a signal.
local group = require "group"
for _, ending in ipairs{ "exit 3", "wait" } do
    local name, output <close> = group.pipe()
    local other = group.make()
    local to_it <close> = io.open(other, "r+")
    local program = group.shell(name, "(read line; echo $line) <" .. other .. " & echo ready; " .. ending)
    print(output.line())
    if ending == "wait" then program:terminate() end
    pcall(await, program)
    print(program.exitcode, program.signal)
    to_it:write("still there\n")
    to_it:flush()
    io.write(output.rest())
    os.remove(other)
end
--> ready
--> 3	nil
--> still there
--> ready
--> nil	15
--> still there
