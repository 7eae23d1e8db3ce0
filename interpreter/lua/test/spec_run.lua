-- plait.test.spec_run: runs the blocks and tests of a *_spec.lua file, in the order of busted: the function of a block, its
-- setups, what is in it, its teardowns. More of the plan is told when a block's function has been called.

local internal = require "plait.internal"
local suite = require "plait.test.suite"
local spec = require "plait.test.spec"

local catch = internal.catch

-- The parents of the node, the outermost first.
local function chain_of(node)
  local list, at = {}, node.parent
  while at do
    table.insert(list, 1, at)
    at = at.parent
  end
  return list
end

-- Hooks assign to the names of their block.
local function call_hook(group, hook) return spec.within({ parent = group, env = {} }, group, hook) end

-- In the test's task: true if its function was called, or else what had failed.
local function around(t, node)
  for _, group in ipairs(chain_of(node)) do
    node.reached = group
    for _, hook in ipairs(group.before_each or {}) do call_hook(group, hook) end
  end
  node.env = { pending = spec.pending, finally = function(f) node.finally = f end }
  spec.within(node, nil, function()
    local ok, err, traceback = catch(node.fn, t)
    if node.finally then
      node.env.pending = function() error("'pending' not supported inside current context block", 2) end
      node.finally()
    end
    if not ok then
      t.state.traceback = traceback
      error(err, 0)
    end
  end)
end

-- After it: after_each, the innermost block first, from where before_each got to.
local function after(_, node)
  local group = node.reached
  local first
  while group do
    for _, hook in ipairs(group.after_each or {}) do
      local ok, err = catch(call_hook, group, hook)
      if not ok and first == nil then first = err end
    end
    group = group.parent
  end
  node.env, node.finally, node.reached = nil, nil, nil
  if first ~= nil then error(first, 0) end
end

local function new(session, tools)
  local runner = {}

  -- Calls it in a task; returns the record of a failure.
  local function call(what, f, ...)
    local failure
    local arguments = table.pack(...)
    local how, found = tools.finish_in(0, session.options.timeout or 30, what, function()
      local ok, err, traceback = catch(f, table.unpack(arguments, 1, arguments.n))
      if not ok then failure = require("plait.test.failures").of(err, traceback) end
    end)
    if how then
      return { message = ("%s: %s"):format(what, how == "timeout" and "it did not end in time" or tostring(found)) }
    end
    if failure then failure.message = ("%s: %s"):format(what, failure.message) end
    return failure
  end

  local function report(group, what, failure)
    session.extra = session.extra + 1
    tools.report_failure(what .. session.extra, (group.name and suite.full_name(group) .. " › " or "") .. what, { failure },
      group.line or 0)
  end

  -- All of that kind of the block; whether all have ended well.
  local function call_all(group, kind)
    local is_fine = true
    if session.is_exploring then return true end -- they are called by the processes that run the tests
    for _, hook in ipairs(group[kind] or {}) do
      local failure = call(kind, call_hook, group, hook)
      if failure then
        report(group, kind, failure)
        is_fine = false
      end
    end
    return is_fine
  end

  -- lazy_setup of the blocks around a test that is about to run: once each.
  local function set_up(node)
    for _, group in ipairs(chain_of(node)) do
      if group.is_set_up == nil then group.is_set_up = call_all(group, "lazy_setup") end
      if not group.is_set_up then return false end
    end
    return true
  end

  local function order(group)
    local children = group.children
    local random = group.random
    if random == nil and session.options.shuffle then random = true end
    if not random then return children end
    children = table.move(children, 1, #children, 1, {})
    math.randomseed(group.seed or session.options.seed or 0)
    for i = #children, 2, -1 do
      local j = math.random(i)
      children[i], children[j] = children[j], children[i]
    end
    return children
  end

  local function run_test(node)
    if session.is_over or not tools.is_selected(node) then return end
    if not node.options.skip and not set_up(node) then return end
    node.around, node.teardown = around, after
    tools.run_test(node)
    local most = session.options.max_failures
    local counts = session.counts
    if most and (counts.failed or 0) + (counts.timeout or 0) >= most then session.is_over = true end
  end

  local function run_children(group)
    local children = order(group)
    local tests = {}
    for _, node in ipairs(children) do
      if node.kind == "test" and tools.is_selected(node) then tests[#tests + 1] = node end
    end
    if #tests > 0 then session.emit(tools.plan_of(tests)) end
    if session.options.list then -- blocks are read, and no more
      for _, node in ipairs(children) do
        if node.kind ~= "test" then runner.run_block(node) end
      end
      return
    end
    local is_fine = call_all(group, "strict_setup")
    for _, node in ipairs(is_fine and children or {}) do
      if session.is_over then break end
      if node.kind == "test" then
        run_test(node)
      else
        runner.run_block(node)
      end
    end
    if group.is_set_up ~= nil then
      call_all(group, "lazy_teardown")
      group.is_set_up = nil
    end
    call_all(group, "strict_teardown")
  end

  function runner.run_block(group)
    group.saved = group.mode == "insulate" and spec.save() or nil
    -- What an `expose` block assigns belongs to the block around its parent, or is global.
    local writes_to = group.mode == "expose" and (group.parent.parent or _G) or nil
    suite.current = group
    local failure = call(group.name, spec.within, group, writes_to, group.body)
    suite.current = nil
    if failure then
      report(group, "block", failure)
    else
      run_children(group)
    end
    if group.saved then spec.restore(group.saved) end
    if group.mode == "expose" and group.parent.saved then group.parent.saved = spec.save() end
  end

  -- The file has been read: what it has registered is in the root.
  function runner.run(root) run_children(root) end

  return runner
end

return { new = new }
