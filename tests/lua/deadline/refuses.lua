-- Wrong arguments.
print(pcall(plait.deadline)) --> false	bad argument #1 to 'plait.deadline' (number expected, got no value)
print(pcall(plait.deadline, {})) --> false	bad argument #1 to 'plait.deadline' (number expected, got table)
print(pcall(plait.deadline, -0.5)) --> false	bad argument #1 to 'plait.deadline' (seconds are negative)
print(pcall(plait.deadline, 0/0)) --> false	bad argument #1 to 'plait.deadline' (seconds are not a number (nan))
do local d <close> = plait.deadline(1e300) end
