-- A cancelled wait has the lock again when the error is raised; its clean-up runs under the lock.
local cond = plait.Condition()
local log = {}
local waiting = async(function()
    local _ <close> = cond:acquire()
    local ok, err = pcall(cond.wait, cond)
    log[#log + 1] = ("%s %s"):format(plait.kind(err), tostring(cond):match("held by task %d+") and "has it")
    error(err, 0)
end)
plait.yield()
cond:acquire()
waiting:cancel()
sleep(0.01)
print(#log, waiting:done()) --> 0	false
cond:release()
print(plait.kind(select(2, pcall(await, waiting))), log[1], cond:locked()) --> cancelled	cancelled has it	false

-- Who was cancelled is not notified: the next one is.
local results = {}
local function wait(i)
    local _ <close> = cond:acquire()
    results[i] = cond:wait()
end
local first, second = async(wait, 1), async(wait, 2)
plait.yield()
cond:acquire()
first:cancel()
cond:notify()
cond:release()
await(second)
print(plait.kind(select(2, pcall(await, first))), results[1], results[2]) --> cancelled	nil	true

-- Who was notified before it was cancelled has been notified: the cancellation comes at the next wait.
local told
local notified = async(function()
    local _ <close> = cond:acquire()
    told = cond:wait()
    sleep(0)
end)
plait.yield()
cond:acquire()
cond:notify()
notified:cancel()
cond:release()
print(plait.kind(select(2, pcall(await, notified))), told, cond:locked()) --> cancelled	true	false
