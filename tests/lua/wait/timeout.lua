-- timeout: what has ended by then.
local quick, slow = async(sleep, 0.01), async(sleep, 60)
local done, pending = plait.wait({ slow, quick }, { timeout = 0.05 })
print(#done, done[1] == quick, #pending, pending[1] == slow) --> 1	true	1	true
print(#plait.wait({ slow }, { timeout = 0 })) --> 0
print(#plait.wait({ quick }, { timeout = 0 })) --> 1
print(#plait.wait({ slow, quick }, { when = "first", timeout = 5 })) --> 1
slow:cancel()
print(#plait.wait({ slow }, { timeout = math.huge })) --> 1
