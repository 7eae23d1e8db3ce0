-- What was written before a program is started comes before what it writes.
io.write("one\n") --> one
os.execute("echo two") --> two
print("three") --> three
os.execute("echo four") --> four
io.write("five\n") --> five
local sink = io.popen("cat", "w")
sink:write("six\n")
sink:close() --> six
