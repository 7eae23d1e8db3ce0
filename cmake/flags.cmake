# How everything here is compiled: language, warnings, hardening, sanitizers.
include(CheckCCompilerFlag)
include(CheckPIESupported)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

# Position-independent, archives too: they may end up in a shared library.
# Hidden symbols make that cost nothing; plait.h marks what is offered.
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)

add_compile_definitions(_GNU_SOURCE PLAIT_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
    -Wmissing-prototypes -Werror=implicit-function-declaration)
if(PLAIT_WERROR)
    add_compile_options(-Werror)
endif()

# The host calls the runtime for every wait, from another library: together
# they are one. Fat objects, so that libplait.a also links without it.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    include(CheckIPOSupported)
    check_ipo_supported(RESULT has_ipo OUTPUT ipo_output LANGUAGES C)
    if(has_ipo)
        set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
        add_compile_options($<$<C_COMPILER_ID:GNU>:-ffat-lto-objects>)
    endif()
endif()

# A node of an intrusive list is a member of one struct while its head is a
# member of another. gcc 12 at -O2 took a head for unchanged across an unlink
# (a frame was sent twice), so types are not used to reason about aliasing.
add_compile_options(-fno-strict-aliasing)

# No path of the building machine in assertions.
add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)

add_compile_options(-fstack-protector-strong)
foreach(flag IN ITEMS stack-clash-protection cf-protection)
    check_c_compiler_flag(-f${flag} has_${flag})
    if(has_${flag})
        add_compile_options(-f${flag})
    endif()
endforeach()
add_link_options(LINKER:-z,relro LINKER:-z,now)

if(PLAIT_SANITIZE)
    # The flag that turns undefined behaviour from a remark into an exit.
    set(sanitize -fsanitize=${PLAIT_SANITIZE}
        -fno-sanitize-recover=undefined)
    add_compile_options(${sanitize} -O1 -fno-omit-frame-pointer)
    add_link_options(${sanitize})
elseif(PLAIT_COVERAGE)
    # Atomic: threads count in the same counters.
    add_compile_options(--coverage -O0 -fprofile-update=atomic)
    add_link_options(--coverage)
elseif(CMAKE_BUILD_TYPE STREQUAL Release)
    # Some compilers define it on their own, at another level.
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
