-- A report names the line on which the strand was started in the scope.
--! status: 1
--! stderr: started_at.lua:8: boom
--! stderr: in task 1, started at started_at.lua:7
do
    local s <close> = plait.scope()
    s:async(
        function() error("boom") end)
end
