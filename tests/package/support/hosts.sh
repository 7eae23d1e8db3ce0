# Sourced by tests that compile programs which embed plait, after package.sh.
[ -f "$SOURCE_DIR/interpreter/include/plait.h" ] || skip "there is no plait.h"
command -v pkg-config >/dev/null || skip "there is no pkg-config"

host=$SOURCE_DIR/tests/package/support/host.c
host_says="42	8
version $version"

# run_host PROGRAM - it says what host.c says, taking libraries from $tree.
run_host() {
  said=$(LD_LIBRARY_PATH=$tree/usr/$libdir timeout -k 5 60 "$@" 2>&1) ||
    fail "$1: $said"
  [ "$said" = "$host_says" ] || fail "$1 says: $said"
}

# ThreadSanitizer has to know of Lua's longjmp: tests/support/tsan_longjmp.c.
extra_sources=
case $sanitize in *thread*) extra_sources=$SOURCE_DIR/tests/support/tsan_longjmp.c ;; esac
