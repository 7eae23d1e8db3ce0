-- A failure of a task, a thread or a process is raised as itself where the block ends.
local function fail() error({ code = 7 }) end
for _, verb in ipairs{ "async", "spawn_thread", "to_thread", "spawn_process" } do
    local task
    local ok, err = pcall(function()
        local s <close> = plait.scope()
        task = s:async(sleep, 3600)
        s[verb](s, fail)
    end)
    print(verb, ok, err.code, task:status())
end
--> async	false	7	cancelled
--> spawn_thread	false	7	cancelled
--> to_thread	false	7	cancelled
--> spawn_process	false	7	cancelled
