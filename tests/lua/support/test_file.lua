-- Runs the text of a test file by plait.test.run, in this process: test_file(text[, options]) -> result, with the events in
-- order, and by the names of tests.
local fs = plait.fs

return function(text, options)
    options = options or {}
    local folder <close> = assert(fs.temp_folder())
    local path = folder.path .. "/" .. (options.file or "a_test.lua")
    assert(fs.write(path, text))
    local events, by_name = {}, {}
    local done = require "plait.test.run".run(path, options, function(event)
        events[#events + 1] = event
        if event.event == "end" then by_name[event.name] = event end
    end)
    local plan
    for _, event in ipairs(events) do plan = event.event == "plan" and event or plan end
    local result = { events = events, by_name = by_name, done = done, plan = plan.tests }

    -- "passed", or "failed: message" with the places of the file left out.
    function result.status(name)
        local event = by_name[name]
        if not event then return "not run" end
        local list = { event.status }
        for _, failure in ipairs(event.failures or {}) do
            local where = failure.where and failure.where:match(":(%d+)$")
            list[#list + 1] = ((where and where .. ": " or "") .. failure.message):gsub(folder.path:gsub("%p", "%%%0"), "DIR")
        end
        return table.concat(list, " | ")
    end
    return result
end
