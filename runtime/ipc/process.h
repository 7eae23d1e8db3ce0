/* process.h - child processes: our own program running a shipped function, or
 * any other program. Both are strands of kind RT_STRAND_PROCESS.
 *
 * The parent's side: rt_process_start. The child's side: rt_child_open, which
 * a process does that was started with the argument "--plait-worker". */
#ifndef RT_IPC_PROCESS_H
#define RT_IPC_PROCESS_H

#include "exec/quiet.h"
#include "exec/runtime.h"
#include "ipc/hub.h"

/* A descriptor of a child that is our own program (exec/journal.h), if it was
 * given one. */
enum { RT_PROCESS_JOURNAL = 5 };

/* The end of another program's link, if it was given one. */
enum { RT_PROCESS_LINK = 3 };

typedef struct rt_process_options {
    const char *const *argv; /* an external program (looked up in PATH) and its
                                arguments; NULL: our own, running `work` */
    rt_message *work;        /* what the child runs; taken on RT_OK */
    const char *version;     /* of our own program; the child's must be the
                                same. NULL: "" */
    const char *cwd;         /* NULL: as here */
    const char *const *env;  /* "NAME=value"...; NULL: as here */
    int stdio[3];            /* descriptors to become 0, 1, 2; -1: as here, but
                                for runtime->child_output */
    int link[2];  /* another program's: a pair of sockets, ours and that which
                    becomes its RT_PROCESS_LINK; 0: none. Copied */
    int terminal; /* that of a session of its own, which it leads; 0: as here */
    int journal; /* our own program: one to become RT_PROCESS_JOURNAL; 0: none */
    bool ends_group; /* another program: what is left of its group when it has
                        ended is killed, however it ended */
} rt_process_options;

/* Starts a child for `strand`. Sets its pid, and `cancel`: an own child gets
 * the reason, another program gets SIGTERM; ipc/insist.h is what follows, if the
 * child goes on. It leads a process group, unless one of its standard files is
 * a terminal.
 *
 * The strand is finished when the child has sent its outcome: DONE, FAILED or
 * CANCELLED with that, exit_code 0; or has ended without: FAILED with an error
 * of kind "died" (exec/outcome.h). Another program: DONE with one integer, the
 * exit code, or FAILED as above when a signal ended it. A child that was asked
 * to stop and is ended by a signal for it is CANCELLED. exit_code and
 * exit_signal are set before. If the runtime stops, children that are left
 * are asked to end, then killed.
 * Returns: RT_OK; what failed otherwise (-ENOENT: no such program; -EACCES,
 * RT_ENOMEMORY, RT_ENOHELPER, RT_ETYPE: an object in `work` cannot be used from elsewhere,
 * RT_ELIMIT: it is too large, -EAGAIN, -EMFILE ...), and the strand is
 * untouched. Blocks for as long as starting a program takes, about half a
 * millisecond; not for the hub's thread. */
int rt_process_start(rt_runtime *runtime, rt_strand *strand,
                     const rt_process_options *options);

/* Of a program that has a link: we are done with it, and close our end. The
 * strand is not finished before this, unless it was cancelled. When the program has exited, what has come
 * can still be read, and then the link is at its end. With a `kind`, a constant,
 * the strand fails with an error of that kind and the message `why`; if that is known
 * by the end of the link alone (`is_end`), a signal that has ended the program says
 * more, and is told. Once more is harmless. Any thread. */
void rt_process_let_go(rt_strand *strand, const char *kind, const char *why,
                       bool is_end);

/* Sends a signal to the process, not to its group. Returns: RT_OK, also when it has ended (never
 * to a reused pid); -EINVAL, -EPERM. */
int rt_process_signal(rt_strand *strand, int signal);

/* Ends the process, and what is in its group if that is its own, with SIGKILL. */
void rt_process_put_down(rt_strand *strand);

/* On the hub's thread: asks the strand's process, if it is our own program, for
 * its part of a census. False: it is not, or has ended. */
struct rt_part;
bool rt_process_ask(rt_strand *strand, struct rt_part *part, int64_t limit_ns);

/* ---- in the child ---- */

/* Private: ipc/child_quiet.c. The monitor's thread writes, and the hub's while
 * `is_posted`. */
typedef struct rt_child_quiet {
    rt_quiet_watcher watcher;
    rt_post post;
    atomic_bool is_posted;
    uint64_t received, sent;           /* when it was quiet */
    uint64_t said_received, said_sent; /* of that the parent was told */
} rt_child_quiet;

/* The child's wire to its parent. Must stay until the runtime was shut down,
 * since the hub watches over the parent's life until then. */
typedef struct rt_child {
    /* Set before rt_child_open: the parent asks the main strand to stop.
     * Called on the hub's thread; may only post; may come before the work has
     * begun, and more than once. `reason` is taken: one value, or NULL. May be
     * NULL. */
    void (*on_cancel)(struct rt_child *child, rt_message *reason);
    /* The same: the parent asks, since this goes on, whether the main thread
     * keeps to the rules by which it will stop. True: it does; else
     * rt_child_answer is to be called once it is known. NULL: it does. */
    bool (*on_probe)(struct rt_child *child);
    const char *version; /* set before rt_child_open; as the parent's option */

    rt_runtime *runtime; /* set by rt_child_open */
    rt_message *work;    /* set by rt_child_wait: what to run; the caller's */
    rt_bounds bounds;    /* the same: what it may do */

    /* Private: ipc/child.c. */
    pthread_mutex_t lock; /* guards the next two */
    int stage;
    bool has_result_left;
    pthread_cond_t changed; /* one of these; the main thread waits */
    rt_error why;           /* the wire ended; set before `stage` says so */
    rt_post attach, answer;
    rt_timer lifeline;
    atomic_bool is_result_sent;
    bool is_stopping; /* the hub is; its thread only */
    rt_hub_member member;
    struct rt_wire *wire; /* a reference, until the hub stops */
    rt_child_quiet quiet;
} rt_child;

/* Takes over the wire (descriptor 3) and the lock of the output (descriptor
 * 4), and begins to shake hands. When the parent goes away later, asks
 * the main strand to stop, and ends the process with status 97 if it is still
 * there after 300 ms, whatever it does. Ignores SIGINT (the parent passes it
 * on) and SIGPIPE.
 * Returns: RT_OK, or what is wrong, with a message. */
int rt_child_open(rt_child *child, rt_runtime *runtime, rt_error *err);

/* For child.c: from here on the parent is told when this process is quiet. */
void rt_child_watch_quiet(rt_child *child);

/* Waits for the work. Returns: RT_OK, or what is wrong, with a message. */
int rt_child_wait(rt_child *child, rt_error *err);

/* The main thread keeps to the rules: see on_probe. Any thread of the runtime. */
void rt_child_answer(rt_child *child);

/* Sends the outcome (taken) and waits until the parent has all of it. An
 * outcome that cannot be sent becomes an error of kind "send". Once, after a
 * successful rt_child_open; objects that live here can still be used by the
 * parent while this waits. */
void rt_child_finish(rt_child *child, rt_strand_state state,
                     rt_message *outcome);

/* Descriptors a parent hands to each of its own children, when it is about to
 * print together with them; ipc/process.c calls it. The first call makes
 * runtime->output_lock. Returns: RT_OK, -errno. */
int rt_process_share_output(rt_runtime *runtime);

#endif
