-- What cannot be sent to, or is no address; what is wrong raises.
local net = plait.net
local a <close> = assert(net.udp("127.0.0.1:0"))
local function show(...)
    local _, message, code = ...
    print((tostring(message):gsub("^%a[%w_.]*%.lua:%d+: ", ""):gsub(":%d%d%d+", ":PORT")), code)
end
local function try(...) show(pcall(...)) end
show(net.udp(a.address)) --> 127.0.0.1:PORT: Address already in use	98
show(net.udp("192.0.2.1:0")) --> 192.0.2.1:0: Cannot assign requested address	99
show(net.udp("no host:1")) --> no host:1: Name or service not known	3008
show(a:send("x", "no host:1")) --> no host:1: Name or service not known	3008
show(a:send("x", "255.255.255.255:1")) --> 255.255.255.255:1: Permission denied	13
show(a:send("x", "[::1]:1")) --> [::1]:1: Address family not supported by protocol	97
local loud <close> = assert(net.udp("127.0.0.1:0", { broadcast = true, reuse = true }))
local loud_too <close> = assert(net.udp(loud.address, { reuse = true }))
print(loud_too.port == loud.port) --> true
show(a:join("10.0.0.1")) --> 10.0.0.1: Invalid argument	22
show(a:join("239.1.2.3", "no interface")) --> 239.1.2.3: No such device	19

try(net.udp, 7) --> net.udp: address is 7 (a number), not a string such as "localhost:80" or "unix:/path"	nil
try(net.udp, "unix:/tmp/x") --> net.udp: unix:/tmp/x is no address for UDP	nil
try(net.udp, "localhost") --> net.udp: localhost: there is no port, as in "host:80"	nil
try(net.udp, ":0", { multicast = true }) --> net.udp: there is no option 'multicast'	nil
try(net.udp, ":0", { reuse = 1 }) --> net.udp: reuse is 1 (a number), not true or false	nil
try(a.send, a, "x") --> send: there is no address, and the socket is not connected	nil
try(a.send, a, 7, a.address) --> send: data is 7 (a number), not a string	nil
try(a.send, {}, "x") --> send: argument 1 is a table, not a UDP socket	nil
try(a.receive, a, -1) --> receive: timeout is -1 (a number), not a number of seconds	nil
try(a.join, a, 7) --> join: group is 7 (a number), not an address	nil
a:close()
try(a.receive, a) --> receive: attempt to use a closed UDP socket (127.0.0.1:PORT)	nil
