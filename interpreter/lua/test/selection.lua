-- plait.test.selection: which tests of a file are run, and in which order. Not loaded where all are, as they stand.

local suite = require "plait.test.suite"

local selection = {}

local function matches_any(list, text)
  if type(list) == "string" then list = { list } end
  for _, pattern in ipairs(list) do
    local ok, found = pcall(string.find, text, pattern)
    if text:find(pattern, 1, true) or (ok and found) then return true end
  end
  return false
end

function selection.tags_of(node)
  local tags = {}
  while node do
    for _, tag in ipairs(node.options.tags or {}) do tags[tag] = true end
    node = node.parent
  end
  return tags
end

local function has_tag(list, tags)
  if type(list) == "string" then list = { list } end
  for _, tag in ipairs(list) do
    if tags[tag] then return true end
  end
  return false
end

-- The lines of a group select all that is in it, unless a test in it is selected.
local function by_lines(tests, lines)
  local chosen = {}
  for _, line in ipairs(lines) do
    local best, size = {}, math.huge
    for _, node in ipairs(tests) do
      local at = node
      while at do
        if at.line and line >= at.line and line <= at.last_line then
          local extent = at.last_line - at.line
          if extent < size then best, size = {}, extent end
          if extent == size then best[node] = true end
          break
        end
        at = at.parent
      end
    end
    for node in next, best do chosen[node] = true end
  end
  return chosen
end

local function has_only(node)
  while node do
    if node.options.only then return true end
    node = node.parent
  end
end

-- In their order; `shuffle` mixes what is in a group, by the seed.
local function collect(group, list, random)
  local children = group.children
  if random then
    children = table.move(children, 1, #children, 1, {})
    for i = #children, 2, -1 do
      local j = random(i)
      children[i], children[j] = children[j], children[i]
    end
  end
  for _, node in ipairs(children) do
    if node.kind == "test" then
      list[#list + 1] = node
    else
      collect(node, list, random)
    end
  end
  return list
end

-- A sequence of its own (xorshift), so that every process gets the same one.
local function random_of(seed)
  local state = (math.tointeger(seed) or 0) ~ 0x2545F4914F6CDD1D
  if state == 0 then state = 1 end
  return function(most)
    state = state ~ (state << 13)
    state = state ~ (state >> 7)
    state = state ~ (state << 17)
    return (state >> 1) % most + 1
  end
end

function selection.is_selected(node, options)
  local root = node
  while root.parent do root = root.parent end
  local name = root.file .. " › " .. suite.full_name(node)
  local tags = (options.tags or options.no_tags) and selection.tags_of(node)
  return (not options.ids or options.ids[node.id])
    and (not options.select or options.select{ id = node.id, name = suite.full_name(node) })
    and (not options.filter or matches_any(options.filter, name))
    and (not options.filter_out or not matches_any(options.filter_out, name))
    and (not options.tags or has_tag(options.tags, tags))
    and (not options.no_tags or not has_tag(options.no_tags, tags))
end

-- Whether one of the lines is in the test, or the first one of a block around it.
function selection.is_at_line(node, lines)
  for _, line in ipairs(lines) do
    if line >= node.line and line <= node.last_line then return true end
    local group = node.parent
    while group do
      if group.line == line then return true end
      group = group.parent
    end
  end
  return false
end

-- The tests of a file in their order, and whether these are all.
function selection.of(root, options)
  local random = options.shuffle and random_of(options.seed or 0)
  local all = collect(root, {}, random)
  local is_only = false
  for _, node in ipairs(all) do is_only = is_only or has_only(node) end
  local chosen = options.only_lines and #options.only_lines > 0 and by_lines(all, options.only_lines)
  local list = {}
  for _, node in ipairs(all) do
    if (not is_only or chosen or has_only(node)) and (not chosen or chosen[node]) and selection.is_selected(node, options) then
      list[#list + 1] = node
    end
  end
  return list, #list == #all
end

return selection
