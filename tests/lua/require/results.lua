-- What require returns and sets is what it does in stock Lua.
local function write(name, text)
    local file <close> = io.open(name, "w")
    file:write(text)
end

write("value.lua", "return {...}")
write("nothing.lua", "")
write("no.lua", "return false")
write("sets.lua", "package.loaded[...] = 'set' return nil")
write("both.lua", "package.loaded[...] = 'set' return 'returned'")
local value, where = require("value")
print(where, value[1], value[2], require("value") == value) --> ./value.lua	value	./value.lua	true
print(select("#", require("value"))) --> 1
print(require("nothing")) --> true	./nothing.lua
print(require("no")) --> false	./no.lua
print(require("no")) --> false	./no.lua
print(require("sets")) --> set	./sets.lua
print(require("both")) --> returned	./both.lua
package.loaded.value = nil
print(require("value") == value) --> false
package.preload["a.b"] = function(...) return select("#", ...) end
print(require("a.b")) --> 2	:preload:
table.insert(package.searchers, 1, function(name)
    if name == "own" then return function(_, data) return data end, 42 end
    if name == "bare" then return function(_, data) return {data} end end
end)
print(require("own")) --> 42	42
print(#require("bare")) --> 0
table.remove(package.searchers, 1)

-- A searcher may wait.
package.searchers[#package.searchers + 1] = function(name)
    plait.yield()
    if name == "late" then return function() return "found late" end end
    return "waited for nothing"
end
print(await(async(require, "late"))) --> found late	nil
print((select(2, pcall(require, "absent")):match("[^\n]*$"):gsub("\t", ""))) --> waited for nothing
