-- Outputs that go elsewhere are not in the result.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/out"
local script = "echo out; echo err >&2"
local r = plait.exec{ "sh", "-c", script, stderr = "stdout" }
print(r.stdout == "out\nerr\n", r.stderr) --> true	nil
r = plait.exec{ "sh", "-c", script, stdout = path, stderr = "stdout" }
print(r.stdout, r.stderr, fs.read(path) == "out\nerr\n") --> nil	nil	true
r = plait.exec{ "sh", "-c", script, stdout = "null" }
print(r.stdout, r.stderr == "err\n") --> nil	true
local file <close> = io.tmpfile()
plait.exec{ "sh", "-c", script, stderr = file }
file:seek("set")
print(file:read("a") == "err\n") --> true
print(plait.exec{ "printf", "to ours\n", stdout = "inherit" }.stdout)
--> to ours
--> nil
