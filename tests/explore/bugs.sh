#!/bin/sh
# Each program in bugs/ has a mistake that shows in some orders of its strands only: it is found in at most 1000 of them, and
# its replay repeats it each time.
# Environment: PLAIT, the program; SOURCE_DIR; PLAIT_REPLAYS, 20 unless said, and fewer where a sanitizer makes all slow.
set -u
SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case ${PLAIT_PRESET:-} in
    asan | tsan) replays=3 ;;
    *) replays=20 ;;
esac
exec "$PLAIT" --stall off "$SOURCE_DIR/tests/explore/corpus.lua" bugs 1000 "${PLAIT_REPLAYS:-$replays}" </dev/null
