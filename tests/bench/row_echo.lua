-- A server on a TCP port of this machine that sends back what comes, a task
-- for each connection. bench_echo is its client.
--   echo        a line there and back
--   conn_bytes  memory of a connection
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("net") then return end
local client = (os.getenv("BENCH_BIN") or "build/release") .. "/bench_echo"

local function serve(conn)
    local conn <close> = conn
    for line in conn:lines("L") do conn:write(line) end
end

local function measure(name, ...)
    local listener <close> = assert(plait.net.listen("127.0.0.1:0"))
    async{ function()
        for conn in listener do async(serve, conn) end
    end, daemon = true }
    local result = plait.exec{ client, tostring(listener.port), ...,
        check = true }
    bench.print(name, tonumber(result.stdout))
end

measure("conn_bytes", "bytes")
measure("echo")
