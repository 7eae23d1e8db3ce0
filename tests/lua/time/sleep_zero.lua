-- sleep(0) lets the others run, as plait.yield does.
async(function() print("other") end)
sleep(0)
print("main") 
--> other
--> main
