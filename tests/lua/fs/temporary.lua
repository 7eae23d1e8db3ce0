-- Temporary files and folders go when they are closed, or collected.
local fs = plait.fs
local inside
do
    local folder <close> = assert(fs.temp_folder{ prefix = "in ", suffix = ".d" })
    inside = folder.path
    print(tostring(folder) == inside, inside:match("/in %w+%.d$") ~= nil, ("%o"):format(fs.stat(inside).mode)) --> true	true	700
    local path
    do
        local f <close> = assert(fs.temp_file{ folder = inside, suffix = ".txt" })
        path = f.path
        print(path:match("/plait%-%w+%.txt$") ~= nil, ("%o"):format(fs.stat(path).mode)) --> true	600
        f:write("kept for a moment")
        f:seek("set")
        print(f:read("a"), fs.read(path)) --> kept for a moment	kept for a moment
    end
    print(fs.exists(path)) --> false
    assert(fs.write(inside .. "/left", "over"))
    local moved = assert(fs.temp_file{ folder = inside })
    assert(fs.rename(moved.path, inside .. "/moved"))
    print(moved:close(), fs.exists(inside .. "/moved")) --> true	true
end
print(fs.exists(inside)) --> false

local folder = assert(fs.temp_folder())
print(folder:close(), folder:close(), fs.exists(folder.path)) --> true	true	false

-- Nobody has closed them.
local paths = {}
do
    local f, d = fs.temp_file(), fs.temp_folder()
    assert(fs.write(d.path .. "/x", ""))
    paths = { f.path, d.path }
end
collectgarbage()
collectgarbage()
print(fs.exists(paths[1]), fs.exists(paths[2])) --> false	false
local path = await(spawn_process(function() return plait.fs.temp_folder().path end))
while fs.exists(path) do end -- it closes its state after it has said what it returns

print(select(3, fs.temp_file{ folder = "/none" }), select(3, fs.temp_folder{ folder = "/none" })) --> 2	2
print((tostring(select(2, pcall(fs.temp_file, { prefix = "a/b" }))):gsub("^.-: ", ""))) --> fs.temp_file: prefix is "a/b", and a name has no "/"
