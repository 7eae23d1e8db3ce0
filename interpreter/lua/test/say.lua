-- plait.test.say: texts by their names, in languages: what busted suites know as the module `say`.

local texts, language, fallback = { en = {} }, "en", "en"

local say = { _registry = texts }

local function use(name)
  texts[name] = texts[name] or {}
  return name
end

function say.set_namespace(_, name) language = use(name) end
function say.set_fallback(_, name) fallback = use(name) end
function say.set(_, key, text) texts[language][key] = text end

-- say(key, values): the text with the values in it, as string.format does; nil if there is none
local function format(_, key, values)
  if values ~= nil and type(values) ~= "table" then
    error(("expected parameter table to be a table, got '%s'"):format(type(values)), 2)
  end
  local text = texts[language][key] or texts[fallback][key]
  if text == nil then return nil end
  local shown = {}
  local count = values and math.max(values.n or 0, #values) or 0
  for i = 1, count do shown[i] = tostring(values[i]) end
  return count > 0 and tostring(text):format(table.unpack(shown, 1, count)) or tostring(text)
end

return setmetatable(say, { __call = format, __index = texts })
