/* insist.h - a child process that was told to stop, and what follows if it goes
 * on. Signals reach its whole process group, if that is its own.
 *
 * Another program gets SIGTERM at once, and SIGKILL after RT_INSIST_CLEANUP_NS.
 * In a terminal of its own that is SIGHUP, since shells ignore SIGTERM there, and
 * SIGKILL reaches its whole session.
 *
 * Our own program was told by a message. It cleans up in its own time, for which
 * its own rules set limits, as long as its main thread keeps to them; so it is
 * only asked for a sign of life, at each step. After RT_INSIST_SILENCE steps
 * without one it gets SIGTERM, and a step later SIGKILL.
 *
 * For the hub's thread, unless said. */
#ifndef RT_IPC_INSIST_H
#define RT_IPC_INSIST_H

#include <stdbool.h>
#include <sys/types.h>

#include "exec/runtime.h"
#include "loop/loop.h"

/* A runtime's `haste` divides them. */
#define RT_INSIST_CLEANUP_NS (5 * RT_SECOND)
#define RT_INSIST_STEP_NS RT_SECOND
#define RT_INSIST_SILENCE 6

typedef enum {
    RT_INSIST_NOT,        /* it was not told */
    RT_INSIST_TOLD,       /* our own program: it may clean up */
    RT_INSIST_TERMINATED, /* it got SIGTERM */
    RT_INSIST_KILLED      /* and SIGKILL */
} rt_insist_stage;

typedef struct rt_insist {
    rt_runtime *runtime;
    rt_loop *loop; /* the hub's */
    pid_t pid;     /* of the child, from its start on, and its descriptor */
    int pidfd;
    bool has_group;   /* it leads a group of its own, */
    bool has_session; /* and a session, with a terminal */
    /* Asks our own program; NULL: it is another one. */
    void (*ask)(struct rt_insist *insist);
    rt_insist_stage stage;
    int silence;   /* steps since the last sign of life */
    bool is_asked; /* for the next one */
    rt_timer timer;
} rt_insist;

/* `insist` is all zero but for what says who the child is. */
void rt_insist_init(rt_insist *insist);

/* It was told to stop: from here on. */
void rt_insist_begin(rt_insist *insist);

/* A sign of life has come. */
void rt_insist_hear(rt_insist *insist);

/* There is no need any more. */
void rt_insist_stop(rt_insist *insist);

/* SIGTERM (SIGHUP), or SIGKILL, now. The child was not reaped, and is not meanwhile: its
 * number is still its own. Any thread. */
void rt_insist_terminate(const rt_insist *insist);
void rt_insist_kill_all(const rt_insist *insist);

/* The same at the end of the time it had. */
void rt_insist_kill(rt_insist *insist);

/* Whether it was signalled because it went on. */
static inline bool rt_insist_has_signalled(const rt_insist *insist) {
    return insist->stage >= RT_INSIST_TERMINATED;
}

/* Reaps the child, and before that kills what is left of its group if `is_all`.
 * False: it still runs. Else its exit code or -1, and the signal or 0; -1 and 0 if
 * somebody else has reaped it. */
bool rt_insist_reap(const rt_insist *insist, bool is_all, int *exit_code,
                    int *exit_signal);

/* What is said of a child that was told to stop and died of `exit_signal`. */
const char *rt_insist_tell(const rt_insist *insist, int exit_signal);

#endif
