-- kind, name and id of each handle; a handle has no other fields to set.
local f = function() end
local handles = { async{ f, name = "a" }, spawn_thread{ f, name = "b" }, spawn_process{ f, name = "c" }, plait.Future() }
for _, h in ipairs(handles) do print(h.kind, h.name, math.type(h.id)) end
--> task	a	integer
--> thread	b	integer
--> process	c	integer
--> future	nil	integer
print(async(f).id ~= async(f).id, handles[1].id == handles[1].id) --> true	true
print(handles[1].nothing, (pcall(function() handles[1].name = "x" end))) --> nil	false
print(tostring(handles[1]):match("^task %d+ 'a'$") ~= nil) --> true
