-- What a program is given: a text, a file, nothing. It need not read it.
local function out(command) return plait.exec(command).stdout end
print(out{ "cat", stdin = "a text" }) --> a text
print(#out{ "cat" }, #out{ "cat", stdin = "" }) --> 0	0
local file <close> = io.tmpfile()
file:write("from a file")
file:seek("set")
print(out{ "cat", stdin = file }) --> from a file
local much = ("0123456789"):rep(100000)
print(out{ "cat", stdin = much } == much) --> true
-- It leaves before it has read all: that is for it to say, and no signal.
print(plait.exec{ "head", "-c", "3", stdin = much }.stdout) --> 012
print(plait.exec{ "true", stdin = much }.code) --> 0
print(plait.exec{ "sh", "-c", "exec <&-; exit 5", stdin = much }.code) --> 5
-- The text of a stdin is no name of a file, as it is for spawn_process.
print(out{ "cat", stdin = "/dev/null" }, out{ "cat", stdin = "pipe" }) --> /dev/null	pipe
