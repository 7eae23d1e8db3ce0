-- test/options.lua - the command line of `plait test`.
--
--     local options, message = parse{ "-f", "parser", "test/a_test.lua:12", "--", "x" }
--     options.filter, options.paths  --> { "parser" }, { { path = "test/a_test.lua", line = 12 } }
--
-- nil and a message, or the text of --help.

local COLOURS = { auto = true, always = true, never = true }
local LEAKS = { fail = true, strict = true, warn = true, off = true }
local CLOCKS = { real = true, virtual = true }
local ISOLATIONS = { file = true, none = true }
local REPORTERS = { pretty = true, dot = true, quiet = true, tap = true, junit = true, json = true }

local HELP = [[
usage: plait test [options] [path[:line]...] [-- args]

Runs *_test.lua, test_*.lua and *_spec.lua below the paths; without one, below
test, tests and spec, or here. A file that is named is always run. With a line
only the test there. Each file has a process of its own; test/helper.lua is
loaded there first. What follows -- is its 'arg'.

Select
  -f, --filter PATTERN      tests with it in "file > group > name"
  -F, --filter-out PATTERN  and not those with this one
  -t, --tag TAG             tests with the tag;  --no-tag TAG  without it
      --failed              what has failed the last time
      --failed-first        files in which something failed come first
      --shard I/N           the I-th part of N of the files
      --list                show which tests there are, and run none
      --allow-empty         no test is no failure
Run
  -j, --jobs N              so many files at once (a file for each processor)
  -x, --max-fail[=N]        stop after N failures (1)
      --timeout SEC         of a test (30); 'off': none
      --file-timeout SEC    of a file (300)
      --grace SEC           between the steps that end what goes on (5)
      --repeat N            every test N times
      --retry N             a test that failed up to N times more: then it is
                            flaky
      --shuffle[=SEED]      in another order
      --seed SEED           what is random begins with it
      --isolation none      in this process, for debuggers
      --leaks HOW           fail, strict, warn, off
      --clock CLOCK         real, virtual
      --explore N           each test in N orders of its strands
      --strategy NAME       which ones: both, random, pct:3, cancel
      --replay STRING       once more the order that failed
Report
  -r, --reporter NAME[=FILE]  pretty, dot, quiet, tap, junit, json; repeatable
  -s, --no-capture          show at once what tests print
      --output-limit BYTES  a test that prints more fails (67108864)
      --durations[=N]       the N slowest tests (10)
  -u, --update              write snapshots
      --color WHEN          auto, always, never
Other
      --help                show this

Status: 0 all passed, 1 some failed, 2 wrong usage, 3 the run itself failed,
5 no tests, 130 interrupted.
]]

-------------------------------------------------------------------------------------------------------------- values

local function text(value) return value end

local function whole(least)
    return function(value)
        local number = math.tointeger(tonumber(value))
        if number and number >= least then return number end
        return nil, ("a whole number, %d or greater"):format(least)
    end
end

local function seconds(value)
    if value == "off" then return math.huge end
    local number = tonumber(value)
    if number and number > 0 and number < 1e9 then return number end
    return nil, "a number of seconds above 0, or 'off'"
end

local function one_of(set)
    local names = {}
    for name in pairs(set) do names[#names + 1] = name end
    table.sort(names)
    return function(value)
        if set[value] then return value end
        return nil, "one of " .. table.concat(names, ", ")
    end
end

local function shard(value)
    local index, count = value:match("^(%d+)/(%d+)$")
    index, count = math.tointeger(tonumber(index)), math.tointeger(tonumber(count))
    if index and count and index >= 1 and index <= count then return { index = index, count = count } end
    return nil, "I/N, such as 1/3"
end

-- As plait.test.explore has them.
local function strategy(value)
    if value == "both" or value == "random" or value == "cancel" or value:find("^pct:?%d*$") then return value end
    return nil, "one of both, random, pct:D, cancel"
end

local function reporter(value)
    local name, file = value:match("^(%w+)=(.+)$")
    name = name or value
    if REPORTERS[name] then return { name = name, file = file } end
    return nil, "one of dot, json, junit, pretty, quiet, tap, with =FILE or without"
end

-------------------------------------------------------------------------------------------------------------- options

-- `to`: the field; `read`: its value, nil for a flag; `adds`: to a list; `otherwise`: the value without one, which then can
-- stand only after "=".
local known = {
    { "-f", "--filter", to = "filter", read = text, adds = true },
    { "-F", "--filter-out", to = "filter_out", read = text, adds = true },
    { "-t", "--tag", to = "tags", read = text, adds = true },
    { "--no-tag", to = "no_tags", read = text, adds = true },
    { "--failed", to = "failed" },
    { "--failed-first", to = "failed_first" },
    { "--shard", to = "shard", read = shard },
    { "--list", to = "list" },
    { "--allow-empty", to = "allow_empty" },
    { "-j", "--jobs", to = "jobs", read = whole(1) },
    { "-x", "--max-fail", to = "max_fail", read = whole(1), otherwise = 1 },
    { "--timeout", to = "timeout", read = seconds },
    { "--file-timeout", to = "file_timeout", read = seconds },
    { "--grace", to = "grace", read = seconds },
    { "--repeat", to = "repeats", read = whole(1) },
    { "--retry", to = "retry", read = whole(0) },
    { "--shuffle", to = "shuffle", read = whole(0), otherwise = true },
    { "--seed", to = "seed", read = whole(0) },
    { "--isolation", to = "isolation", read = one_of(ISOLATIONS) },
    { "--leaks", to = "leaks", read = one_of(LEAKS) },
    { "--clock", to = "clock", read = one_of(CLOCKS) },
    { "--explore", to = "explore", read = whole(1) },
    { "--strategy", to = "strategy", read = strategy },
    { "--replay", to = "replay", read = text },
    { "-r", "--reporter", to = "reporters", read = reporter, adds = true },
    { "-s", "--no-capture", to = "no_capture" },
    { "--output-limit", to = "output_limit", read = whole(1) },
    { "--durations", to = "durations", read = whole(1), otherwise = 10 },
    { "-u", "--update", to = "update" },
    { "--color", to = "color", read = one_of(COLOURS) },
    { "--help", to = "help" },
}

local by_name = {}
for _, option in ipairs(known) do
    for _, name in ipairs(option) do by_name[name] = option end
end

-- The known name that is most like it, for a message.
local function nearest(name)
    local best, best_size = nil, 2
    for candidate in pairs(by_name) do
        local size = 0
        while size < #name and name:byte(size + 1) == candidate:byte(size + 1) do size = size + 1 end
        if size > best_size or size == best_size and best and candidate < best then best, best_size = candidate, size end
    end
    return best
end

local function set(options, option, name, value)
    if option.read and value ~= option.otherwise then
        local read, wanted = option.read(value)
        if read == nil then return ("%s needs %s, not '%s'"):format(name, wanted, value) end
        value = read
    end
    if option.adds then
        options[option.to] = options[option.to] or {}
        table.insert(options[option.to], value)
    else
        options[option.to] = value
    end
end

local function add_path(options, path)
    local file, line = path:match("^(.+):(%d+)$")
    table.insert(options.paths, { path = file or path, line = math.tointeger(tonumber(line)) })
end

-- Reads the option at arguments[i] -> the index of the last word that belongs to it; nil, message
local function read_option(options, arguments, i)
    local argument = arguments[i]
    local name, value = argument:match("^(%-%-[^=]+)=(.*)$")
    if not name and argument:find("^%-%a.") then -- -j4, but not -xs
        name, value = argument:sub(1, 2), argument:sub(3):gsub("^=", "")
    end
    name = name or argument
    local option = by_name[name]
    if not option then
        local close = nearest(name)
        return nil, ("unrecognized option '%s'%s"):format(argument, close and "; there is " .. close or "")
    end
    if not option.read then
        if value then return nil, ("%s takes no value"):format(name) end
        options[option.to] = true
        return i
    end
    if value == nil and option.otherwise == nil then
        i = i + 1
        value = arguments[i]
        if value == nil then return nil, ("%s needs a value"):format(name) end
    end
    if value == nil then value = option.otherwise end
    local message = set(options, option, name, value)
    if message then return nil, message end
    return i
end

local function check(options)
    local outputs = 0
    for _, each in ipairs(options.reporters) do
        if not each.file then outputs = outputs + 1 end
    end
    if outputs > 1 then return "there are two reporters for the standard output; write --reporter NAME=FILE" end
    if options.replay and options.explore then return "--replay runs one order again, --explore many; write one of them" end
    if options.strategy and not options.explore then return "--strategy is for --explore" end
    if outputs == 0 then table.insert(options.reporters, 1, { name = "pretty" }) end
end

-- The options that a file's process has to know: plain values.
local passed = { "timeout", "repeats", "retry", "shuffle", "seed", "leaks", "clock", "explore", "strategy", "replay", "filter", "filter_out", "tags", "no_tags", "list" }

return {
    help = HELP,
    passed = passed,
    parse = function(arguments)
        local options = { paths = {}, args = {}, reporters = {}, filter = {}, filter_out = {}, tags = {}, no_tags = {},
            timeout = 30, file_timeout = 300, grace = 5, repeats = 1, retry = 0, isolation = "file", leaks = "fail",
            clock = "real", color = "auto", output_limit = 64 << 20 }
        local i = 1
        while i <= #arguments do
            local argument = arguments[i]
            if argument == "--" then
                options.args = table.move(arguments, i + 1, #arguments, 1, {})
                break
            elseif argument:find("^%-.") then
                local last, message = read_option(options, arguments, i)
                if not last then return nil, message end
                i = last
            else
                add_path(options, argument)
            end
            i = i + 1
        end
        if math.type(options.shuffle) == "integer" then options.seed, options.shuffle = options.shuffle, true end
        local message = check(options)
        if message then return nil, message end
        return options
    end,
}
