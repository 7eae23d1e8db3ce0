-- Where both streams go to one place, they keep their order.
if arg[1] == "child" then
    warn("@on")
    for i = 1, 100 do
        print("out", i)
        io.stderr:write("err ", i, "\n")
        io.write("written ", i, "\n")
        warn("number ", tostring(i))
    end
    return
end

local out <close> = io.popen(("%s %s child 2>&1"):format(arg[-1], arg[0]))
local expected = {}
for i = 1, 100 do
    expected[#expected + 1] = ("out\t%d\nerr %d\nwritten %d\nLua warning: number %d\n"):format(i, i, i, i)
end
print(out:read("a") == table.concat(expected)) --> true
