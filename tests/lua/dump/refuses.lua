-- What nothing can be written to is refused; anything with a method `write` will do.
for _, what in ipairs{ 3, "x", {}, print } do print((select(2, pcall(plait.dump, what)).message)) end
--> refuses.lua:2: dump: argument 1 is 3 (a number), not an open file; write plait.dump(io.stdout)
--> refuses.lua:2: dump: argument 1 is "x" (a string), not an open file; write plait.dump(io.stdout)
--> refuses.lua:2: dump: argument 1 is a table, not an open file; write plait.dump(io.stdout)
--> refuses.lua:2: dump: argument 1 is a function, not an open file; write plait.dump(io.stdout)
print(plait.dump{ write = function(_, text) return (text:match("the main strand runs")), nil end })
--> the main strand runs	nil
