-- One loop is for one strand: a second one that waits in it is told so. When
-- nobody waits any more, another may go on.
local slow = plait.Future()
local next_ended = plait.as_completed{ slow }
local waiting = async(next_ended)
plait.yield()
print(plait.kind(select(2, pcall(next_ended)))) --> usage
waiting:cancel()
plait.wait{ waiting }
async(slow.resolve, slow, "x")
print(next_ended() == slow, next_ended()) --> true	nil
