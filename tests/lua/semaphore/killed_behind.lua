-- The same for a process behind another one: a grandchild, and a sibling of the semaphore's home.
local sem, ready = plait.Semaphore(3, {bounded = true}), plait.Channel()
local function hold(s)
    s:acquire()
    s:acquire()
    ready:send(true)
    sleep(60)
end
await(spawn_process(function()
    sem:acquire()
    local grandchild = spawn_process(hold, sem)
    ready:recv()
    print(sem:free()) --> 0
    grandchild:kill()
    print(plait.kind(select(2, pcall(await, grandchild))), sem:free()) --> died	2
    await(spawn_process(function() sem:acquire() end)) -- ends in order
    print(sem:free()) --> 1
    sem:release(2)
end))
print(sem:free()) --> 3

-- A grandchild dies with the child between.
local all = plait.Channel()
local child = spawn_process(function()
    spawn_process(hold, sem)
    ready:recv()
    sem:acquire()
    all:send(true)
    sleep(60)
end)
all:recv()
print(sem:free()) --> 0
child:kill()
print(plait.kind(select(2, pcall(await, child))), sem:free()) --> died	3

-- The home is a child.
local home = spawn_process(function()
    ready:send(plait.Semaphore(2, {bounded = true}))
    sleep(60)
end)
local theirs = ready:recv()
local sibling = spawn_process(hold, theirs)
ready:recv()
print(theirs:free()) --> 0
sibling:kill()
print(plait.kind(select(2, pcall(await, sibling))), theirs:free()) --> died	2
home:kill()
print(plait.kind(select(2, pcall(await, home)))) --> died
