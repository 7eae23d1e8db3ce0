/* turns.h - strands that run for long while others of their state are ready.
 *
 * They are told of, once for each line where that is: the stall watch. Or, if the
 * program wants that, they make way for the others after a slice of time: then
 * code between two waits is not alone any more.
 *
 * Of one that sits in a C function which waits in the kernel it is told while that
 * goes on, with the function's name; else when the C function has returned.
 *
 * The monitor sees how long a strand runs (lookout.c) and gives the orders that are
 * carried out here. Whether others are ready is found out only then. */
#ifndef HOST_CORE_TURNS_H
#define HOST_CORE_TURNS_H

#include "core/state.h"

/* How long a strand may run before it is told of, unless --stall says so; a slice
 * of plait.preempt. */
#define HOST_STALL_NS (RT_SECOND / 10)
#define HOST_SLICE_NS (RT_SECOND / 100)

/* For every state of the program, from now on; RT_NEVER: not at all. Any thread. */
void host_turns_set_stall(rt_runtime *runtime, int64_t stall_ns);
void host_turns_set_slice(rt_runtime *runtime, int64_t slice_ns);

/* For tests: the state's strands make way after each `count` instructions, whether
 * others are ready or not; 0: not any more. */
void host_turns_set_count(host_state *host, int count);

/* On the monitor's thread: another strand runs from here on. */
void host_turns_begin(host_state *host);

/* On the monitor's thread: a strand has run for `ran_ns`. Gives orders. Returns
 * for how long it may run until it is to be looked at again. */
int64_t host_turns_look(host_state *host, int64_t ran_ns);

/* From the hook: carries out HOST_ORDER_STALL. [-0, +0, raises memory] */
void host_turns_tell(lua_State *L);

/* The same from the signal handler that got `context`, if that has interrupted a C
 * function where the monitor has seen it wait; else the hook is to. */
void host_turns_tell_inside(host_state *host, const void *context);

/* From the hook: carries out HOST_ORDER_PREEMPT for the running strand. Returns true
 * if it is to yield out of the hook: it is among those that are ready. A main
 * strand does not yield: the others have had their turns when this returns. */
bool host_turns_make_way(lua_State *L, bool can_yield);

#endif
