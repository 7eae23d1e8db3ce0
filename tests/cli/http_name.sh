#!/bin/sh
# A request whose name is being looked up, by a resolver that does not answer, ends at once when its time is over, when it is
# cancelled, and when its thread or the program ends.
set -u
case ${PLAIT_PRESET:-} in
asan | tsan) exit 77 ;; # they have getaddrinfo to themselves
esac
command -v cc >/dev/null || exit 77
dir=$(mktemp -d "${TMPDIR:-/tmp}/plait-name.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

cat >silent.c <<'END'
#include <netdb.h>
#include <poll.h>
int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **list) {
    (void)name, (void)service, (void)hints, (void)list;
    (void)poll(0, 0, 60000);
    return EAI_AGAIN;
}
END
cc -shared -fPIC -o silent.so silent.c || exit 2

cat >app.lua <<'END'
local http = plait.http
print(http.get("http://silent.test/", 0.05))
local task = async(http.get, "http://silent.test/")
sleep(0.02)
task:cancel()
print(plait.kind(select(2, pcall(await, task))))
print(await(spawn_thread(function() return select(2, plait.http.get("http://silent.test/", 0.05)) end)))
async(http.get, "http://silent.test/")
sleep(0.02)
os.exit(3, true)
END
printf 'nil\ttimeout\ncancelled\ntimeout\n' >expected
LD_PRELOAD=$PWD/silent.so timeout 30 "$PLAIT" app.lua >actual 2>&1
status=$?
[ $status = 3 ] || echo "exit status $status"
diff expected actual && [ $status = 3 ]
