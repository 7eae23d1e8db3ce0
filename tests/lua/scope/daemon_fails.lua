-- A daemon that fails is a failure like any other.
print(pcall(function()
    local s <close> = plait.scope()
    s:async{ error, "boom", 0, daemon = true }
    sleep(3600)
end)) --> false	boom
