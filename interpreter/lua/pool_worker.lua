-- pool_worker.lua - what a worker of a Pool runs; see pool.lua.

local internal = require "plait.internal"

local worker = {}

local function answer_of(job, ok, ...)
  if ok then return { id = job.id, n = select("#", ...), ... } end
  local err, traceback = ...
  return { id = job.id, failed = true, err = err, traceback = traceback }
end

-- The first results of f for each item, as one answer.
local function run_items(f, job)
  local items, mode = job.items, job.mode
  local answer = { id = job.id, n = job.count }
  if mode == "one" then
    for i = 1, job.count do answer[i] = (f(items[i])) end
  else
    for i = 1, job.count do
      local args = items[i]
      answer[i] = (f(table.unpack(args, 1, args.n or #args)))
    end
  end
  return answer
end

local function run_job(f, job)
  if job.stop and job.stop:get() then
    return answer_of(job, false, "left out after an error")
  end
  if job.mode == "call" then
    return answer_of(job, internal.catch(f,
      table.unpack(job.items, 1, job.count)))
  end
  local ok, answer, traceback = internal.catch(run_items, f, job)
  if ok then return answer end
  return answer_of(job, false, answer, traceback)
end

-- Sends the answer; what cannot travel becomes an error that says so.
local function send_answer(job, answer)
  local ok, err = pcall(job.reply.send, job.reply, answer)
  if not ok then job.reply:send(answer_of(job, false, err)) end
end

function worker.run(jobs, current, init, recycle)
  local functions = {}
  if init then internal.unpack(init)() end
  local done = 0
  for job in jobs do
    current:send{ reply = job.reply, id = job.id }
    local f = functions[job.fn]
    if not f then
      f = internal.unpack(job.code)
      functions[job.fn] = f
    end
    send_answer(job, run_job(f, job))
    current:send(false)
    done = done + 1
    if done == recycle then return end
  end
end

return worker
