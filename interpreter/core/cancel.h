/* cancel.h - who has told a strand to stop, and what of it reaches the strand.
 *
 * A strand is inside of bounds, innermost first: blocks that may be told to stop
 * by themselves (a scope, a deadline), shields, and last its own, the root, which
 * h:cancel springs. A bound that was told to stop is sprung and stays so. What is
 * sprung reaches the strand unless a shield is nearer; while something reaches it
 * every wait raises the error of the outermost such bound.
 *
 * Everything here belongs to the state's own thread. */
#ifndef HOST_CORE_CANCEL_H
#define HOST_CORE_CANCEL_H

#include "core/state.h"

/* Enters a bound, the innermost from here on. The strand is the running one.
 * The bound is the caller's, and is to be left before it is freed. */
void host_bound_enter(host_strand *strand, host_bound *bound,
                      host_bound_kind kind);

/* Leaves it, in whatever order; what it sprang reaches nobody any more. Once
 * more is harmless. [-0, +0, -] */
void host_bound_leave(lua_State *L, host_bound *bound);

/* The error that waits will raise once it is sprung: the value on the top
 * (popped). One that has none makes it when it is first raised: bound->make.
 * [-1, +0, raises memory] */
void host_bound_set_error(lua_State *L, host_bound *bound);

/* Pushes that error. [-0, +1, raises] */
void host_bound_push_error(lua_State *L, host_bound *bound);

/* Tells what is inside of the bound to stop: ends its wait, unless that is firm
 * or shielded. No effect if it is sprung already. Cannot fail, and does not use
 * Lua. */
void host_bound_spring(host_bound *bound);

/* Whether something sprung reaches the strand from this bound. */
static inline bool host_bound_reaches(const host_bound *bound) {
    return bound->strand && bound->strand->reaching == bound;
}

/* Asks the strand to stop: its wait, and every later one, raises the value on
 * the top of L's stack (popped). Springs its root. [-1, +0, raises memory] */
void host_strand_cancel(lua_State *L, host_strand *strand);

/* The same because `by` is to stop, which waits until this one has ended; NULL: with
 * no reason. Does not use Lua. */
void host_strand_pass_on(host_strand *strand, host_strand *by);

/* Pushes the error of such a strand. [-0, +1, raises] */
void host_push_passed_on(lua_State *L, const host_strand *by);

/* The strand, which has begun nothing yet, is taken along by what is sprung from that
 * bound on outwards. */
void host_strand_put_below(host_strand *strand, const host_bound *bound);

/* It has been told since then: the grace counts from there. */
void host_strand_told_since(host_strand *strand, int64_t since_ns);

/* Whether it was asked to, whatever shields there are. */
static inline bool host_strand_was_told(const host_strand *strand) {
    return strand->root.is_sprung;
}

/* Whether the error at `index` is that of its own cancellation: a strand that
 * ends with it is cancelled, and has not failed. [-0, +0, -] */
bool host_strand_is_cancellation(lua_State *L, host_strand *strand, int index);

/* For a main strand that does one piece of work after another, and was cancelled
 * for the last: it begins anew, unless the strand itself was told to stop. */
void host_strand_renew(lua_State *L, host_strand *strand);

/* The strand begins anew, or does not any more: no bound is left, and its root is
 * not sprung. [-0, +0, -] */
void host_strand_unbind(lua_State *L, host_strand *strand);

/* Pushes the error that reaches the strand. [-0, +1, raises] */
void host_push_cancellation(lua_State *L, host_strand *strand);

/* Raises it: while it unwinds the stack, what waits is clean-up. `wait` is what
 * the strand waited for, or was about to; NULL: it did not wait. */
void host_raise_cancellation(lua_State *L, host_strand *strand,
                             const char *wait);

/* Whether L, from that level of its stack on (0: the running function), or a
 * coroutine that has resumed it, runs a __close handler. Only asked once a strand
 * is cancelled. [-0, +0, -] */
bool host_in_cleanup(lua_State *L, int level);

#endif
