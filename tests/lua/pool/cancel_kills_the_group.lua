-- What a worker process waits for outside of Lua ends with it when the pool is cancelled.
local name, output <close> = require("group").pipe()
local pool = plait.Pool{ processes = 1 }
pool:submit(function() os.execute("exec >" .. name .. "; echo ready; sleep 600") end)
print(output.line()) --> ready
pool:cancel()
pool:join()
print(#output.rest()) --> 0
