-- Follows the links of local files: plait crawler.lua [PAGE]
-- Semaphore: at most three pages are open at a time, and no more than a hundred are begun in a second, however many
-- links there are. Without an argument it makes a small site to crawl.

local AT_A_TIME, PER_SECOND = 3, 100

local site = {
    ["index.html"] = '<a href="tea.html">Tea</a> <a href="coffee.html">Coffee</a> <a href="old/menu.html">1998</a>',
    ["tea.html"] = '<a href="index.html">Home</a> <a href="coffee.html">Coffee</a>',
    ["coffee.html"] = '<a href="index.html">Home</a> <a href="milk.html">With milk</a>',
    ["old/menu.html"] = '<a href="../index.html">Home</a> <a href="../tea.html">Tea</a>',
}

local function make_site()
    local root = os.tmpname()
    os.remove(root)
    os.execute(("mkdir -p '%s/old'"):format(root))
    for name, text in pairs(site) do
        local file <close> = assert(io.open(root .. "/" .. name, "w"))
        file:write(text)
    end
    return root .. "/"
end

-- Reading may take its time, so a thread of the pool does it.
local function read_links(path)
    local file <close> = io.open(path)
    if not file then return nil end
    local links = {}
    for link in file:read("a"):gmatch('href="([^"#]+)') do
        if not link:find("^%a+:") then links[#links + 1] = link end
    end
    return links
end

-- "a/b/../c.html" is "a/c.html".
local function resolve(page, link)
    local path = (page:match("^.*/") or "") .. link
    local count
    repeat path, count = path:gsub("[^/]+/%.%./", "", 1) until count == 0
    return path
end

local slots = plait.Semaphore(AT_A_TIME, { bounded = true })
local next_turn = plait.now()

local function wait_for_turn()
    local now = plait.now()
    local turn = math.max(next_turn, now)
    next_turn = turn + 1 / PER_SECOND
    sleep(turn - now)
end

local function crawl(root, start)
    local found = {} -- page -> its links; false: there is none
    local function visit(page)
        if found[page] ~= nil then return end
        found[page] = {} -- it is being read
        wait_for_turn()
        found[page] = slots:with(function() return await(to_thread(read_links, root .. page)) end) or false
        local further = {}
        for i, link in ipairs(found[page] or {}) do further[i] = async(visit, resolve(page, link)) end
        gather(further)
    end
    visit(start)
    return found
end

local root = #arg == 0 and make_site() or arg[1]:match("^.*/") or "./"
local found = crawl(root, #arg == 0 and "index.html" or arg[1]:match("[^/]+$"))
if #arg == 0 then os.execute(("rm -r '%s'"):format(root)) end

local pages = {}
for page in pairs(found) do pages[#pages + 1] = page end
table.sort(pages)
for _, page in ipairs(pages) do
    print(("%-14s %s"):format(page, found[page] and #found[page] .. " links" or "is not there"))
end
