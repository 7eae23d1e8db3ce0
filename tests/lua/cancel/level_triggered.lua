-- After a cancellation every later wait raises it again, until the strand ends.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready = plait.Channel()
    local h = start(function()
        ready:send(true)
        local count = 0
        local lock, ch, f = plait.Lock(), plait.Channel(), plait.Future()
        for _, wait in ipairs{ function() sleep(3600) end, function() plait.yield() end, function() f:await() end,
            function() ch:recv() end, function() gather(f) end, function() sleep(0) end } do
            local ok, err = pcall(wait)
            if not ok and plait.kind(err) == "cancelled" then count = count + 1 end
        end
        return count
    end)
    ready:recv()
    h:cancel()
    print(await(h), h:status())
end
--> 6	done
--> 6	done
--> 6	done
