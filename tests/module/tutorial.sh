#!/bin/sh
# The tutorial's programs under a stock interpreter print what they print under plait.
# alone: yes
. "$(dirname "$0")/support/module.sh"
case ${PLAIT_PRESET-} in asan | tsan) skip "it takes long, and strands.sh has what is in it" ;; esac

# What tests/tutorial/tutorial.sh calls instead of plait. What looks at the results,
# and the programs that are to be refused, whose reports are plait's, remain plait's.
cat >"$work_dir/bin/as_plait" <<END
#!/bin/sh
[ "\$1" != --stall ] || shift 2
case \$1 in
check.lua | literal_*) exec "$plait" "\$@" ;;
esac
LUA_CPATH="$module_dir/?.so;;"
export LUA_CPATH
exec "$stock" -e 'require("plait").globals()' "\$@"
END
chmod +x "$work_dir/bin/as_plait"
# With the time that a sanitizer would have: how long they take is not what this is about.
PLAIT=$work_dir/bin/as_plait PLAIT_PRESET=tsan SOURCE_DIR=$source_dir sh "$source_dir/tests/tutorial/tutorial.sh" || fail "see above"
finish
