-- warn writes whole messages, and obeys its control messages as stock Lua.
if arg[1] == "child" then
    warn("off at first")
    warn("@on")
    warn("one")
    warn("two ", "parts")
    warn("@unknown")
    warn("not a control: ", "@off")
    warn("@off")
    warn("unseen")
    warn("@", "on") -- a message of two parts
    warn("unseen")
    warn("a last part counts while it is off", "@on")
    warn("x", ("y"):rep(10000))
    return
end

local out <close> = io.popen(("%s %s child 2>&1"):format(arg[-1], arg[0]))
for line in out:lines() do print(#line > 100 and #line or line) end
--> Lua warning: one
--> Lua warning: two parts
--> Lua warning: not a control: @off
--> 10014
print(pcall(warn)) --> false	bad argument #1 to 'warn' (string expected, got no value)
print(pcall(warn, "a", {})) --> false	bad argument #2 to 'warn' (string expected, got table)
