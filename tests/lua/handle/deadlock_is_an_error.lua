-- The deadlock is an error of kind "deadlock" in the main script, which may catch it.
local f = plait.Future()
local ok, err = pcall(await, f)
print(ok, plait.kind(err), tostring(err):match("^deadlock")) --> false	deadlock	deadlock
f:resolve("goes on")
print(await(f)) --> goes on
