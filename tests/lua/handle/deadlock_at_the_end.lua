-- A deadlock after the end of the main script is reported, too: exit status 70.
async{ function() await(plait.Future()) end, name = "left waiting" }
print("main ends")
--> main ends
--! status: 70
--! stderr: deadlock
--! stderr: 'left waiting'
