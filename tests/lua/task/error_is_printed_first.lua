-- The error of the main script is printed before the clean-up of the others runs.
async(function()
    local closed <close> = setmetatable({}, { __close = function(self)
        local printed = assert(io.open("/proc/self/fd/2")):read("a")
        print(printed:match("%[main's error%]"))
    end })
    await(plait.Future())
end)
plait.yield()
error(setmetatable({}, { __tostring = function() return "[main's error]" end }))
--> [main's error]
--! status: 1
--! stderr: [main's error]
