-- What cannot be reached, and names that are none: nil, a message with the address, a number.
local net = plait.net
print(net.connect("224.0.0.1:80")) --> nil	224.0.0.1:80: Network is unreachable	101
print(net.connect("255.255.255.255:80")) --> nil	255.255.255.255:80: Network is unreachable	101
local label = ("x"):rep(64)
local _, message, code = net.connect(label .. ".invalid:80")
print(message == label .. ".invalid:80: Name or service not known", code) --> true	3008
_, message, code = net.connect(("x"):rep(300) .. ":80")
print(message:match("^x+"):len() > 100, message:match("%.%.%.: .*"), code) --> true	...: File name too long	36
_, message, code = net.listen("unix:/tmp/" .. ("x"):rep(108))
print(message:match("/x+(.*)"), code) --> : File name too long: more than 107 bytes	36
print(net.connect("unix:/proc/self/status")) --> nil	unix:/proc/self/status: Socket operation on non-socket	88
print(net.connect("unix:/proc/self/status/x")) --> nil	unix:/proc/self/status/x: Not a directory	20
print(net.listen("unix:/proc/socket")) --> nil	unix:/proc/socket: No such file or directory	2
print(net.listen("unix:/tmp")) --> nil	unix:/tmp: Address already in use	98
for _, address in ipairs{ "unix:/a\0b", "a\0b:80" } do print((tostring(select(2, pcall(net.connect, address))):gsub("^%S+ ", ""))) end
--> net.connect: unix:/a: the path has a NUL byte
--> net.connect: a: the host has a NUL byte
