-- The locale is the process's: a thread may ask for it, and not change it.
print(os.setlocale(), os.setlocale("C"), os.setlocale(nil, "numeric")) --> C	C	C
await(spawn_thread(function()
    print(os.setlocale(), os.setlocale(nil, "numeric")) --> C	C
    print(os.setlocale("C"), os.setlocale("C", "time")) --> C	C
    print(os.setlocale("POSIX.UTF-8"), os.setlocale("")) --> nil	nil
end))
await(async(function() print(os.setlocale("C")) end)) --> C
