-- Local recursive functions, memo tables made inside, and forward declarations that were filled before are fine.
local odd
local function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
local function memoized(n)
    local memo = {}
    local function fib(k)
        if k < 2 then return k end
        memo[k] = memo[k] or fib(k - 1) + fib(k - 2)
        return memo[k]
    end
    return fib(n)
end
print(await(spawn_thread(even, 10)), await(spawn_thread(memoized, 50))) --> true	12586269025
