-- An error that await(t.handle) received is not reported again.
local threading = require "plait.threading"

local t = threading.Thread{target = function() error({code = 7}) end}
t:start()
t:join()
local ok, err = pcall(await, t.handle)
print(ok) --> false
print(err.code) --> 7
