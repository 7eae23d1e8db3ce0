-- Misuse is told, by kind and in words, at home and in another process; nothing
-- is lost and nothing is stuck afterwards.
local ch, full, closed = plait.Channel(1), plait.Channel(1), plait.Channel(1)
local lock, rlock, sem = plait.Lock(), plait.RLock(), plait.Semaphore(1, { bounded = true })
local value, t, array = plait.Value(1), plait.Table{ n = 1 }, plait.Array("u8", 2)
local barrier = plait.Barrier(2)
full:send("first")
closed:send("left over")
closed:close()

local lines = {}
local function say(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    lines[#lines + 1] = table.concat(words, " ")
end

local function tell(what, f, ...)
    local ok, err = pcall(f, ...)
    local text = tostring(err):gsub("^[%w_./]+:%d+: ", "")
    if ok then say(what, "no error") return end
    say(what .. ":", plait.kind(err) or text)
    assert(#text > 15, text) -- some words
end

local function misuse()
    tell("nil sent", ch.send, ch, nil) --> nil sent: usage
    tell("nothing sent", ch.try_send, ch) --> nothing sent: usage
    tell("cannot travel", ch.send, ch, { { coroutine.create(print) } }) --> cannot travel: send
    tell("cannot be stored", function() t.x = { io.tmpfile() } end) --> cannot be stored: send
    tell("cannot be a value", value.set, value, {}) --> cannot be a value: usage
    tell("release", lock.release, lock) --> release: usage
    tell("release", rlock.release, rlock) --> release: usage
    tell("over-release", sem.release, sem) --> over-release: usage
    tell("negative", sem.release, sem, -1) --> negative: usage
    tell("negative", plait.Channel, -1) --> negative: usage
    tell("negative", plait.Semaphore, -1) --> negative: usage
    tell("negative", plait.Barrier, -1) --> negative: usage
    tell("negative", plait.Array, "f64", -1) --> negative: usage
    tell("out of range", function() array[3] = 1 end) --> out of range: usage
    tell("out of range", array.add, array, 0, 1) --> out of range: usage
    tell("does not fit", function() array[1] = 256 end) --> does not fit: usage
    tell("closed", closed.send, closed, 1) --> closed: closed
    tell("recursion", value.update, value, function() value:update(tostring) end) --> recursion: usage
    tell("recursion", value.update, value, function(n) value:set(9) return n end) --> recursion: usage
    tell("recursion", plait.update, t, "n", function() plait.update(t, "n", tostring) end) --> recursion: usage
    tell("recursion", plait.update, t, "n", function(n) t.n = 9 return n end) --> recursion: usage
    tell("twice", lock.with, lock, lock.acquire, lock) --> twice: deadlock
    tell("no function", lock.with, lock, 5) --> no function: usage
    tell("no function", value.update, value, 5) --> no function: usage
    tell("negative time-out", ch.recv, ch, -1) --> negative time-out: bad argument #2 to '?' (time-out is negative)
    tell("a time-out that is no number", barrier.wait, barrier, "soon") --> a time-out that is no number: bad argument #2 to '?' (number expected, got string)
    -- All of it goes on working.
    say(ch:send(1), ch:recv(), #ch, full:recv(), full:send("first"), closed:closed()) --> true 1 0 first true true
    say(lock:with(math.max, 1, 2), rlock:try() == rlock, rlock:release(), sem:free()) --> 2 true nil 1
    say(value:get(), t.n, t.x, array[1], array[2], barrier:waiting(), barrier:broken()) --> 1 1 nil 0 0 0 false
    return table.concat(lines, "\n")
end
local here = misuse()
print(here)
print(await(spawn_process(misuse)) == here .. "\n" .. here) --> true
print(closed:recv(), closed:recv()) --> left over	nil	closed

-- A pool inside its own worker.
local pool = plait.Pool(1)
local function inside(n) return pool:map(tostring, { n })[1] end
print(plait.kind(select(2, pcall(pool.map, pool, inside, { 1 })))) --> usage
print(pool:map(tostring, { 1 })[1]) --> 1
