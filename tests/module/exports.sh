#!/bin/sh
# libplait.so exports what plait.h offers and nothing else, is called by its
# interface's number, stays where it is loaded, and takes Lua from elsewhere.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
library=${BUILD_DIR:-$source_dir/build/release}/libplait.so
header=$source_dir/interpreter/include/plait.h
dir=$(mktemp -d "${TMPDIR:-/tmp}/plait-exports.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
status=0

# What is declared with PLAIT_API: the name before the first parenthesis.
[ ! -f "$header" ] || awk '
!is_open && /^(extern )?PLAIT_API / { is_open = 1 }
is_open {
    text = text " " $0
    if (!match(text, /[A-Za-z_0-9]+ *\(/)) next
    name = substr(text, RSTART, RLENGTH)
    sub(/ *\(/, "", name)
    print name
    is_open = 0
    text = ""
}' "$header" | sort >"$dir/wanted"
[ -f "$dir/wanted" ] || : >"$dir/wanted"

nm -D --defined-only "$library" >"$dir/symbols" || exit 1
awk '{ print $NF }' "$dir/symbols" |
  grep -vE '^__(asan|tsan|ubsan|odr_asan|emutls|gcov|llvm)' | sort >"$dir/got"
if ! diff -u "$dir/wanted" "$dir/got"; then
  echo "^ what plait.h declares with PLAIT_API (-), what is exported (+)"
  status=1
fi

readelf -d "$library" >"$dir/dynamic" || exit 1
for fact in 'SONAME.*\[libplait\.so\.0\]' 'NODELETE' \
  'NEEDED.*\[liblua[^]]*\.so' 'NEEDED.*\[libuv\.so'; do
  grep -q "$fact" "$dir/dynamic" && continue
  echo "libplait.so: no $fact in its dynamic section"
  status=1
done
if [ "$(readlink "${library%/*}/module/plait.so")" != ../libplait.so.0 ]; then
  echo "module/plait.so is not libplait.so.0"
  status=1
fi
exit $status
