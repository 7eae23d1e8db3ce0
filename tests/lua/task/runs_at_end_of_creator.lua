-- Tasks whose creator never waits run when it ends, in the order of creation.
async(function()
    async(function() print("inner 1") end)
    async(function() print("inner 2") end)
    print("creator ends")
end)
async(function() print("second") end)
print("main ends")
--> main ends
--> creator ends
--> second
--> inner 1
--> inner 2
