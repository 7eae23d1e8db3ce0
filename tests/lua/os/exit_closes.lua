-- os.exit(code, true) closes the state: pending <close> and finalizers run.
-- Without that they do not.
local function run(call)
    local out <close> = io.popen(([[%s -e '
        local closed <close> = setmetatable({}, {__close = function() print("closed") end})
        keep = setmetatable({}, {__gc = function() print("collected") end})
        print("%s")
        %s' 2>&1]]):format(arg[-1], call, call))
    io.write(out:read("a"))
end

run "os.exit(0, true)"
--> os.exit(0, true)
--> closed
--> collected
run "os.exit(0)"
--> os.exit(0)
