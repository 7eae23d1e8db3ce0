-- Reading, writing and moving about in one file do what io's files do.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path, other = folder.path .. "/a", folder.path .. "/b"

local function steps(mode)
    local ours <close> = assert(fs.open(path, mode))
    local theirs <close> = assert(io.open(other, mode))
    for _ = 1, 200 do
        local what, n = math.random(6), math.random(0, 3000)
        local a, b
        if what == 1 then
            local data = ("%d,"):format(n):rep(n % 50)
            if not mode:find("^r") or mode == "r+" then
                theirs:seek("cur", 0) -- C wants that between a read and a write
                a, b = ours:write(data, n) == ours, theirs:write(data, n) == theirs
                theirs:seek("cur", 0)
            end
        elseif what == 2 then
            a, b = ours:read(n), theirs:read(n)
        elseif what == 3 then
            a, b = ours:seek("set", n), theirs:seek("set", n)
        elseif what == 4 then
            a, b = ours:seek("end", -n), theirs:seek("end", -n)
        elseif what == 5 then
            a, b = ours:seek("cur", n % 7 - 3), theirs:seek("cur", n % 7 - 3)
        else
            a, b = ours:read("l"), theirs:read("l")
        end
        assert(a == b, mode .. what)
        assert(ours:seek() == theirs:seek(), "seek")
    end
    theirs:flush()
    ours:close()
    assert(fs.read(path) == fs.read(other), "contents")
end

for _ = 1, 3 do
    for _, mode in ipairs{ "w+", "r+", "a+", "w+b", "r+" } do steps(mode) end
end

local f <close> = fs.open(path, "w")
print(f:write("abc", 1, 2.5) == f, f:seek()) --> true	7
print(f:seek("set", -1) == nil, select(3, f:seek("cur", -8))) --> true	22
print(f:truncate(2), f:seek("end"), f:flush() == f, f:sync()) --> true	2	true	true
print(f:seek("set", 1), f:truncate(), f:stat().size, f:stat().type) --> 1	true	1	file
print(f:read(1) == nil, select(3, f:read(1))) --> true	9
print(f:close(), fs.read(path)) --> true	a

local a <close> = fs.open(path, "a")
local b <close> = fs.open(path, "a")
a:write("1") b:write("2") a:write("3")
print(fs.read(path), a:seek()) --> a123	4
print(fs.open(path, "wx") == nil, io.type(fs.open(folder.path .. "/x", "wx"))) --> true	nil
