-- gather of an empty list is an empty list, at once.
local list = gather{}
print(#list, list.n) --> 0	0
print(gather{ n = 0 }.n, gather{ settle = true }.n) --> 0	0
