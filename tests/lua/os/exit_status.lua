--! status: 3
-- os.exit writes what was printed before, and ends everything.
print("printed") --> printed
io.write("written\n") --> written
async(function() print("never runs") end)
os.exit(3)
