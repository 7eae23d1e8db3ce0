-- Names that the machine knows itself; what cannot be resolved is named.
local resolve = require("plait.net_resolve").net_resolve
print(resolve("127.0.0.1")[1], resolve("::1")[1], #resolve("::1")) --> 127.0.0.1	::1	1
print(resolve("localhost", { family = "ipv4" })[1]) --> 127.0.0.1
print(resolve("127.0.0.1", { family = "ipv6" })) --> nil	127.0.0.1: Address family for hostname not supported	3000
local _, message, code = resolve("no host") -- no name may have a blank
print(message:match("^no host: .+") ~= nil, code > 3000) --> true	true
print(select(3, resolve(("x"):rep(300)))) --> 36
print(resolve("localhost", 0)) --> nil	timeout
print(resolve("localhost", { timeout = 0 })) --> nil	timeout
local function try(...) print((tostring(select(2, pcall(resolve, ...))):gsub("^[%w_.]+:%d+: ", ""))) end
try("") --> net.resolve: name is "" (a string), not the name of a host
try("a\0b") --> net.resolve: name has a NUL byte: "a\0b"
try(7) --> net.resolve: name is 7 (a number), not the name of a host
try(false) --> net.resolve: name is false (a boolean), not the name of a host
try("a", { family = "ipx" }) --> net.resolve: family is "ipx" (a string), not "ipv4" or "ipv6"
try("a", { familie = "ipv4" }) --> net.resolve: there is no option 'familie'
try("a", -1) --> net.resolve: timeout is -1 (a number), not a number of seconds

-- Given up at every moment.
for moment = 0, 5 do
    local task = async(resolve, "no host")
    for _ = 1, moment do plait.yield() end
    task:cancel()
    local ok, err = pcall(await, task)
    assert(ok or plait.kind(err) == "cancelled", err)
end
