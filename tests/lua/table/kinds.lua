-- A Table keeps each kind of value as it is.
local t = plait.Table()
local lock, task = plait.Lock(), async(function() return 7 end)
local values = {true, false, 3, 3.0, -0.5, math.huge, math.mininteger, "", "short", ("long "):rep(20), "a\0b", lock}
for i, v in ipairs(values) do t[i] = v end
for i, v in ipairs(values) do
    if t[i] ~= v or math.type(t[i]) ~= math.type(v) or type(t[i]) ~= type(v) then print(i, v, t[i]) end
end
print(#t, t[3], t[4], t[13]) --> 12	3	3.0	nil
t[3] = nil
t.task, t.self, t.nan = task, t, 0/0
print(t[3], t.task:await(), t.self == t, t.nan ~= t.nan, type(t)) --> nil	7	true	true	userdata
t.lock = lock
print(t.lock == lock, t.lock:try() == lock, lock:locked()) --> true	true	true
