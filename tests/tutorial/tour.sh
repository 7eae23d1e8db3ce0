#!/bin/sh
# scripts/tour.lua prints what tour.expected says, but for times and line numbers, and nothing to the standard error.
# Environment: PLAIT, the program; SOURCE_DIR.
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case $PLAIT in
    /*) ;;
    *) PLAIT=$PWD/$PLAIT ;;
esac
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

cd "$SOURCE_DIR/scripts" || exit 1
"$PLAIT" tour.lua >"$dir/out" 2>"$dir/err" </dev/null
status=$?
sed -e 's/[0-9][0-9]*\.[0-9] s/T s/g' -e 's/tour\.lua:[0-9]*/tour.lua:N/g' "$dir/out" >"$dir/masked"

failed=0
diff -u "$SOURCE_DIR/tests/tutorial/tour.expected" "$dir/masked" || failed=1
if [ -s "$dir/err" ]; then
    cat "$dir/err"
    failed=1
fi
if [ $status != 0 ]; then
    echo "exit status $status"
    failed=1
fi
exit $failed
