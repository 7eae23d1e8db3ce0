/* work.h - runs a piece of work as the main function of a state: the part
 * that threads and child processes have in common. */
#ifndef HOST_SHIP_WORK_H
#define HOST_SHIP_WORK_H

#include "core/state.h"

/* From here on `strand` is what the state's main strand is to others: it can
 * be cancelled through it. */
void host_work_adopt(host_state *host, rt_strand *strand);

/* After this nobody posts to the state any more. */
void host_work_disown(host_state *host);

/* rt_strand.cancel of a strand that has not been adopted yet. */
void host_work_cancel_early(rt_strand *strand, rt_message *reason);

/* Whether a shield allows the main thread whatever it does. Else false, and `post`
 * will run there if it keeps to the rules of cancellation: it waits, or runs code
 * that can be interrupted. Not if the strand has not been adopted, or not any
 * more. Any thread; `post` is not under way. */
bool host_work_probe(rt_strand *strand, rt_post *post);

/* Runs `work` (host_ship_work; borrowed) on the main Lua thread, then waits
 * for the tasks it started, and ends the daemons among them. Errors of tasks
 * that nobody received are printed and counted in the runtime.
 * Returns: the outcome, and the state in `*state`. */
rt_message *host_work_run(host_state *host, const rt_message *work,
                          rt_strand_state *state);

#endif
