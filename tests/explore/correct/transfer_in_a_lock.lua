local accounts, lock = plait.Table{ a = 50, b = 50 }, plait.Lock()
local transfer = spawn_thread(function()
  local _ <close> = lock:acquire()
  accounts.a = accounts.a - 20
  accounts.b = accounts.b + 20
end)
local audit = spawn_thread(function()
  local _ <close> = lock:acquire()
  return accounts.a + accounts.b
end)
gather(transfer, audit)
assert(await(audit) == 100)
