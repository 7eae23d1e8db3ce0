-- A global that several functions name is one global there; a global changed there is not changed here.
state = {n = 1}
local function bump() state.n = state.n + 1 return state.n end
function see() return state.n end
print(await(spawn_process(function() bump() return bump(), see(), state.n end))) --> 3	3	3
print(await(spawn_thread{ function() bump() return bump(), see(), state.n end, private = {"state"} })) --> 3	3	3
print(state.n) --> 1
