-- A program that is started gets the three standard descriptors only.
local list = "for i in 3 4 5 6 7 8 9 10 11 12 13 14 15; do [ -e /proc/self/fd/$i ] && echo $i; done"
local file <close> = io.open(arg[0])
local temporary <close> = io.tmpfile()
local pipe <close> = io.popen("cat", "w")
os.execute(list)
local out <close> = io.popen(list .. "; echo end")
print(out:read("a")) --> end
-->
print(io.type(file), #file:read("l") > 0) --> file	true
