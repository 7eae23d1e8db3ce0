-- A strand of the scope may start others in it, also while the block already waits.
do
    local s <close> = plait.scope()
    local function grow(n)
        sleep(0)
        if n > 0 then s:async(grow, n - 1) else print("grown") end
    end
    s:async(grow, 5)
end
print("left")
--> grown
--> left
