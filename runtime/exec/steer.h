/* steer.h - the threads of a runtime take turns, and who is next is picked: for
 * tests that look for an order in which a program fails.
 *
 * All its threads exist, each with its loop, but one of them runs at a time: it has
 * the turn. It passes it on where others could see what it does (rt_steer_point), when
 * its loop sleeps, and when it ends; and then a picker says who has it next, among
 * those that could go on: that were stopped at a point, or whose loop has something to
 * do. So what a program does follows from what is picked, and can be repeated. Its
 * clock is virtual (pace.h).
 *
 * What comes from outside (a process, a socket, a file) comes when it comes: a loop
 * that hears of it can go on from then. */
#ifndef RT_EXEC_STEER_H
#define RT_EXEC_STEER_H

#include "exec/picker.h"
#include "exec/runtime.h"

/* From here on, by that picker, which it owns. The calling thread drives `here`, the
 * only loop of the runtime so far, and has the turn. Returns: RT_OK; RT_ENOMEMORY. */
int rt_steer_start(rt_runtime *runtime, rt_loop *here, rt_picker *picker);

/* From here on all run as they like. By who has the turn; once more is harmless. The
 * picker stays until rt_steer_free, for what is still written down. */
void rt_steer_stop(rt_runtime *runtime, rt_journal_stage stage);

/* For runtime.c; NULL is allowed. */
void rt_steer_free(struct rt_steer *steer);

/* NULL: nobody is picked. */
rt_picker *rt_steer_picker(const rt_runtime *runtime);

static inline bool rt_steer_is_on(const rt_runtime *runtime) {
    return atomic_load_explicit(&runtime->is_steered, memory_order_relaxed);
}

/* What the calling thread does next can be seen by others: they may do something
 * before. `sum` tells this place from others. */
void rt_steer_point(rt_runtime *runtime, rt_loop *here, uint16_t sum);

/* Who has the turn waits for something by looking again and again: the others are
 * to go on first. */
void rt_steer_make_way(rt_loop *here);

/* For who has the turn and picks itself, as among the strands of a state: see
 * rt_picker_pick. Ends the process if it cannot be repeated. */
unsigned rt_steer_pick(rt_runtime *runtime, const uint64_t *candidates,
                       unsigned count, uint16_t sum);

/* A thread that is about to be made will drive that loop, which is one of the
 * runtime's; it calls rt_steer_begin first, and rt_steer_end when it runs nothing any more. */
void rt_steer_join(rt_runtime *runtime, rt_loop *loop);
void rt_steer_begin(rt_runtime *runtime, rt_loop *loop);
void rt_steer_end(rt_runtime *runtime, rt_loop *loop);

/* The loop's number among all that there were, in the order of their starts. */
static inline uint64_t rt_steer_number(const rt_loop *loop) {
    return loop->seat.number;
}

#endif
