-- In tasks, threads and processes alike; the strand goes on behind the block.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local kind, behind = await(start(function()
        local ok, err = pcall(function()
            local d <close> = plait.deadline(0.001)
            sleep(3600)
        end)
        sleep(0.001)
        return plait.kind(err), "behind"
    end))
    print(kind, behind)
end
--> timeout	behind
--> timeout	behind
--> timeout	behind
