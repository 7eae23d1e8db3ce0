-- __tostring shows an object, __name precedes its table; no other metamethod runs.
local function object(metatable, fields)
    return setmetatable(fields or {}, metatable)
end

local Account = {__name = "Account", __tostring = function(a) return "Account of " .. a.owner end}
print(plait.repr({object(Account, {owner = "Ann"})})) --> [Account of Ann]
print(plait.repr(object({__name = "Point"}, {x = 1, y = 2}))) --> Point{x = 1, y = 2}
print(plait.repr(object({__name = "Stack"}, {1, 2}))) --> Stack[1, 2]

local function refuse() error("called") end
local wild = {__index = refuse, __len = refuse, __pairs = refuse, __eq = refuse, __lt = refuse, __metatable = "locked"}
print(plait.repr(object(wild, {1, a = 2}))) --> {1, a = 2}
print(plait.repr(object({__tostring = refuse}, {a = 1}))) --> {a = 1}
print(plait.repr(object({__tostring = function() return "locked, yet shown" end, __metatable = false}))) --> locked, yet shown
