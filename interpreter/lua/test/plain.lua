-- plait.test.plain: what a test file prints that is run as a script.

local plain = {}

local function indent(text) return "  " .. text:gsub("\n", "\n  ") end

function plain.emit(event)
  if event.event ~= "end" or event.id:find(".", 1, true) and event.status ~= "failed" then return end
  if event.status == "failed" or event.status == "timeout" then
    print(("FAIL  %s"):format(event.name))
    for _, failure in ipairs(event.failures or {}) do
      print(indent(require("plait.test.failures").text(failure)))
      if failure.strands then print(indent(failure.strands)) end
    end
    for _, line in ipairs(event.log or {}) do print("  log: " .. line) end
  end
  for _, leak in ipairs(event.status ~= "failed" and event.leaks or {}) do
    print(("WARN  %s: leak: %s"):format(event.name, leak.text))
  end
  for _, warning in ipairs(event.warnings or {}) do print(("WARN  %s: %s"):format(event.name, warning)) end
end

function plain.finish(result)
  local text = ("%d passed, %d failed"):format(result.passed, result.failed)
  if result.skipped > 0 then text = ("%s, %d skipped"):format(text, result.skipped) end
  print(text)
end

return plain
