-- A task cannot wait in gsub's function, tostring, a load reader, xpcall's handler.
local function try(name, f)
    local ok, err = await(async(pcall, f))
    print(ok, plait.kind(err), err.message:match("C function '[^']*" .. name .. "'"), err.message:match("called at .-%d+"))
end
local gate = plait.Future()
try("gsub", function() string.gsub("x", "x", function() await(gate) end) end)
--> false	usage	C function 'gsub'	called at cannot_wait_in_gsub.lua:7
try("tostring", function() local s = tostring(setmetatable({}, { __tostring = function() plait.yield() end })) return s end)
--> false	usage	C function 'tostring'	called at cannot_wait_in_gsub.lua:9
try("print", function() local s = print(setmetatable({}, { __tostring = function() sleep(1) end })) return s end)
--> false	usage	C function 'print'	called at cannot_wait_in_gsub.lua:11
local loaded, why = await(async(function() return load(function() sleep(1) end) end))
print(loaded, plait.kind(why), tostring(why):match("C function 'load'")) --> nil	usage	C function 'load'
local caught = await(async(function() return select(2, xpcall(error, function() return select(2, pcall(sleep, 1)) end)) end))
print(plait.kind(caught)) --> usage
