#!/bin/sh
# The programs of tests/embed/examples are built out of the tree, by pkg-config
# and by CMake, against an installation, and say what they should.
. "$(dirname "$0")/support/package.sh"
. "$(dirname "$0")/support/hosts.sh"

examples=$SOURCE_DIR/tests/embed/examples
install_tree "$folder/tree"
tree=$folder/tree
PKG_CONFIG_PATH=$tree/usr/$libdir/pkgconfig
export PKG_CONFIG_PATH

# check PROGRAM NAME - it prints what NAME.expected has, and nothing else.
check() {
  LD_LIBRARY_PATH=$tree/usr/$libdir timeout -k 5 60 "$1" >"$folder/said" 2>&1 \
    </dev/null || fail "status $? of $1: $(cat "$folder/said")"
  diff "$examples/$2.expected" "$folder/said" || fail "$1 says something else (>)"
}

mkdir "$folder/project" || exit 1
cat >"$folder/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(examples C)
set(CMAKE_C_STANDARD 11)
find_package(plait CONFIG REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
file(GLOB sources ${EXAMPLES}/*.c)
foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source} ${EXTRA})
    target_link_libraries(${name} PRIVATE plait::plait Threads::Threads)
    file(STRINGS ${source} needs REGEX "needs: libuv")
    if(needs)
        target_link_libraries(${name} PRIVATE PkgConfig::UV)
    endif()
endforeach()
END
CFLAGS="$sanitize -Wall -Wextra -Werror" try cmake -S "$folder/project" \
  -B "$folder/build" -DCMAKE_C_COMPILER="$compiler" \
  -DCMAKE_PREFIX_PATH="$tree/usr" -DEXAMPLES="$examples" -DEXTRA="$extra_sources"
try cmake --build "$folder/build"

count=0
for source in "$examples"/*.c; do
  name=$(basename "$source" .c)
  modules=plait
  grep -q 'needs: libuv' "$source" && modules="plait libuv"
  # shellcheck disable=SC2046,SC2086 # flags
  try "$compiler" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror \
    $sanitize -pthread -o "$folder/$name" "$source" $extra_sources \
    $(pkg-config --cflags --libs $modules)
  check "$folder/$name" "$name"
  check "$folder/build/$name" "$name"
  count=$((count + 1))
done
[ "$count" -ge 5 ] || fail "$count examples"
exit 0
