# Everything ctest runs, found by name. A test is called after its file:
# tests/lua/channel/close.lua is `lua/channel/close`, labelled `lua`.
#
# Exit 0 is a pass, 77 a skip. A file with the line `--! alone: yes` (Lua),
# `# alone: yes` (shell) or ` * alone: yes` (C) shares the machine with no
# other test; keep that for what measures time.
set(tests ${CMAKE_SOURCE_DIR}/tests)
set(support ${tests}/support)

# A Lua test ends itself a little before ctest would, to say what it printed.
set(test_seconds 120)
if(PLAIT_SANITIZE)
    math(EXPR test_seconds "${test_seconds} * 3")
endif()
math(EXPR check_seconds "${test_seconds} - 15")

# Any finding of a sanitizer ends the program with status 99. Requests for
# absurd amounts of memory fail as they do elsewhere instead of ending it. The
# second that ThreadSanitizer waits at the end is more than a parent has patience
# for a child that has said that it ends. Threads that have ended are not joined
# when another one calls os.exit; at any other end the runtime asserts that they are.
set(test_environment
    PLAIT=${CMAKE_BINARY_DIR}/plait
    SOURCE_DIR=${CMAKE_SOURCE_DIR}
    BUILD_DIR=${CMAKE_BINARY_DIR}
    PLAIT_PRESET=${PLAIT_PRESET}
    PLAIT_TEST_SECONDS=${check_seconds}
    ASAN_OPTIONS=detect_leaks=1:halt_on_error=1:exitcode=99:allocator_may_return_null=1
    LSAN_OPTIONS=exitcode=99:suppressions=${support}/lsan.supp:print_suppressions=0
    UBSAN_OPTIONS=halt_on_error=1:exitcode=99:print_stacktrace=1
    TSAN_OPTIONS=halt_on_error=1:exitcode=99:second_deadlock_stack=1:report_signal_unsafe=0:atexit_sleep_ms=100:report_thread_leaks=0:allocator_may_return_null=1:suppressions=${support}/tsan.supp:print_suppressions=0)

# Puts the paths of the files that match tests/<pattern> into `out`.
function(find_tests out pattern)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${tests}/${pattern})
    set(${out} ${found} PARENT_SCOPE)
endfunction()

# add_plait_test(<file> <command>...): the test of that file.
function(add_plait_test file)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${tests} OUTPUT_VARIABLE name)
    cmake_path(REMOVE_EXTENSION name LAST_ONLY)
    string(REGEX MATCH "^[^/]+" label ${name})
    file(STRINGS ${file} alone REGEX "^(--!|#| \\*) alone: yes" LIMIT_COUNT 1)
    if(alone)
        set(serial ON)
    else()
        set(serial OFF)
    endif()
    add_test(NAME ${name} COMMAND ${ARGN})
    set(seconds ${test_seconds})
    if(label STREQUAL "package") # they compile
        math(EXPR seconds "${seconds} * 3")
    endif()
    set_tests_properties(${name} PROPERTIES
        LABELS ${label}
        TIMEOUT ${seconds}
        SKIP_RETURN_CODE 77
        RUN_SERIAL ${serial}
        ENVIRONMENT "${test_environment}")
endfunction()

# tests/<directory>/test_*.c: one cmocka program each. The other C files
# there are helpers, linked to every one of them. Without optimization across
# files, which would take most of the time of a build: the program has it.
function(add_c_tests directory library)
    file(GLOB sources CONFIGURE_DEPENDS ${tests}/${directory}/*.c)
    set(helpers ${sources})
    list(FILTER sources INCLUDE REGEX "/test_[^/]*$")
    list(FILTER helpers EXCLUDE REGEX "/test_[^/]*$")
    if(NOT sources)
        return()
    elseif(NOT CMOCKA_FOUND)
        message(WARNING "tests/${directory} is left out: it needs cmocka")
        return()
    endif()
    add_library(${directory}_helpers OBJECT ${helpers} ${empty_source})
    set_target_properties(${directory}_helpers PROPERTIES
        INTERPROCEDURAL_OPTIMIZATION OFF)
    target_link_libraries(${directory}_helpers
        PUBLIC ${library} PkgConfig::CMOCKA)
    if(library STREQUAL "libplait") # tests look inside it
        target_include_directories(${directory}_helpers
            PUBLIC ${CMAKE_SOURCE_DIR}/interpreter)
    endif()
    foreach(source IN LISTS sources)
        cmake_path(GET source STEM LAST_ONLY name)
        set(target ${directory}_${name})
        add_executable(${target} ${source})
        set_target_properties(${target} PROPERTIES
            OUTPUT_NAME ${name}
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/${directory}
            INTERPROCEDURAL_OPTIMIZATION OFF)
        target_link_options(${target} PRIVATE -fno-lto)
        target_link_libraries(${target} PRIVATE ${directory}_helpers)
        add_plait_test(${source} ${target})
    endforeach()
endfunction()

# ---- C --------------------------------------------------------------------

pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
# Linked without Lua, so a runtime that needs it does not link.
add_c_tests(runtime plait_runtime)
add_c_tests(embed libplait)
add_c_tests(interpreter libplait)

# ---- rules ----------------------------------------------------------------

find_tests(scripts rules/*.sh)
foreach(file IN LISTS scripts)
    add_plait_test(${file} sh ${file})
endforeach()

if(NOT TARGET plait)
    message(WARNING "most tests are left out: interpreter/app is empty")
    return()
endif()

# ---- shell ----------------------------------------------------------------

# A sanitizer's library has to be there before the module is.
if(PLAIT_SANITIZE)
    add_executable(stock_lua ${support}/stock_lua.c)
    set_target_properties(stock_lua PROPERTIES ENABLE_EXPORTS ON
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(stock_lua PRIVATE PkgConfig::LUA)
    if(TARGET tsan_longjmp)
        target_link_libraries(stock_lua PRIVATE tsan_longjmp)
    endif()
    list(APPEND test_environment STOCK_LUA=${CMAKE_BINARY_DIR}/tests/stock_lua)
endif()

# A program without Lua that opens libplait.so as a plug-in.
add_executable(plugin_host ${support}/plugin_host.c)
set_target_properties(plugin_host PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
target_include_directories(plugin_host PRIVATE
    ${CMAKE_SOURCE_DIR}/interpreter/include)
target_link_libraries(plugin_host PRIVATE ${CMAKE_DL_LIBS})
if(TARGET tsan_longjmp)
    target_link_libraries(plugin_host PRIVATE tsan_longjmp)
    target_link_options(plugin_host PRIVATE
        LINKER:--export-dynamic,--undefined=__longjmp_chk)
endif()

foreach(directory IN ITEMS cli docs explore module package prompt tutorial)
    find_tests(scripts ${directory}/*.sh)
    list(FILTER scripts EXCLUDE REGEX "/support/")
    foreach(file IN LISTS scripts)
        add_plait_test(${file} sh ${file})
    endforeach()
endforeach()

# ---- Lua ------------------------------------------------------------------

# Each file by itself, so that ctest runs several at a time and has their names.
set(golden $<TARGET_FILE:plait> test -r quiet
    --timeout ${test_seconds} --file-timeout ${test_seconds}
    ${tests}/golden_test.lua --)

# add_golden_test(<file> <arguments of tests/golden_test.lua>...)
function(add_golden_test file)
    add_plait_test(${file} ${golden} ${ARGN})
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${tests} OUTPUT_VARIABLE name)
    cmake_path(REMOVE_EXTENSION name LAST_ONLY)
    set_tests_properties(${name} PROPERTIES
        SKIP_REGULAR_EXPRESSION "0 passed, 0 failed, 1 skipped")
endfunction()

foreach(directory IN ITEMS lua regress)
    find_tests(scripts ${directory}/*.lua)
    list(FILTER scripts EXCLUDE REGEX "/support/")
    foreach(file IN LISTS scripts)
        add_golden_test(${file} ${file})
    endforeach()
endforeach()

# tests/scripts/hello.expected is what scripts/hello.lua prints.
find_tests(expectations scripts/*.expected)
foreach(expected IN LISTS expectations)
    cmake_path(RELATIVE_PATH expected BASE_DIRECTORY ${tests}
        OUTPUT_VARIABLE script)
    cmake_path(REPLACE_EXTENSION script LAST_ONLY .lua)
    cmake_path(ABSOLUTE_PATH script BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
    add_golden_test(${expected} ${script} ${expected})
endforeach()
