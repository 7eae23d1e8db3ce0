-- What goes through a channel to another thread or process travels by the same rules.
local counted = require "counted"
local value, file = plait.Value(1), io.tmpfile()
for _, start in ipairs{spawn_thread, spawn_process} do
    local there, back = plait.Channel(1), plait.Channel(1)
    local worker = start(function()
        for message in there do back:send(message) end
    end)
    local shared = {1.0, 2}
    local base = 40
    there:send{shared, shared, self = setmetatable({}, {__index = {field = "inherited"}}), add = counted.add, value = value,
        f = function(n) return base + n end}
    local m = back:recv()
    print(m[1] == m[2], math.type(m[1][1]), m.self.field, m.add == counted.add, m.value == value, m.f(2))
    local ok, err = pcall(there.send, there, {cfg = {file}})
    print(ok, plait.kind(err), tostring(err):match("%S+ is a userdata %(FILE%*%)"))
    there:close()
    await(worker)
end
--> true	float	inherited	true	true	42
--> false	send	value.cfg[1] is a userdata (FILE*)
--> true	float	inherited	true	true	42
--> false	send	value.cfg[1] is a userdata (FILE*)
