-- When a strand has failed the waits of the block itself raise "cancelled", whose reason is the error;
-- behind the block they do not.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    print(await(start(function()
        local seen = {}
        local ok, err = pcall(function()
            local s <close> = plait.scope()
            s:async{ error, "boom", 0, name = "bad" }
            for _ = 1, 2 do
                local _, cancelled = pcall(sleep, 3600)
                seen[#seen + 1] = plait.kind(cancelled) .. "/" .. cancelled.message .. "/" .. cancelled.reason
            end
            return "lost"
        end)
        sleep(0)
        return seen[1], seen[1] == seen[2], ok, err
    end)))
end
--> cancelled/cancelled: task 2 'bad' failed: boom/boom	true	false	boom
--> cancelled/cancelled: task 1 'bad' failed: boom/boom	true	false	boom
--> cancelled/cancelled: task 1 'bad' failed: boom/boom	true	false	boom
