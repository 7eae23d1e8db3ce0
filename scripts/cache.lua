-- Table: a cache that tasks, threads and processes share. plait.update is one step, so counts are right; plait.shared is
-- there in every strand without being passed.

local words = { "level", "noon", "tea", "level", "noon", "tea", "radar", "noon" }

local cache = plait.Table() -- word -> what was found out about it
plait.shared.lookups = 0
plait.shared.by_kind = {} -- a plain table in a shared one is shared as well

local function examine(word)
    return { length = #word, palindrome = word == word:reverse() }
end

local function look_up(word)
    plait.update(plait.shared, "lookups", function(n) return n + 1 end)
    local entry = cache[word]
    if not entry then
        cache[word] = examine(word) -- two may do so at once, and get the same
        entry = cache[word]
    end
    return entry
end

local function work(kind)
    local palindromes = 0
    for _, word in ipairs(words) do
        if look_up(word).palindrome then palindromes = palindromes + 1 end
    end
    plait.shared.by_kind[kind] = palindromes
end

gather(async(work, "task"), spawn_thread(work, "thread"), spawn_process(work, "process"))

local known = {}
for word, entry in pairs(cache) do
    known[#known + 1] = ("%s %d %s"):format(word, entry.length, entry.palindrome)
end
table.sort(known)
for _, line in ipairs(known) do print(line) end
print(plait.shared.lookups .. " lookups")
for _, kind in ipairs{ "task", "thread", "process" } do print(kind, plait.shared.by_kind[kind]) end
