-- Other programs: run to their end, joined into a pipeline as a shell would, talked to, stopped when they take too long.

-- What a program prints, and how it ends.
local result = plait.exec{ "sh", "-c", "echo fine; echo 'but careful' >&2; exit 2" }
print("status " .. result.code, (result.stdout:gsub("\n", "")), (result.stderr:gsub("\n", "")))

-- tr | sort | uniq -c | sort -rn: each a process, joined by the pipes of the system; we feed the first and read the last.
local text = "the cat and the dog and the bird"
local function start(input, ...)
    return spawn_process{ stdin = input, stdout = "pipe", env = { PATH = os.getenv("PATH"), LC_ALL = "C" }, ... }
end
local words = start("pipe", "tr", " ", "\n")
local sorted = start(words.stdout, "sort")
local counted = start(sorted.stdout, "uniq", "-c")
local ranked = start(counted.stdout, "sort", "-rn")
words.stdin:write(text, "\n")
words.stdin:close()
for line in ranked.stdout:lines() do
    local count, word = line:match("(%d+) (%a+)")
    if tonumber(count) > 1 then print(count, word) end
end

-- A program that answers, line by line.
local times = spawn_process{ "sh", "-c", "while read a b; do echo $((a * b)); done", stdin = "pipe", stdout = "pipe" }
for i = 1, 3 do
    times.stdin:write(i, " ", i + 1, "\n")
    print(i .. " * " .. i + 1 .. " = " .. times.stdout:read("l"))
end
times.stdin:close()
await(times)

-- Many at once; and one that would take too long.
local tasks = {}
for i = 1, 8 do
    tasks[i] = async(plait.exec, { "sh", "-c", "echo $((" .. i .. " * " .. i .. "))", timeout = 60 })
end
local squares = {}
for i, r in ipairs(gather(tasks)) do squares[i] = r.stdout:gsub("\n", "") end
print(table.concat(squares, " "))
print("sleep:", select(2, plait.exec{ "sleep", "60", timeout = 0.1 }))

-- A program that must not fail.
local ok, err = pcall(plait.exec, { "sh", "-c", "echo 'no such table' >&2; exit 1", check = true })
print(err.kind, err.code, (err.stderr:gsub("\n", "")))
