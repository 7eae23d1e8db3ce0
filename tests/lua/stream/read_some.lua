-- What has come is given at once, whatever it is; nothing of it is lost, and the end is nil.
local net = plait.net
local listener <close> = assert(net.listen("localhost:0"))
local near <close> = assert(net.connect(listener.address))
local far <close> = assert(listener:accept())
near:write("no line, no end")
print(far:read_some(7), far:read_some()) --> no line	, no end
print(far:read_some(5, 0)) --> nil	timeout
local waits = async(far.read_some, far)
for _ = 1, 5 do plait.yield() end
near:write("late")
print(await(waits)) --> late
near:write("line\nrest")
print(far:read(), far:read_some()) --> line	rest
-- One that is cancelled leaves what comes to the next.
waits = async(far.read_some, far)
plait.yield()
waits:cancel()
print(pcall(await, waits)) --> false	cancelled
near:write("kept")
print(far:read_some(100, { timeout = 60 })) --> kept
-- All of a long text, in pieces.
local text = ("0123456789"):rep(1 << 17)
local writer = async(near.write, near, text)
local parts, size = {}, 0
while size < #text do
    parts[#parts + 1] = far:read_some(70000)
    assert(#parts[#parts] <= 70000)
    size = size + #parts[#parts]
end
await(writer)
print(table.concat(parts) == text) --> true
near:close()
print(far:read_some()) --> nil
local function why(...) return (tostring(select(2, pcall(far.read_some, far, ...))):gsub("^%S+ ", "")) end
for _, most in ipairs{ 0, 1.5, "x" } do print(why(most)) end
--> read_some: argument 1 is 0 (a number), not a number of bytes, 1 or more
--> read_some: argument 1 is 1.5 (a number), not a number of bytes, 1 or more
--> read_some: argument 1 is "x" (a string), not a number of bytes, 1 or more
print(why(1, "x")) --> read_some: options are "x" (a string), not a table or a number of seconds
local file <close> = assert(plait.fs.open(arg[0]))
print(#file:read_some(10)) --> 10
