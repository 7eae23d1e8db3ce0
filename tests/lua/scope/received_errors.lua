-- What the block has raised, and the others of it, are received: nothing is reported at the end.
print(pcall(function()
    local s <close> = plait.scope()
    for _, verb in ipairs{ "async", "spawn_thread", "spawn_process" } do s[verb](s, error, "boom", 0) end
end)) --> false	boom
