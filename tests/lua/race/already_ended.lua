-- Those that have ended already come first, in the order of the list; an ended
-- strand is not affected by the cancellation.
local a, b = async(function() return "a" end), async(function() return "b" end)
gather(a, b)
print(plait.race(async(sleep, 60), b, a)) --> 2	b
print(a:status(), b:status(), await(a)) --> done	done	a
