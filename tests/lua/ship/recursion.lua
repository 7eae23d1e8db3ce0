-- Recursive functions, local and global, alone and in pairs.
local function fact(n) return n < 2 and 1 or n * fact(n - 1) end
local odd
local function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
function ping(n) return n == 0 and "ping" or pong(n - 1) end
function pong(n) return n == 0 and "pong" or ping(n - 1) end
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(fact, 10)), await(start(even, 7)), await(start(odd, 7)), await(start(fib, 10)), await(start(ping, 3)))
end
--> 3628800	false	true	55	pong
--> 3628800	false	true	55	pong
