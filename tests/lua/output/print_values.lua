-- print shows what tostring gives, with tabs between and zeros inside.
print() -->
print(nil, true, 12, 1.5, 2^53, -0.0, "text") --> nil	true	12	1.5	9.007199254741e+15	-0.0	text
print(setmetatable({}, {__tostring = function() return "shown" end})) --> shown
print((tostring(setmetatable({}, {__name = "my.type"})):gsub("0x%x+", "0x"))) --> my.type: 0x
print(select("#", print())) -->
--> 0
print(pcall(print, setmetatable({}, {__tostring = function() return {} end})))
--> false	'__tostring' must return a string
print(pcall(print, "not printed", setmetatable({}, {__tostring = function() error("no text", 0) end})))
--> false	no text

-- What __tostring prints comes before, as a line of its own.
print("outer", setmetatable({}, {__tostring = function() print("inner") return "text" end}))
--> inner
--> outer	text

local out <close> = io.popen(arg[-1] .. [[ -e 'print("a\0b", ("x"):rep(10000))']])
local text = out:read("a")
print(#text, text:sub(1, 5) == "a\0b\tx") --> 10005	true
