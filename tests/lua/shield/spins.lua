-- Code in a shield that does not wait is not interrupted either.
local running = plait.Event()
local h = spawn_thread(function()
    return plait.shield(function()
        running:set()
        local start = plait.now()
        repeat local t = {} until plait.now() - start > 0.2
        return "whole"
    end)
end)
running:wait()
h:cancel()
print(await(h), h:status()) --> whole	done
