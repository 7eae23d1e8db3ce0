-- test/output.lua - what the tests of a process print, told apart by its marks (lib_testlink.c), and kept within bounds.
--
--     local output = new(nonce, live)
--     output:feed(bytes)
--     output:text("3") --> what test 3 has printed, size; "" is what was printed by none

local MARK_SIZE = 200            -- the longest mark
local HEAD, TAIL = 32768, 32768  -- bytes that are kept of each test

local Output = {}
Output.__index = Output

-- `live(bytes)`: is called with all that is printed, as it comes; or nil
local function new(nonce, live)
    return setmetatable({ prefix = "\1" .. nonce .. ":", held = "", key = "", kept = {}, live = live }, Output)
end

-- What is cut stands in the middle: the tail is a list of pieces, of which the oldest go.
local function add(self, bytes)
    if bytes == "" then return end
    if self.live then self.live(bytes) end
    local kept = self.kept[self.key]
    if not kept then
        kept = { head = {}, head_size = 0, tail = {}, first = 1, last = 0, tail_size = 0, size = 0 }
        self.kept[self.key] = kept
    end
    kept.size = kept.size + #bytes
    local room = HEAD - kept.head_size
    if room > 0 then
        local part = bytes:sub(1, room)
        kept.head[#kept.head + 1] = part
        kept.head_size = kept.head_size + #part
        if #bytes <= room then return end
        bytes = bytes:sub(room + 1)
    end
    if #bytes > TAIL then bytes = bytes:sub(-TAIL) end
    kept.last = kept.last + 1
    kept.tail[kept.last] = bytes
    kept.tail_size = kept.tail_size + #bytes
    while kept.tail_size - #kept.tail[kept.first] >= TAIL do
        kept.tail_size = kept.tail_size - #kept.tail[kept.first]
        kept.tail[kept.first] = nil
        kept.first = kept.first + 1
    end
end

-- From where on the rest may be the beginning of a mark.
local function hold_from(self, data, at)
    local from = math.max(at, #data - MARK_SIZE + 1)
    while true do
        from = data:find("\1", from, true)
        if not from then return #data + 1 end
        local size = math.min(#self.prefix, #data - from + 1)
        if data:sub(from, from + size - 1) == self.prefix:sub(1, size) then return from end
        from = from + 1
    end
end

function Output:feed(bytes)
    local data = self.held .. bytes
    local at = 1
    while true do
        local from = data:find(self.prefix, at, true)
        local stop = from and data:find("\n", from, true)
        if not stop then break end
        add(self, data:sub(at, from - 1))
        self.key = data:sub(from + #self.prefix, stop - 1)
        at = stop + 1
    end
    local held = hold_from(self, data, at)
    add(self, data:sub(at, held - 1))
    self.held = data:sub(held)
end

-- Nothing more comes.
function Output:finish()
    add(self, self.held)
    self.held = ""
end

-- -> text, bytes that were printed; nil: nothing was
function Output:text(key)
    local kept = self.kept[key]
    if not kept then return nil, 0 end
    local head, tail = table.concat(kept.head), table.concat(kept.tail, "", kept.first, kept.last)
    local cut = kept.size - #head - #tail
    if cut == 0 then return head .. tail, kept.size end
    return ("%s\n... %d bytes are left out here ...\n%s"):format(head, cut, tail), kept.size
end

return new
