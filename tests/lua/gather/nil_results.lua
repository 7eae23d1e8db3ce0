-- Results that are nil keep their places; n counts them.
local list = gather(function() end, function() return nil, 5 end, function() return false end)
print(list.n, list[1], list[2], list[3]) --> 3	nil	nil	false
