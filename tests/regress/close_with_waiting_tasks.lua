-- A state that closes while several tasks wait freed one while the others were still being ended.
--! status: 3
for _ = 1, 3 do async(function() plait.Channel():recv() end) end
plait.yield()
print("closing") --> closing
os.exit(3, true)
