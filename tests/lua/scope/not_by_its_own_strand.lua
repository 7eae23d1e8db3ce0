-- A strand of the scope cannot leave it: it would wait for itself.
do
    local s <close> = plait.scope()
    local h = s:async(function() print(pcall(s.close, s)) end)
end
--> false	not_by_its_own_strand.lua:4: a strand of the scope cannot wait for its end
