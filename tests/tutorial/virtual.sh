#!/bin/sh
# The tutorial programs without processes, both versions, by a virtual clock: each gives what it gives by the machine's,
# twice the same, and all of them together, which would sleep for 80 s, take less than half a second of the processor.
# Where nothing is wrong but that they took longer, as on a busy machine, all run again, five times at most.
# Environment: PLAIT, the program; SOURCE_DIR; PLAIT_PRESET, "asan" and "tsan" get more time.
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case $PLAIT in
    /*) ;;
    *) PLAIT=$PWD/$PLAIT ;;
esac
programs=$SOURCE_DIR/scripts/tutorial
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT

names=
for number in 01 03 05 06 09 11 12 13 15 16; do
    names="$names e$number python/e$number"
done

# run_all DIRECTORY
run_all() {
    mkdir -p "$1"
    for name in $names; do
        key=$(printf '%s' "$name" | tr / _)
        timeout 60 "$PLAIT" --stall off --clock virtual "$programs/$name.lua" >"$1/$key.out" 2>"$1/$key.err" </dev/null
        echo "$? 0 0" >"$1/$key.result"
    done
}

# Seconds of the processor that the programs took so far, by what `times` says here: its last line is theirs.
used() {
    sed -n 2p "$1" | awk '{
        for (i = 1; i <= 2; i++) { split($i, t, "m"); sub(/s/, "", t[2]); sum += t[1] * 60 + t[2] }
        print sum
    }'
}

limit=0.5
case ${PLAIT_PRESET:-} in
    asan | tsan) limit=30 ;;
esac
for attempt in 1 2 3 4 5; do
    times >"$results/before"
    run_all "$results/first"
    times >"$results/after"
    took=$(awk "BEGIN { print $(used "$results/after") - $(used "$results/before") }")
    echo "virtual: $took s of the processor"
    awk "BEGIN { exit !($took > 0 && $took < $limit) }" && break
    [ "$attempt" -lt 5 ] || exit 1
done
run_all "$results/second"
# shellcheck disable=SC2086 # words
"$PLAIT" "$SOURCE_DIR/tests/tutorial/check.lua" virtual "$results/first" $names || exit 1

# Where the order is not left open by what the threads do at the same time.
for key in e03 e05 e06 e09 e11 e12 e15 e16 python_e03 python_e09 python_e11 python_e15; do
    diff "$results/first/$key.out" "$results/second/$key.out" || exit 1
done
