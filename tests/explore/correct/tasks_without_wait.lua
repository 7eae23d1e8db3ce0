-- Tasks of one state do not interrupt each other between two waits.
local balance = 100
local function deposit(amount)
  sleep(0)
  local before = balance
  balance = before + amount
  sleep(0)
end
gather(async(deposit, 60), async(deposit, 10), async(deposit, 5))
assert(balance == 175)
