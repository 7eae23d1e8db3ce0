-- Future: a promise that is kept by hand, from anywhere. Here a cache in which the first who asks for a page begins to
-- load it, and everybody else waits for the same one.

local loads = 0
local pages = {} -- address -> Future

local function load_page(address)
    loads = loads + 1
    sleep(0.02)
    if address:find("missing") then error("no page " .. address, 0) end
    return ("<%s>"):format(address)
end

local function get(address)
    local page = pages[address]
    if not page then
        page = plait.Future()
        pages[address] = page
        local ok, content = pcall(load_page, address)
        if ok then page:resolve(content) else page:reject(content) end
    end
    return await(page)
end

local readers = {}
for i = 1, 6 do readers[i] = async(get, i % 2 == 0 and "/news" or "/about") end
print(table.concat(gather(readers), " "), loads .. " loads")

local results = gather{ async(get, "/missing"), async(get, "/missing"), settle = true }
for _, result in ipairs(results) do print(result.ok, result.error) end
print(loads .. " loads")

-- A future travels: a process may keep the promise.
local answer = plait.Future()
spawn_process(function() answer:resolve(6 * 7) end)
print(await(answer))
