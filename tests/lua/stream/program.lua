-- A program whose streams are pipes: it is written to and read from, by formats, as it goes.
local p = spawn_process{ "cat", stdin = "pipe", stdout = "pipe" }
print(p.stdin, p.stdout, p.stderr) --> stream (stdin of cat)	stream (stdout of cat)	nil
print(p.stdin:write("one\n", 2, "\n") == p.stdin, p.stdout:read("l", "n", "L") == "one") --> true	true
p.stdin:write("key: value; 12 0x1p4 rest\nlast")
print(p.stdout:read_until(": "), p.stdout:read_until("; ", 5)) --> key	value
print(p.stdout:read("n", "n", 3)) --> 12	16.0	 re
p.stdin:close()
print(p.stdout:read("L", "a", "l")) --> st
--> 	last	nil
print(#p.stdout:read("a"), p.stdout:read("l"), p.stdout:read(0), p.stdout:read(5)) --> 0	nil	nil	nil
print(await(p)) --> 0
-- Each line as it comes.
local q = spawn_process{ "sh", "-c", "for i in 1 2 3; do read x; echo $i$x; done; echo err >&2; exit 7",
    stdin = "pipe", stdout = "pipe", stderr = "pipe" }
for i = 1, 3 do
    q.stdin:write("x\n")
    print(q.stdout:read())
end
--> 1x
--> 2x
--> 3x
for line in q.stderr:lines() do print(line) end --> err
print(await(q), q.stdout:read("l")) --> 7	nil
for a, b in spawn_process{ "printf", "1 a\n2 b\n", stdout = "pipe" }.stdout:lines("n", "l") do print(a, b) end
--> 1	 a
--> 2	 b
-- Those that were not asked for are ours; an own child has streams as well.
local child = spawn_process{ function()
    for line in io.lines() do print(line:upper()) end
    io.stderr:write("done")
end, stdin = "pipe", stdout = "pipe", stderr = "pipe" }
child.stdin:write("to a child\n")
print(child.stdout:read("l")) --> TO A CHILD
child.stdin:close()
print(child.stderr:read("a"), #child.stdout:read("a"), await(child)) --> done	0
