-- Requests to a server that says hello, by wrk on 64 connections. The figure is the time for one; wrk has a processor of its own
-- where there are two.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not pcall(function() return plait.http.serve end) then return end

local server = plait.http.serve("127.0.0.1:0", function() return "Hello, world\n" end)
if not server then return end
local ok, result = pcall(plait.exec, { "wrk", "-t1", "-c64", "-d1", server.url })
server:stop()
local rate = ok and result.stdout:match("Requests/sec:%s*([%d.]+)")
if rate then bench.print("http_hello", 1e9 / rate) end
