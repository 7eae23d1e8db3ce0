/* reach.h - what Lua code can still get at, without the collector.
 *
 * Lua's own collector would call finalizers for what it finds, and cannot be asked
 * what would be reachable if something were not. This walks the values itself,
 * through the public API. What is in doubt counts as reachable: also the values
 * of a table with weak keys. No Lua code may run, and no value may be changed,
 * between new and free. */
#ifndef HOST_CORE_REACH_H
#define HOST_CORE_REACH_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct host_reach {
    lua_State *L;
    int list; /* index on L's stack: of a table of values to be looked into */
    lua_Integer count; /* of them */
    const void **seen; /* a hash set of addresses */
    size_t used;
    size_t size;
    bool has_failed; /* no memory, or a stack too deep: nothing is known */
    /* May be set after new: weak references count, too; and who is told of the Lua
     * threads that are found, L itself left out. */
    bool follows_weak;
    void (*on_thread)(struct host_reach *reach, lua_State *thread);
    void *context; /* for that */
} host_reach;

/* Pushes a table, which is to stay where it is until free. False: out of memory.
 * [-0, +1, raises memory] */
bool host_reach_new(host_reach *reach, lua_State *L);
void host_reach_free(host_reach *reach);

/* Pops a value: it is reachable. */
void host_reach_add(host_reach *reach);

/* Follows what was added to its end. [-0, +0, raises memory] */
void host_reach_follow(host_reach *reach);

/* The value with that lua_topointer was added or found. */
bool host_reach_has(const host_reach *reach, const void *address);

/* Adds what the Lua thread `L` has on its stack, the function at level `level` and
 * those that have called it. [-0, +0, raises memory] */
void host_reach_add_stack(host_reach *reach, lua_State *L, int level);

/* Adds the values of the registry but for Lua threads that `is_left_out`, and the
 * metatables of all types. [-0, +0, raises memory] */
void host_reach_add_roots(host_reach *reach,
                          bool (*is_left_out)(void *context,
                                              const void *thread),
                          void *context);

#endif
