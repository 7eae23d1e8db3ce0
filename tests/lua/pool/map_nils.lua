-- Results that are nil keep their places.
local pool <close> = plait.Pool(2)
local list = pool:map(function(x) if x % 2 == 0 then return x end end, { 1, 2, 3, 4 }, { chunk = 1 })
print(list[1], list[2], list[3], list[4]) --> nil	2	nil	4
