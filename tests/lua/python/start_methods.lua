-- What a Python script says about ways of starting children changes nothing.
local multiprocessing = require "plait.multiprocessing"
multiprocessing.freeze_support()
multiprocessing.set_start_method("fork")
print(multiprocessing.get_start_method(), multiprocessing.get_context("spawn") == multiprocessing) --> spawn	true
