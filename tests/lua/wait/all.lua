-- Waits for all ends if nothing else is said; errors are not raised.
local function fail() error("no", 0) end
local list = { async(sleep, 0.01), async(fail), spawn_thread(fail), spawn_process(sleep, 0.01) }
local done, pending = plait.wait(list)
print(#done, #pending) --> 4	0
for i = 1, 4 do io.write(tostring(done[i] == list[i]), " ", list[i]:status(), " ") end
print(list[2]:error(), list[3]:error()) --> true done true failed true failed true done no	no
print(#plait.wait({}), select("#", plait.wait({}))) --> 0	2
