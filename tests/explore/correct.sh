#!/bin/sh
# The programs in correct/ fail in no order of their strands.
# Environment: PLAIT, the program; SOURCE_DIR; PLAIT_ORDERS, how many: 60 unless said, and fewer where a sanitizer makes all slow.
set -u
SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case ${PLAIT_PRESET:-} in
    asan | tsan) orders=10 ;;
    *) orders=60 ;;
esac
exec "$PLAIT" --stall off "$SOURCE_DIR/tests/explore/corpus.lua" correct "${PLAIT_ORDERS:-$orders}" 0 </dev/null
