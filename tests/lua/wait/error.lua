-- when = "error": until one has failed or was cancelled, or all have ended.
local ended = async(function() return 1 end)
local failing = async(function()
    sleep(0.01)
    error("x", 0)
end)
local slow = async(sleep, 60)
local done, pending = plait.wait({ slow, ended, failing }, { when = "error" })
print(#done, done[1] == ended, done[2] == failing, pending[1] == slow) --> 2	true	true	true
print(failing:error()) --> x
local other = async(sleep, 60)
plait.yield()
slow:cancel()
done, pending = plait.wait({ slow, ended, other }, { when = "error" })
print(#done, done[1] == slow, #pending) --> 2	true	1
other:cancel()
done, pending = plait.wait({ ended, async(sleep, 0) }, { when = "error" })
print(#done, #pending) --> 2	0
