/* memory.h - how much a Lua state may have.
 *
 * At the limit Lua collects all garbage, and if that does not help the allocation
 * fails: "not enough memory", an error like others. From then on there is a reserve
 * for handlers and __close, until enough has been freed. A strand to which that
 * happens again and again, with no wait in between, is stopped: it fails with an
 * error of kind "memory", which it cannot catch (interrupt.h).
 *
 * Buffers of C functions (string.rep, table.concat, io.read, ...) cannot wait for a
 * collection: they may go beyond the limit by as much as there may be garbage, which
 * is collected as soon as the function has returned.
 *
 * Finalizers obey the limit too, when the state is closed as well. */
#ifndef HOST_CORE_MEMORY_H
#define HOST_CORE_MEMORY_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_policy;
struct host_state;

/* Of a state; everything is private to memory.c. */
typedef struct host_meter {
    lua_Alloc allocate; /* what does it */
    void *data;
    struct host_state *host;
    const struct host_policy *policy;
    size_t used;    /* bytes */
    size_t reserve; /* in use: so much above the limit */
    size_t live;    /* what was left by the last collection, at most */
    const void
        *refused_block;  /* the request that was refused last, while it is */
    size_t refused_size; /* not known whether it is tried again; or 0 */
    bool must_collect, must_stop; /* at the next instruction */
    unsigned hits;                /* of the limit, in the run: */
    uint32_t run;                 /* host->runs */
} host_meter;

/* A Lua state with the policy's allocator. NULL: out of memory. */
lua_State *host_memory_new_state(const struct host_policy *policy);

/* The libraries are open: counts from here on, if there is a limit, or may be one.
 * Once more is harmless. */
void host_memory_begin(struct host_state *host);

/* Bytes of Lua's objects. The state's own thread. */
size_t host_memory_used(const struct host_state *host);

/* For interrupt.c: what is to be done at an instruction: a collection, or the running
 * strand is to stop. [-0, +0, raises] */
void host_memory_obey(lua_State *L);

#endif
