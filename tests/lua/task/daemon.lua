-- The end does not wait for daemons; they are cancelled, and their clean-up runs.
local function serve()
    local closed <close> = setmetatable({}, { __close = function(self, err)
        plait.yield()
        print("cleaned up", plait.kind(err))
    end })
    sleep(3600)
end
async{ serve, daemon = true }
async(function() plait.yield() print("ordinary task") end)
plait.yield()
print("main ends")
--> main ends
--> ordinary task
--> cleaned up	cancelled
