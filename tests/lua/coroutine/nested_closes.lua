-- A chain of closes, of which Lua 5.4.4 does not count the C stack, ends in an
-- error before that does; in the main strand, a thread and a task.
local function chain(n)
    local cos, depth, first = {}, 0, nil
    for i = 1, n do
        cos[i] = coroutine.create(function()
            local closed <close> = setmetatable({}, {__close = function()
                depth = depth + 1
                if i == n then return end
                local ok, err = pcall(coroutine.close, cos[i + 1])
                if not ok then first = err end
            end})
            coroutine.yield()
        end)
        coroutine.resume(cos[i])
    end
    print(coroutine.close(cos[1]), depth, first)
end

chain(140) --> true	140	nil
chain(3000) --> true	150	too many nested close calls
await(spawn_thread(chain, 3000)) --> true	150	too many nested close calls
await(async(chain, 3000)) --> true	150	too many nested close calls
chain(140) --> true	140	nil
