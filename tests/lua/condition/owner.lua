-- Only the owner of the lock may wait and notify.
local cond = plait.Condition()
local function refused(method, ...)
    local ok, err = pcall(cond[method], cond, ...)
    return ok, plait.kind(err), err.message:match(": (.*)")
end
print(refused("wait")) --> false	usage	wait: the lock is not held
print(refused("wait_for", print)) --> false	usage	wait_for: the lock is not held
print(refused("notify")) --> false	usage	notify: the lock is not held
print(refused("notify_all")) --> false	usage	notify: the lock is not held
cond:acquire()
for _, start in ipairs{async, spawn_thread, spawn_process} do
    print(await(start(refused, "wait", 1)))
    print(await(start(refused, "wait_for", print, 1)))
    print(await(start(refused, "notify")))
end
cond:release()
--> false	usage	wait: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	wait_for: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	notify: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	wait: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	wait_for: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	notify: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	wait: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	wait_for: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
--> false	usage	notify: the lock is held by the main strand, acquired at owner.lua:11, not by this strand
print(tostring(cond):match("%(.*"):gsub("%d+", "N", 1)) --> (N waiting; RLock 1, free)	1
