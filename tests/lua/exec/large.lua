-- 200 MB through cat, both ways at once, arrive as they were; a program that prints before it reads does not wait for ever.
local preset = os.getenv("PLAIT_PRESET")
local SIZE = (preset == "asan" or preset == "tsan") and 20000000 or 200000000
local block = {}
for i = 1, 100000 do block[i] = ("%09d\n"):format(i) end
local much = table.concat(block):rep(SIZE // 1000000)
local r = plait.exec{ "cat", stdin = much, timeout = 120 }
print(#r.stdout == SIZE, r.stdout == much, r.code) --> true	true	0
r = plait.exec{ "sh", "-c", "head -c 1000000 /dev/zero; wc -c; head -c 1000000 /dev/zero >&2", stdin = much:sub(1, 3000000), timeout = 120 }
print(#r.stdout, #r.stderr, r.stdout:sub(1000001)) --> 1000008	1000000	3000000
-->
