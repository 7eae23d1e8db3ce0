-- main.lua - programs in other languages that take jobs from one channel and send to another.
--
--     plait main.lua [COUNT]
local count = tonumber(arg[1]) or 1000
local folder = arg[0]:match("^(.*)/") or "."
local jobs, results = plait.Channel(10), plait.Channel(10)

local languages = {
    { "python3", folder .. "/squares.py" },
    { "node", folder .. "/squares.js" },
    { "sh", folder .. "/squares.sh" },
}
local workers = {}
for _, words in ipairs(languages) do
    if plait.exec{ "sh", "-c", 'command -v "$1"', "sh", words[1] }.code == 0 then
        words.input, words.output, words.format = jobs, results, "json"
        workers[#workers + 1] = spawn_process(words)
    end
end

async(function()
    for i = 1, count do jobs:send(i) end
    jobs:close()
    gather(workers)
    results:close()
end)

local sum, n = 0, 0
for pair in results do
    n = n + 1
    sum = sum + pair[2]
end
print(("%d squares, their sum is %d"):format(n, sum))

if plait.exec{ "sh", "-c", "command -v python3" }.code == 0 then
    local pool <close> = plait.Pool{ processes = 2, command = { "python3", folder .. "/pool_worker.py" } }
    local words = { "to", "be", "or", "not", "" }
    for _, word in ipairs(words) do
        local ok, length = pcall(await, pool:submit(word))
        print(word, ok and length or "failed: " .. length)
    end
end
