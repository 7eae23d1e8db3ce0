-- Writes in helpers that travel along are found: local ones, global ones, and the helpers of helpers.
local count = 0
local function helper() count = count + 1 end
local function outer() helper() end
function global_helper() outer() end
for _, f in ipairs{function() helper() end, outer, function() global_helper() end} do
    local ok, err = pcall(spawn_thread, f)
    print(ok, tostring(err):match("'helper' .*'count' %(helper.lua:3%)"))
end
--> false	'helper' (helper.lua:3) assigns captured local 'count' (helper.lua:3)
--> false	'helper' (helper.lua:3) assigns captured local 'count' (helper.lua:3)
--> false	'helper' (helper.lua:3) assigns captured local 'count' (helper.lua:3)
function sets() made = 1 end
print(tostring(select(2, pcall(spawn_thread, function() sets() end))):match("'sets' [^\n]*"))
--> 'sets' (helper.lua:13) assigns global 'made' (helper.lua:13)
