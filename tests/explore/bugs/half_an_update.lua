-- A transfer is two steps: in between, money is missing.
local accounts = plait.Table{ a = 50, b = 50 }
local transfer = spawn_thread(function()
  plait.update(accounts, "a", function(n) return n - 20 end)
  plait.update(accounts, "b", function(n) return n + 20 end)
end)
local audit = spawn_thread(function() return accounts.a + accounts.b end)
local _, sum = gather(transfer, audit), await(audit)
assert(sum == 100, "money was missing")
