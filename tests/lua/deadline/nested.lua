-- Nested deadlines: the smallest wins; behind the inner block the outer one still counts.
local function try(outer, inner)
    local ok, err = pcall(function()
        local a <close> = plait.deadline(outer)
        local ok, err = pcall(function()
            local b <close> = plait.deadline(inner)
            sleep(3600)
        end)
        print(err.deadline)
        sleep(0.002)
        return "went on"
    end)
    print(ok, plait.kind(err) and err.deadline or err)
end
try(0.001, 3600)
--> nested.lua:4
--> false	nested.lua:4
try(3600, 0.001)
--> nested.lua:6
--> true	went on
