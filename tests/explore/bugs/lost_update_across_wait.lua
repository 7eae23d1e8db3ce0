-- Tasks do not interrupt each other, but a wait between reading and writing does; and sending waits only if the queue is full.
local balance, log = 100, plait.Channel(1)
local function deposit(amount)
  local before = balance
  log:send(amount)
  balance = before + amount
end
local first = async(deposit, 60)
local reader = async(function() for _ = 1, 3 do log:recv() end end)
gather(first, reader, async(deposit, 10), async(deposit, 5))
assert(balance == 175, "a deposit was lost")
