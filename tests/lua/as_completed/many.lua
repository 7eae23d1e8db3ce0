-- Each step takes the same time however many there are: twenty times as many
-- handles take about twenty times as long, not four hundred times.
-- Sanitizers, which remember what was allocated, are left out of that.
local preset = os.getenv("PLAIT_PRESET")
local is_sanitized = preset == "asan" or preset == "tsan"
local small = is_sanitized and 100 or 1000
local function run(n)
    local list = {}
    for i = 1, n do list[i] = async(plait.yield) end
    local start = os.clock()
    local count, seen = 0, {}
    for handle, i in plait.as_completed(list) do
        count = count + 1
        assert(not seen[i] and handle:done())
        seen[i] = true
    end
    assert(count == n)
    return os.clock() - start
end
run(small)
local few, many = math.huge, math.huge
-- What a busy machine makes slow is not so each time.
for round = 1, 25 do
    if round > 5 and (is_sanitized or many < 150 * few) then break end
    few = math.min(few, run(small))
    many = math.min(many, run(20 * small))
end
print(is_sanitized or many < 150 * few) --> true
