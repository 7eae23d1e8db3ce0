-- io.write and file:write take strings and numbers, and return the file.
print(io.write("a", 1, " ", 2.5, " ", 2^63, " ", math.mininteger, "\n") == io.stdout)
--> a1 2.5 9.2233720368548e+18 -9223372036854775808
--> true
print(io.stdout:write("chained"):write(" twice\n") == io.stdout)
--> chained twice
--> true
print(io.write() == io.stdout, io.write("") == io.stdout) --> true	true
local file <close> = io.tmpfile()
file:write(("long"):rep(10000), 7, ("er"):rep(5000), "\n")
file:seek("set")
print(#file:read("a")) --> 50002
