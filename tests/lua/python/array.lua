-- multiprocessing.Array: numbers in shared memory, by Python's letters for types, with a lock.
local multiprocessing = require "plait.multiprocessing"
local array = multiprocessing.Array("i", 4)
print(#array, array[1], array) --> 4	0	Array("i32", 4)
local function add(its, n)
    its:get_lock():with(function()
        for i = 1, #its do its[i] = its[i] + n end
    end)
end
local p, q = multiprocessing.Process{target = add, args = {array, 1}}, multiprocessing.Process{target = function() add(array, 10) end}
p:start()
q:start()
add(array, 100)
p:join()
q:join()
for i, n in ipairs(array) do print(i, n) end
--> 1	111
--> 2	111
--> 3	111
--> 4	111
local floats = multiprocessing.Array("d", {1, 2.5})
print(floats[1], floats[2], floats[3], floats:get_obj().type) --> 1.0	2.5	nil	f64
print(multiprocessing.Array("B", {255})[1], #multiprocessing.Array("q", 3)) --> 255	3
print(select(2, pcall(function() multiprocessing.Array("x", 3) end))) --> array.lua:24: Array: unknown type 'x', expected "i" or "d"
