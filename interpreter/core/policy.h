/* policy.h - what the states of one runtime may do, and where their output goes.
 *
 * Each runtime has one, `runtime->policy`, from before its first state on until
 * all of them are closed. All its states obey it: the main one, those of threads
 * and, by a copy that is sent when they start, those of child processes. It can
 * only be tightened: bits are added, the memory limit gets smaller.
 *
 * Denials are checked in the functions that scripts call: this is no barrier
 * against C modules that are loaded already.
 *
 * Callbacks come on whatever thread of the runtime there is something to tell,
 * one at a time, and outside of Lua: they may not call Lua, nor end by a longjmp.
 * What they are given is borrowed. Whatever is set by host_policy_set_* is to be
 * set before the runtime has a state. */
#ifndef HOST_CORE_POLICY_H
#define HOST_CORE_POLICY_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exec/runtime.h"

typedef struct host_policy host_policy;
struct host_state;

/* What can be denied. The values are those of plait.h, and go to children. */
typedef enum host_denial {
    HOST_DENY_FS_READ = 1u << 0,
    HOST_DENY_FS_WRITE = 1u << 1,
    HOST_DENY_NET_CONNECT = 1u << 2, /* and looking up names */
    HOST_DENY_NET_LISTEN = 1u << 3,
    HOST_DENY_PROCESS = 1u << 4, /* other programs and own children */
    HOST_DENY_THREADS = 1u << 5,
    HOST_DENY_ENV = 1u << 6,
    HOST_DENY_NATIVE = 1u << 7,   /* libraries in C */
    HOST_DENY_BYTECODE = 1u << 8, /* load and its like take text only */
    HOST_DENY_DEBUG = 1u << 9,    /* all of debug but traceback */
    HOST_DENY_SIGNALS = 1u << 10,
    HOST_DENY_STDIO = 1u << 11, /* descriptors 0, 1, 2; what on_write takes
                                   may be written */
    HOST_DENY_ALL = (1u << 12) - 1
} host_denial;

/* A policy that allows all. NULL: out of memory. */
host_policy *host_policy_new(void);

/* After the runtime's last state was closed. Accepts NULL. */
void host_policy_free(host_policy *policy);

/* ---- denials ---- */

/* Denies these, too, from now on. Bits that are not known count for nothing. Any
 * thread. */
void host_policy_deny(host_policy *policy, unsigned denials);

/* All that is denied; nothing by NULL. Any thread. */
unsigned host_policy_denied(const host_policy *policy);

/* "fs write"; NULL: it is not one denial. And the reverse, also of "fs-write";
 * 0: there is none. */
const char *host_denial_name(unsigned denial);
unsigned host_denial_of(const char *name, size_t size);

/* Raises an error of kind "denied" if one of these is denied; it names the function
 * and what it was given: the string at `arg` (0: nothing is told).
 * [-0, +0, raises] */
void host_deny_check(lua_State *L, unsigned denials, const char *function,
                     int arg);

/* Whether one of these is denied. [-0, +0, -] */
bool host_is_denied(lua_State *L, unsigned denials);

/* ---- children ---- */

/* To be called before each rt_process_start: what is sent along, and where the
 * child's output goes. */
void host_policy_prepare_child(rt_runtime *runtime);

/* In a child: it is bound by what came with its work. */
void host_policy_take(host_policy *policy, const rt_bounds *bounds);

/* ---- memory ---- */

/* The least limit; a smaller one counts as this. */
#define HOST_MEMORY_LEAST ((size_t)1 << 20)

/* No Lua state may have more than that (bytes). Counted are all objects of Lua, from
 * when the libraries are open; not what plait itself has outside of Lua, such as
 * shared objects and messages on their way. 0, or more than the limit is, changes
 * nothing. Any thread. States obey from their next allocation on, if the policy
 * was that of an embedded runtime or had a limit when their libraries were opened.
 * See memory.h for what happens at the limit. */
void host_policy_limit_memory(host_policy *policy, size_t bytes);

/* The limit; 0: there is none. Any thread. */
size_t host_policy_memory_limit(const host_policy *policy);

/* The allocator of all states, called on any of their threads; NULL: malloc's. */
void host_policy_set_allocator(host_policy *policy, lua_Alloc allocate,
                               void *data);

/* ---- callbacks ---- */

/* An error that nobody has received. Strings may be NULL but for `message`. */
typedef struct host_unhandled {
    const char *message;
    const char *traceback; /* of the strand, and of those it came through */
    const char *kind;      /* "task", "thread", "process", "future" */
    const char *name;      /* of the strand, if it was given one */
    uint64_t id;
} host_unhandled;

typedef struct host_callbacks {
    void *data; /* the first argument of each */
    /* Takes what would be written to descriptor 1 or 2: by print, io.write,
     * io.stdout, io.stderr, warn, reports of errors. What one call writes comes
     * whole. Output of child processes, and of programs without `stdout` or
     * `stderr` of their own, comes by whole lines. NULL: it is written there. */
    void (*on_write)(void *data, int fd, const char *text, size_t size);
    /* NULL: a report is written. */
    void (*on_error)(void *data, const host_unhandled *error);
} host_callbacks;

void host_policy_set_callbacks(host_policy *policy,
                               const host_callbacks *callbacks);

/* ---- os.exit ---- */

/* From here on os.exit, in whatever strand, does not end the process: see exit.h. To
 * be said before there is a state. */
void host_policy_embed(host_policy *policy);
bool host_policy_is_embedded(const host_policy *policy);

#endif
