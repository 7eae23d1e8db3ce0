-- os.exit(n, true) in the block of a scope told tasks to stop that were gone already.
--! status: 3
local s <close> = plait.scope()
s:async(sleep, 60)
s:spawn_thread(sleep, 60)
sleep(0)
os.exit(3, true)
