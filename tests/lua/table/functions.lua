-- Functions, modules, errors and pools are stored as they would be sent: each read gives a copy.
local count = 0
local t = plait.Table{format = string.format, f = function() count = count + 1; return count end}
t.string, t.out = string, io.stdout
print(t.f(), t.f(), count, t.f == t.f) --> 1	1	0	false
print(t.format == string.format, t.string == string, t.out == io.stdout) --> true	true	true
local ok, err = pcall(function() plait.Lock():release() end)
t.err = {err}
print(plait.kind(t.err[1]), t.err[1].message == err.message) --> usage	true
-- A function may have captured the Table.
t.get = function(k) return t[k] end
t.n = 5
print(t.get("n"), t.get("get")("n")) --> 5	5
print(await(spawn_process(function() return t.f(), t.get("n"), t.string == string, plait.kind(t.err[1]) end))) --> 1	5	true	usage
await(spawn_process(function() local k = 3; t.g = function(x) return x * k end; t.list = {t.g, {t.g}} end))
print(t.g(2), t.list[1](3), t.list[2][1](4)) --> 6	9	12
local pool <close> = plait.Pool(1)
t.pool = pool
print(table.concat(t.pool:map(function(x) return x * x end, {1, 2, 3}), " ")) --> 1 4 9
