-- Looks whether services are well, all at the same time, each within its time.
--
--     plait scripts/health_check.lua http://localhost:8080/health localhost:5432 unix:/run/app.sock
--
-- What begins with http is asked, and has to answer with a status below 400; to anything else it only connects. The exit status
-- is 1 unless all are well. Without arguments it starts some services of its own, good and bad.

local http, net = plait.http, plait.net
local TIMEOUT = 0.5

-- true, or false and why not.
local function check(address)
    if address:find("^https?://") then
        local response, message = http.get(address, { timeout = TIMEOUT })
        if not response then return false, message end
        return response.status < 400, "status " .. response.status
    end
    local conn <close>, message = net.connect(address, { timeout = TIMEOUT })
    return conn ~= nil, message
end

-- Checks all of them; a list of {is_well, why} in their order, and whether all are well.
local function check_all(addresses)
    local tasks, results, all_well = {}, {}, true
    for i, address in ipairs(addresses) do tasks[i] = async(check, address) end
    for i, task in ipairs(tasks) do
        local is_well, why = await(task)
        results[i] = { is_well = is_well, why = why }
        all_well = all_well and is_well
    end
    return results, all_well
end

if arg and arg[1] then
    local results, all_well = check_all(arg)
    for i, result in ipairs(results) do
        print(("%-4s %s%s"):format(result.is_well and "ok" or "BAD", arg[i], result.is_well and "" or ": " .. result.why))
    end
    os.exit(all_well and 0 or 1, true)
end

local web <close> = assert(http.serve("localhost:0", function(request)
    if request.path == "/health" then return "fine\n" end
    if request.path == "/overloaded" then return { status = 503, body = "come back later\n" } end
    if request.path == "/stuck" then sleep(60) end
end))
local listener <close> = assert(net.listen("localhost:0"))
local gone = assert(net.listen("localhost:0"))
gone:close()

local services = {
    { "a web service", web.url .. "health" },
    { "a database", listener.address },
    { "one that has too much to do", web.url .. "overloaded" },
    { "one that does not answer", web.url .. "stuck" },
    { "one that does not run", gone.address },
    { "one that nobody has installed", "unix:nowhere.sock" },
}
local addresses = {}
for i, service in ipairs(services) do addresses[i] = service[2] end
local began = plait.now()
local results, all_well = check_all(addresses)
for i, result in ipairs(results) do
    local why = (result.why or ""):gsub("http://[%w.:]+/%w*", "URL"):gsub("%d+%.%d+%.%d+%.%d+:%d+", "ADDRESS"):gsub("%[::1%]:%d+", "ADDRESS")
    print(("%-4s %s%s"):format(result.is_well and "ok" or "BAD", services[i][1], result.is_well and "" or " (" .. why .. ")"))
end
print(all_well and "all is well" or "something is wrong", plait.now() - began < 20 * TIMEOUT)
