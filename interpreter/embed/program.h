/* program.h - a whole program: a runtime with a main state, from its start to
 * its exit status; and the program that a child process runs. */
#ifndef HOST_EMBED_PROGRAM_H
#define HOST_EMBED_PROGRAM_H

#include "core/state.h"
#include "embed/ending.h"
#include "embed/states.h"

typedef struct host_program {
    host_states states;
    rt_runtime *runtime; /* of `states`, as is the main state: */
    host_state *host;
    host_ending ending;
    struct host_listen *listen; /* listen.h; NULL: it does not */
    bool is_exiting;            /* os.exit was called */
} host_program;

/* A runtime and a main state without libraries; NULL: out of memory. */
host_program *host_program_new(void);

/* The same with a main state that there is already, in which L runs: core/state.h. */
host_program *host_program_adopt(lua_State *L);

/* Of one that was adopted, when its Lua state is closed and host_state_free was
 * called: ends its threads and children, and frees all; nothing that is still in use:
 * then returns false. The process goes on. */
bool host_program_disown(host_program *program);

/* Calls the function below its arguments as the main strand, with the message
 * handler of reports. Returns: LUA_OK; else the code, with the text of the
 * report on the top: nil if the program ends by a signal, and the error is due
 * to that. [-(n+1), +(results|1), -] */
int host_program_call(lua_State *L, int argument_count, int result_count);

/* The end of the main script by the rules of the manual: waits for all that
 * are no daemons (first cancels all if `has_failed`), ends the daemons, prints
 * errors nobody received, flushes. Returns the exit status: 0, 1, or 70 after a
 * deadlock. */
int host_program_finish(host_program *program, bool has_failed);

/* Prints the errors of strands that have ended and that nobody has received.
 * Returns how many there were. On the main thread. */
int host_program_report_unhandled(host_program *program);

/* Closes everything; `status` is that of host_program_finish, and becomes the
 * process's if threads do not stop within a second, which ends it here. Does not
 * return if the program ends by a signal: see ending.h. */
void host_program_close(host_program *program, int status);

/* Prints "progname: text" to stderr (without progname if NULL), where text is
 * on the top, and pops it; or nothing, if that is nil. */
void host_program_report(lua_State *L, const char *progname);

/* The whole main() of a process that was started by spawn_process(f). */
int host_worker_main(void);

#endif
