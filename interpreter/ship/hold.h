/* hold.h - acquiring and releasing a lock, wherever it lives: what lib_lock.c
 * and lib_condition.c have in common. */
#ifndef HOST_SHIP_HOLD_H
#define HOST_SHIP_HOLD_H

#include "core/state.h"
#include "sync/lock.h"

/* The lock, if it lives in this process; NULL: it is a remote end. */
static inline rt_lock *host_hold_local(rt_object *object) {
    return object->type == &rt_lock_type ? (rt_lock *)(void *)object : NULL;
}

/* The strand that acts. What runs between strands (a finalizer) counts as the
 * main one. */
static inline host_strand *host_hold_strand(lua_State *L) {
    host_state *host = host_of(L);
    return host->current ? host->current : &host->main;
}

/* The line of the script from which the running C function was called; line 0:
 * there is none. [-0, +0, -] */
void host_hold_find_place(lua_State *L, lua_Debug *place);

/* The strand has acquired the lock at that place. [-0, +0, -] */
void host_hold_got(host_strand *strand, rt_lock *lock, const lua_Debug *place);

/* Between host_wait_begin and host_wait_end: asks the home to acquire the lock
 * for the strand (RT_LOCK_ACQUIRE, _TRY, _RESTORE), or an operation of another
 * object with a place as its argument. `depth` is for _RESTORE. Returns as
 * rt_remote_call. [-0, +0, -] */
int host_hold_call(lua_State *L, host_strand *strand, rt_object *remote,
                   int operation, uint32_t depth);

/* Raises what an operation on a lock ended with. `lock` is NULL if it lives in
 * another process, whose answer is in strand->item. `what` is the operation,
 * for RT_EOWNER: "release". */
int host_hold_raise(lua_State *L, host_strand *strand, rt_lock *lock,
                    int status, const char *what);

#endif
