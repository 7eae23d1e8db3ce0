/* ending.h - the end of a program by a signal.
 *
 * INT, TERM and HUP, and PIPE for standard output, tell the whole program to stop:
 * the main strand, its tasks, threads, processes are cancelled, one line says so (none
 * for PIPE), and when clean-up is over the process dies of the signal. Whoever
 * is still there after five seconds, or when the signal comes again, is named,
 * and the process dies at once.
 *
 * The first step is made in the handler: it notes the number, and orders the main
 * state to look (on_signals). All else happens on the main thread, outside of
 * handlers; unless a C function keeps that thread: then a timer's handler ends
 * the process, with what can be said from there. Until the state has looked, that
 * timer ends the system calls of the main thread: one of them may have begun just
 * after the signal. */
#ifndef HOST_EMBED_ENDING_H
#define HOST_EMBED_ENDING_H

#include "core/signals.h"
#include "core/wait.h"

struct host_program;

typedef struct host_ending {
    host_signals signals;
    struct host_program *program;
    bool is_open;          /* other threads: with the lock of the runtime */
    bool is_child;         /* the parent tells the user */
    bool heeds_pipe;       /* SIGPIPE was not ignored when we began */
    atomic_int number;     /* by which the program is to end; 0: it is not */
    atomic_bool by_kernel; /* the first one came from the terminal */
    _Atomic int64_t came_ns;
    _Atomic int64_t over_ns; /* when the timer may end it */
    atomic_bool must_end;    /* at once: it came again */
    atomic_bool is_told;     /* all strands have been cancelled */
    bool is_past;            /* the main script has ended */
    /* At the prompt: called in the handler, for all but ALRM and QUIT. True: that
     * is all. And when the main state has heard of a signal, on its thread. */
    bool (*at_prompt)(struct host_program *program, int number);
    void (*take_at_prompt)(struct host_program *program);
} host_ending;

/* From here on the program ends as above. Its main state is there. */
void host_ending_open(struct host_program *program, bool is_child);
/* From here on a signal does what it did before. */
void host_ending_close(struct host_program *program);

/* The main state is to look, and calls take_at_prompt. In a handler. */
void host_ending_order(struct host_program *program);

/* The program is to end by the signal. Any thread; a handler too. */
void host_ending_request(struct host_program *program, int number,
                         bool by_kernel);

/* Tells all strands, if that is to be done, in code that runs on L or, with
 * NULL, when no strand runs. On the main thread. */
void host_ending_take(struct host_program *program, lua_State *L);

/* By which signal the program is to end; 0: by none. */
int host_ending_number(const struct host_program *program);

/* Whether the error at `index`, with which the main strand ended, is due to
 * that: it is not reported. May find that the program is to end by PIPE: another
 * program died of it, and standard output is broken indeed. */
bool host_ending_covers(lua_State *L, struct host_program *program, int index);

/* Whether the error with which the strand failed is not reported: the signal has
 * reached it too, or it is another program that nobody read from any more. */
bool host_ending_covers_strand(struct host_program *program,
                               const rt_strand *strand);

/* When those that were told must have ended. */
host_deadline host_ending_deadline(const struct host_program *program);

/* Names those that have not stopped, to stderr; L as for host_ending_take. */
void host_ending_report(struct host_program *program, lua_State *L);

/* If the program is to end by a signal, it does; else returns. */
void host_ending_die(struct host_program *program);

#endif
