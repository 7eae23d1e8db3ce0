#!/bin/sh
# The installed header compiles alone, as C and as C++, without a warning.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
header=$source_dir/interpreter/include/plait.h
status=0

# compiles COMPILER LANGUAGE STANDARD
compiles() {
  "$1" -x "$2" -std="$3" -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
    - <<END || { echo "$header: not as $3"; status=1; }
#include "$header"
int main(void) { return PLAIT_OK; }
END
}

compiles "${CC:-cc}" c c11
compiles "${CC:-cc}" c c17
if command -v "${CXX:-c++}" >/dev/null 2>&1; then
  compiles "${CXX:-c++}" c++ c++17
  compiles "${CXX:-c++}" c++ c++20
else
  echo "there is no C++ compiler: only as C"
fi
exit $status
