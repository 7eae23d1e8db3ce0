-- Whoever comes first starts the service; both come first.
local state = plait.Table{ starts = 0 }
local function use()
  if not state.is_started then
    plait.update(state, "starts", function(n) return n + 1 end)
    state.is_started = true
  end
end
gather(spawn_thread(use), spawn_thread(use))
assert(state.starts == 1, "the service was started twice")
