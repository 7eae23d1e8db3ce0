-- What cannot be written is an error, at the latest when the program ends.
local function run(code)
    local shell = ("%s -e '%s' 2>&1 >/dev/full; echo status $?"):format(arg[-1], code)
    local out <close> = io.popen(shell)
    io.write((out:read("a"):gsub(arg[-1]:gsub("%p", "%%%0"), "plait")))
end

run[[print("x") io.stderr:write("not reached\n")]]
--> plait: (command line):1: cannot write to standard output: No space left on device
--> stack traceback:
-->	[C]: in function 'print'
-->	(command line):1: in main chunk
-->	[C]: in ?
--> status 1
run[[io.write("x")]]
--> plait: cannot write to standard output: No space left on device
--> status 1
run[[io.stdout:setvbuf("no") io.stderr:write(tostring(io.write("x")), "\n")]]
--> nil
--> plait: cannot write to standard output: Input/output error
--> status 1
