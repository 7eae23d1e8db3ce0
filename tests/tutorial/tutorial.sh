#!/bin/sh
# Runs the sixteen tutorial programs, both versions, and the literal ports of E06 that must be refused; check.lua says
# what must come out. The programs that sleep run all at once, the others after them, so that they do not disturb.
# Where nothing is wrong but that one took too long, as on a busy machine, all run again, five times at most.
# Environment: PLAIT, the program; SOURCE_DIR; PLAIT_PRESET, "asan" and "tsan" get more time.
# alone: yes
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case $PLAIT in
    /*) ;;
    *) PLAIT=$PWD/$PLAIT ;;
esac
tests=$SOURCE_DIR/tests/tutorial
programs=$SOURCE_DIR/scripts/tutorial
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT

# run NAME FILE: leaves NAME.out, NAME.err and NAME.result, "status start end".
run() {
    start=$(date +%s%N)
    timeout 60 "$PLAIT" --stall off "$2" >"$results/$1.out" 2>"$results/$1.err" </dev/null
    status=$?
    echo "$status $start $(date +%s%N)" >"$results/$1.result"
}

# Leaves the status of check.lua.
run_all() {
    for number in 03 09 10 11 12 13 14 15 16; do
        run "e$number" "$programs/e$number.lua" &
        run "python_e$number" "$programs/python/e$number.lua" &
    done
    wait

    for number in 01 02 04 05 06 07 08; do
        run "e$number" "$programs/e$number.lua"
        run "python_e$number" "$programs/python/e$number.lua"
    done

    # From their own directory: their names, as errors show them, are then short.
    cd "$tests" || exit 1
    for literal in literal_*.lua; do
        run "${literal%.lua}" "$literal"
    done

    "$PLAIT" check.lua golden "$results" literal_*.lua
}

for _ in 1 2 3 4 5; do
    run_all
    status=$?
    [ $status = 3 ] || break
done
exit $status
