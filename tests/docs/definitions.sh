#!/bin/sh
# The definition files for lua-language-server have every public name, the
# program's and the manual's, and no other; they are of the form that
# packaging/tools/definitions.lua reads, and their annotations fit.
# Environment: PLAIT, the program; SOURCE_DIR.
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
exec timeout -k 5 100 "$PLAIT" "$SOURCE_DIR/tests/docs/support/definitions.lua" "$SOURCE_DIR"
