-- Random operations give what a plain table gives, here, in a thread and in a child.
local function run(seed, count, t)
    math.randomseed(seed)
    local model, keys = {}, {1, 2, 3, 4, 5, 6, 7, 8, 2.5, "a", "b", "a long key of a table", true, false}
    local function pick() return keys[math.random(#keys)] end
    local function value()
        local kind = math.random(6)
        if kind == 1 then return nil end
        if kind == 2 then return math.random(100) / 4 end
        if kind == 3 then return ("x"):rep(math.random(40)) end
        if kind == 4 then return kind < 5 end
        return math.random(1000)
    end
    for step = 1, count do
        local k, v, what = pick(), value(), math.random(6)
        local wrong
        if what <= 3 then
            t[k], model[k] = v, v
        elseif what == 4 then
            plait.update(t, k, function(old)
                wrong = old ~= model[k]
                return v
            end)
            model[k] = v
        elseif what == 5 then
            local n = #t
            wrong = n > 0 and model[n] == nil or model[n + 1] ~= nil
        elseif step % 10 == 0 then
            local n = 0
            for key, got in pairs(t) do
                n = n + 1
                if got ~= model[key] then wrong = true end
            end
            for _ in pairs(model) do n = n - 1 end
            wrong = wrong or n ~= 0
        end
        if wrong or t[k] ~= model[k] or math.type(t[k]) ~= math.type(model[k]) then
            return ("seed %d, step %d: %s is %s, not %s"):format(seed, step, k, t[k], model[k])
        end
    end
    return "no difference"
end
local seed = tonumber(os.getenv("PLAIT_TEST_SEED")) or 7
print(run(seed, 20000, plait.Table())) --> no difference
print(await(spawn_thread(run, seed + 1, 5000, plait.Table()))) --> no difference
print(await(spawn_process(run, seed + 2, 1000, plait.Table()))) --> no difference
