-- Counts the words of files in parallel, a file a job: plait word_count.lua [FILE...]
-- Without arguments, of the Lua files in the script's own directory.

local SHOWN = 8

local function list_files()
    if #arg > 0 then return arg end
    local directory = arg[0]:match("^.*/") or "./"
    local files = {}
    local pipe <close> = assert(io.popen(("ls '%s'*.lua"):format(directory)))
    for path in pipe:lines() do files[#files + 1] = path end
    return files
end

-- Runs in a thread; what it returns travels back as a copy.
local function count_words(path)
    local file <close> = assert(io.open(path))
    local counts = {}
    for line in file:lines() do
        for word in line:lower():gmatch("%a+") do
            counts[word] = (counts[word] or 0) + 1
        end
    end
    return counts
end

local pool <close> = plait.Pool() -- a thread for each processor
local files = list_files()
local total, words = {}, {}
for _, counts in ipairs(pool:map(count_words, files)) do
    for word, count in pairs(counts) do
        if not total[word] then words[#words + 1] = word end
        total[word] = (total[word] or 0) + count
    end
end

table.sort(words, function(a, b)
    if total[a] ~= total[b] then return total[a] > total[b] end
    return a < b
end)
print(("files: %d, different words: %d; the most frequent ones:"):format(#files, #words))
for i = 1, math.min(SHOWN, #words) do
    print(("%6d %s"):format(total[words[i]], words[i]))
end
