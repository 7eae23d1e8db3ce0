-- A line that is printed reaches a pipe while the program goes on.
if arg[1] == "child" then
    print("one")
    print("two")
    local gate <close> = io.open("gate") -- waits until the parent opens it too
    return
end

assert(os.execute("mkfifo gate"))
local out <close> = io.popen(("%s %s child"):format(arg[-1], arg[0]))
print(out:read("l")) --> one
print(out:read("l")) --> two
io.open("gate", "w"):close()
