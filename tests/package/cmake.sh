#!/bin/sh
# A CMake project finds an installation that was moved, and has both libraries.
. "$(dirname "$0")/support/package.sh"
. "$(dirname "$0")/support/hosts.sh"

install_tree "$folder/first"
mv "$folder/first" "$folder/moved"
tree=$folder/moved
mkdir "$folder/project"
cat >"$folder/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(host C)
find_package(plait ${WANTED} CONFIG REQUIRED COMPONENTS shared static)
find_package(plait CONFIG REQUIRED) # twice, as by two parts of a project
add_executable(shared ${HOST} ${EXTRA})
target_link_libraries(shared PRIVATE plait::plait)
add_executable(static ${HOST} ${EXTRA})
target_link_libraries(static PRIVATE plait::plait_static)
END

configure() {
  CFLAGS="$sanitize $without_lto" cmake -S "$folder/project" -B "$folder/$1" \
    -DCMAKE_C_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$tree/usr" \
    -DHOST="$host" -DEXTRA="$extra_sources" -DWANTED="$2" >"$folder/log" 2>&1
}

# 0.1 is what every 0.1.x is; before 1.0 a minor version may break programs.
configure build "${version%.*}" || fail "cmake: $(cat "$folder/log")"
try cmake --build "$folder/build"
run_host "$folder/build/shared"
ldd "$folder/build/shared" | grep -q "$tree/.*libplait" ||
  fail "another libplait: $(ldd "$folder/build/shared")"
run_host "$folder/build/static"
ldd "$folder/build/static" | grep libplait && fail "^ not the archive"

for wrong in 0.0 0.2 1.0; do
  configure "wrong$wrong" "$wrong" && fail "version $wrong was found"
  grep -q 'plait' "$folder/log" || fail "cmake: $(cat "$folder/log")"
done

rm "$tree/usr/$libdir/libplait.a"
configure alone "" && fail "the component 'static' was found without its library"
grep -qi 'static' "$folder/log" || fail "cmake: $(cat "$folder/log")"
exit 0
