-- What cannot be written is an error, at the latest when the program ends.
local function run(code)
    local shell = ("%s -e '%s' 2>&1 >/dev/full; echo status $?"):format(arg[-1], code)
    local out <close> = io.popen(shell)
    local text = out:read("a"):gsub(arg[-1]:gsub("%p", "%%%0"), "plait")
    print(text:match("^[^\n]+"))
    print(text:match("([^\n]+)\n$"))
end

run[[print("x") io.stderr:write("not reached\n")]]
--> plait: (command line):1: cannot write to standard output: No space left on device
--> status 1
run[[io.write("x")]]
--> plait: cannot write to standard output: No space left on device
--> status 1
run[[io.stdout:setvbuf("no") print(select(2, pcall(io.write, "x")))]]
--> plait: (command line):1: cannot write to standard output: No space left on device
--> status 1
run[[io.stdout:setvbuf("no") io.stderr:write(select(2, io.write("x")), "\n")]]
--> No space left on device
--> status 1
