-- A child reads the standard input of its parent.
--! stdin: one
--! stdin: two
print(await(spawn_process(function() return io.read("l", "l", "l") end))) --> one	two	nil
