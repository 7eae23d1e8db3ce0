-- read and lines give what io's files give, whatever the formats and wherever the pieces end.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"

local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"

local function put(text)
    local f <close> = assert(io.open(path, "wb"))
    f:write(text)
end

local function compare(...)
    local ours <close> = assert(fs.open(path))
    local theirs <close> = assert(io.open(path, "rb"))
    for _ = 1, is_slow and 10 or 50 do
        local a, b = table.pack(ours:read(...)), table.pack(theirs:read(...))
        local is_same = a.n == b.n
        for i = 1, a.n do is_same = is_same and (a[i] == b[i] or a[i] ~= a[i]) and math.type(a[i]) == math.type(b[i]) end
        local here, there = ours:seek(), theirs:seek()
        if not is_same or here ~= there then
            print(..., plait.repr(a), plait.repr(b), here, there)
            return
        end
        if b[1] == nil then return end
    end
end

local texts = {
    "", "\n", "\n\n", "a", "a\n", "a\nb", "\nb\n\n", "12 0x1F 1e3 -7.5 +.5 5. 0x1p-2 0xA.8\n", "  \n\t 3", "- 4", "1e", "0x", ".", "+",
    "12abc", "1 2 nan inf", ("9"):rep(150) .. " 1", ("9"):rep(250) .. " 1", ("1"):rep(70000), "0x1.8p1p", "1..2", "1e+", "00012",
    "line\r\n\0zero\nlast", (" "):rep(66000) .. "17\nrest", ("x"):rep(65536) .. "\n" .. ("y"):rep(65535) .. "\n\nz",
    ("0123456789"):rep(20000) .. "\n" .. "tail",
}
local formats = { { "l" }, { "L" }, { "n" }, { "a" }, { 0 }, { 1 }, { 7 }, { 70000 }, { "n", "l" }, { "l", 3, "n" }, { "*l" }, { "*all" },
    { 1, "n" }, { 65530, "n" }, { 65535, "l", 1 }, {}, { "n", "n", "n" }, { 3.0 } }
for _, text in ipairs(texts) do
    put(text)
    for _, list in ipairs(formats) do compare(table.unpack(list)) end
end

-- Any of them, at random.
local alphabet = { "\n", " ", "1", "-", ".", "e", "0x", "word", ("long"):rep(1000), "12.5" }
for _ = 1, is_slow and 5 or 30 do
    local parts = {}
    for i = 1, math.random(80) do parts[i] = alphabet[math.random(#alphabet)] end
    put(table.concat(parts))
    for _ = 1, 10 do
        local list = {}
        for i = 1, math.random(4) do list[i] = formats[math.random(#formats)][1] or "l" end
        compare(table.unpack(list))
    end
end

-- lines
put("one\ntwo\n\nfour")
for line in fs.lines(path) do print(line) end
--> one
--> two
-->
--> four
put("abcdefg")
for a, b in fs.lines(path, 1, 2) do print(a, b) end
--> a	bc
--> d	ef
--> g	nil
local f <close> = fs.open(path)
for c in f:lines(4) do print(c) end
--> abcd
--> efg
print(f:read("a"), f:read("l")) --> 	nil
print(f:seek("set"), f:read_until("cd"), f:read_until("zz"), f:read_until("zz"))
--> 0	ab	efg	nil
