-- args may hold nils when it has .n; kwargs is the last argument; results come back through the handle.
local threading = require "plait.threading"

local function show(...)
    local out = {}
    for i = 1, select("#", ...) do
        local v = select(i, ...)
        out[i] = type(v) == "table" and plait.repr(v) or tostring(v)
    end
    return table.concat(out, " ")
end

local function run(options)
    options.target = show
    local t = threading.Thread(options)
    t:start()
    t:join()
    return await(t.handle)
end

print(run{}) -->
print(run{args = {1, 2.5, "x", true}}) --> 1 2.5 x true
print(run{args = {1, nil, 3, nil, n = 4}}) --> 1 nil 3 nil
print(run{args = {1}, kwargs = {color = "red"}}) --> 1 {color = "red"}
print(run{args = table.pack(nil), kwargs = {}}) --> nil {}
