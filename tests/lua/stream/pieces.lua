-- What is read is the same however it comes: in one piece, in several, ahead of what is asked for; whoever came first is first, also
-- when what he reads comes in pieces.
local net = plait.net
local listener <close> = assert(net.listen("localhost:0"))
local near <close> = assert(net.connect(listener.address))
local far <close> = assert(listener:accept())
-- Sends it when the other strand waits for it.
local function later(...)
    local list = { ... }
    return async(function()
        for _, piece in ipairs(list) do
            for _ = 1, 5 do plait.yield() end
            near:write(piece)
        end
    end)
end
near:write("one\ntwo\n\nfour\nfi")
print(far:read(), far:read("L") == "two\n", far:read("l") == "", far:read("*l")) --> one	true	true	four
later("ve\nsix", "\n")
print(far:read("l"), far:read("l")) --> five	six
near:write("12345678")
print(far:read(3), far:read(1), far:read(0) == "", far:read(2), far:read(2)) --> 123	4	true	56	78
later("ab", "c", "defg\nh\n")
print(far:read(5), far:read("l"), far:read("l")) --> abcde	fg	h
later("\n", "x\ny", "\n")
print(far:read("L") == "\n", far:read("L") == "x\n", far:read(2) == "y\n") --> true	true	true
-- Three strands read, and what the first reads comes in pieces.
local readers = { async(far.read, far, "l"), async(far.read, far, 4), async(far.read, far) }
later("fir", "st\nse", "co", "third\n")
for i = 1, 3 do print(await(readers[i])) end
--> first
--> seco
--> third
-- One that is cancelled leaves what has come to the next.
local impatient = async(far.read, far, "l")
for _ = 1, 3 do plait.yield() end
near:write("half")
for _ = 1, 20 do plait.yield() end
impatient:cancel()
pcall(await, impatient)
near:write(" and half\n")
print(far:read("l")) --> half and half
-- The end, in the middle.
local lines = {}
local reading = async(function() for line in far:lines() do lines[#lines + 1] = line end end)
near:write("a\nb")
near:write("\nc")
near:shutdown()
await(reading)
print(table.concat(lines, ","), far:read("l"), far:read(1)) --> a,b,c	nil	nil
print(far:write("x") == far, far:write("y", "z") == far, near:read(3)) --> true	true	xyz
