# Sourced by the tests of this folder: a folder that is gone at the end, what
# the build was made with, and how to fail.
# Environment: PLAIT, SOURCE_DIR, BUILD_DIR, PLAIT_PRESET.
set -u
SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
BUILD_DIR=${BUILD_DIR:-$SOURCE_DIR/build/release}
PLAIT=${PLAIT:-$BUILD_DIR/plait}
PLAIT_PRESET=${PLAIT_PRESET:-release}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

skip() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

# cached NAME - a variable of the build.
cached() {
  sed -n "s/^$1:[A-Z]*=//p" "$BUILD_DIR/CMakeCache.txt"
}

version=$(cached CMAKE_PROJECT_VERSION)
compiler=$(cached CMAKE_C_COMPILER)
libdir=$(cached CMAKE_INSTALL_LIBDIR)
case $libdir in /*) skip "the libraries' folder is not below the prefix" ;; esac

# A host has to have the sanitizer that the library was built with.
case $(cached PLAIT_SANITIZE) in
'') sanitize= ;;
*) sanitize="-fsanitize=$(cached PLAIT_SANITIZE)" ;;
esac

# The archive can be optimized once more with each host; tests need not wait.
without_lto=
case $sanitize in '') without_lto=-fno-lto ;; esac

# install_tree FOLDER - what `cmake --install` puts there, below its usr.
install_tree() {
  cmake --install "$BUILD_DIR" --prefix "$1/usr" >"$folder/install.log" 2>&1 || {
    cat "$folder/install.log"
    fail "cmake --install"
  }
}

# try COMMAND... - its output is shown if it fails.
try() {
  "$@" >"$folder/log" 2>&1 </dev/null || {
    status=$?
    cat "$folder/log"
    fail "status $status: $*"
  }
}
