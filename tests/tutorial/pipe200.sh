#!/bin/sh
# Runs E01, E02, E04, E13 and E14 200 times each (20 under sanitizers) with a pipe as output, five programs at a time;
# check.lua looks for torn, missing and reordered lines. E13 and E14 sleep 0.05 s instead of 2 s.
# Environment: PLAIT, the program; SOURCE_DIR; PLAIT_PRESET; COUNT, to repeat more or less often.
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case ${PLAIT_PRESET:-} in
    asan | tsan) COUNT=${COUNT:-20} ;;
    *) COUNT=${COUNT:-200} ;;
esac
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT

# repeat NAME: runs the program COUNT times; leaves NAME.i.out, NAME.i.err and NAME.i.result.
repeat() {
    program=$results/$1.lua
    sed 's/sleep(2)/sleep(0.05)/' "$SOURCE_DIR/scripts/tutorial/$1.lua" >"$program"
    i=1
    while [ $i -le "$COUNT" ]; do
        to=$results/$1.$i
        {
            timeout 60 "$PLAIT" --stall off "$program" 2>"$to.err" </dev/null
            echo "$? 0 0" >"$to.result"
        } | cat >"$to.out"
        i=$((i + 1))
    done
}

for name in e01 e02 e04 e13 e14; do
    repeat $name &
done
wait

"$PLAIT" "$SOURCE_DIR/tests/tutorial/check.lua" pipe "$results" "$COUNT"
