-- imap gives the results as they come, in order, to a for loop.
local pool <close> = plait.Pool(2)
for v in pool:imap(function(x) return x * x end, { 1, 2, 3 }) do print(v) end
--> 1
--> 4
--> 9
