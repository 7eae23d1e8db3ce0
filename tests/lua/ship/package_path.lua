-- The other side finds modules where this one does: package.path goes along.
local file <close> = assert(io.open("found_here.lua", "w"))
file:write("return {name = ...}")
file:close()
assert(os.execute("mkdir -p lib && mv found_here.lua lib"))
package.path = "./lib/?.lua"
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(function() return require("found_here").name end)))
end
--> found_here
--> found_here
