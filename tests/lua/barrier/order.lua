-- The place is the order of arrival; a barrier for one lets it pass.
local barrier = plait.Barrier(3)
local first = async(barrier.wait, barrier)
plait.yield()
local second = async(barrier.wait, barrier)
plait.yield()
print(barrier, barrier:waiting()) --> Barrier 1 (2 of 3 wait)	2
print(barrier:wait(), await(first), await(second)) --> 3	1	2
print(plait.Barrier(1):wait(0)) --> 1
