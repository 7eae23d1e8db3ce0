-- globals = {...} takes along globals whose names are only computed.
function helper() return "helped by " .. other end
other = "another"
local function body(name) return load("return " .. name)() end
print(await(spawn_thread(body, "helper"))) --> nil
print(await(spawn_thread{ function(name) return load("return " .. name .. "()")() end, "helper", globals = {"helper"} }))
--> helped by another
