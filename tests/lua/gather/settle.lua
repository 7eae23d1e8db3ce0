-- gather{ ..., settle = true } never raises: it lists how each one ended.
local gone = async(sleep, 60)
plait.yield()
gone:cancel()
local err = { code = 4 }
local list = gather{ function() return "v", 2 end, function() error(err) end, gone, function() end, settle = true }
print(list.n) --> 4
print(list[1].ok, list[1].value, list[1].error) --> true	v	nil
print(list[2].ok, list[2].value, list[2].error == err) --> false	nil	true
print(list[3].ok, plait.kind(list[3].error)) --> false	cancelled
print(list[4].ok, list[4].value) --> true	nil
