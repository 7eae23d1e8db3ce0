#!/bin/sh
# Words that do not belong in a file of the project: notes to oneself (an
# issue says what is missing), and paths of somebody's machine.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$source_dir" || exit 2
status=0

list=$(mktemp) || exit 2
trap 'rm -f "$list"' EXIT
# This file has to spell them.
sh tests/support/list . | grep -v '^tests/rules/words\.sh$' |
  tr '\n' '\0' >"$list"

if xargs -0 grep -nIwE 'TODO|FIXME|XXX|HACK' <"$list"; then
  echo "^ notes to oneself"
  status=1
fi
if xargs -0 grep -nIE '/(work|farm|root)/' <"$list"; then
  echo "^ paths of a machine"
  status=1
fi
exit $status
