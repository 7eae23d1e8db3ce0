/* plait.h - Lua with tasks, threads and processes inside of another program.
 *
 * A runtime is one program in Lua: a main state, its loop, and the threads and
 * processes that its scripts start. Chunks run as tasks of the main state, side by
 * side. Who drives it is the host's choice: plait_run_* blocks until everything
 * is done, plait_step does a piece and never blocks.
 *
 *     plait_config config;
 *     plait_config_init(&config, sizeof config);
 *     plait *p;
 *     if (plait_new(&config, &p)) return 1;
 *     plait_run_file(p, "app.lua");
 *     plait_close(p, 2000);
 *
 * Nothing here ends the process, installs signal handlers (unless the config names
 * a signal), changes the locale or the working directory, or keeps variables of
 * the process: there may be any number of runtimes.
 *
 * Threads. The thread that called plait_new owns the runtime. A function belongs
 * to the owner unless it says "any thread"; called by another thread it does
 * nothing and returns PLAIT_ERR_THREAD (0, -1 or NULL where it returns no status).
 *
 * Strings given to plait are copied; those given to callbacks are good during the
 * call. A callback does not leave by longjmp, unless it gets a lua_State: then it
 * may raise errors of Lua. */
#ifndef PLAIT_H
#define PLAIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PLAIT_API __attribute__((visibility("default")))
#else
#define PLAIT_API
#endif

/* Of this header. It grows when something is removed or changes its meaning. */
#define PLAIT_ABI 1

struct lua_State;
typedef struct plait plait;
typedef struct plait_op plait_op;
typedef struct plait_prompt plait_prompt;
typedef uint64_t
    plait_task; /* a chunk that was started; never 0, nor used again */
typedef int (*plait_function)(struct lua_State *L); /* a lua_CFunction */

typedef enum plait_status {
    PLAIT_OK = 0,
    PLAIT_MORE = 1,           /* there is more to do at once: plait_step */
    PLAIT_ERR_RUN = -1,       /* an error was raised */
    PLAIT_ERR_SYNTAX = -2,    /* it is no Lua */
    PLAIT_ERR_MEMORY = -3,    /* there is none left, or the limit was reached */
    PLAIT_ERR_CANCELLED = -4, /* by plait_cancel, plait_interrupt, or its end */
    PLAIT_ERR_FILE = -5, /* it cannot be read, or there are no descriptors */
    PLAIT_ERR_ARGUMENT = -6,  /* the call makes no sense */
    PLAIT_ERR_THREAD = -7,    /* called by a thread that must not */
    PLAIT_ERR_STATE = -8,     /* not now: it runs already, or it is closed */
    PLAIT_ERR_EXIT = -9,      /* the script called os.exit: plait_error.code */
    PLAIT_ERR_DEADLOCK = -10, /* nothing could run any more */
    PLAIT_ERR_LEFT = -11      /* threads did not stop, and were left behind */
} plait_status;

typedef struct plait_error {
    plait_status status;
    int code;              /* of os.exit */
    const char *message;   /* never NULL */
    const char *traceback; /* NULL: there is none */
    const char *kind;      /* "task", "thread", "process", "future" */
    const char *name;      /* that the strand was given; NULL: none */
    uint64_t id;           /* of the strand; 0: it has none */
} plait_error;

/* What a runtime may be forbidden. Scripts get an error of kind "denied" that names
 * the function. This is checked in plait's functions and in those of Lua: it is no
 * barrier against a library in C that is loaded, or a function of the host's. */
#define PLAIT_DENY_FS_READ (1u << 0)
#define PLAIT_DENY_FS_WRITE (1u << 1)
#define PLAIT_DENY_NET_CONNECT (1u << 2)
#define PLAIT_DENY_NET_LISTEN (1u << 3)
#define PLAIT_DENY_PROCESS (1u << 4) /* other programs and own processes */
#define PLAIT_DENY_THREADS (1u << 5)
#define PLAIT_DENY_ENV (1u << 6)
#define PLAIT_DENY_NATIVE (1u << 7)   /* libraries in C */
#define PLAIT_DENY_BYTECODE (1u << 8) /* code is accepted as text only */
#define PLAIT_DENY_DEBUG (1u << 9)
#define PLAIT_DENY_SIGNALS (1u << 10)
#define PLAIT_DENY_STDIO (1u << 11) /* descriptors 0, 1, 2 */
#define PLAIT_DENY_ALL (~0u)

/* ---- lifetime ---- */

/* Fill it by plait_config_init, then change what is to be different. */
typedef struct plait_config {
    size_t size; /* of this struct, as the host was compiled */
    void *data;  /* for on_write and on_error */
    /* Bytes that each Lua state may have; at least 1 MiB; 0: no limit. A script
     * that reaches it gets "not enough memory". */
    size_t memory_limit;
    unsigned deny; /* of PLAIT_DENY_... */
    /* A thread of the runtime is sent this signal when the code that it runs is to
     * be interrupted: the handler is installed while there are runtimes that use
     * it, and hands on what is not plait's. SIGURG is a good one. 0: no signal, no
     * handler; then running code looks by itself whether it is to stop, which
     * makes it slower (docs/embedding.md has numbers). */
    int interrupt_signal;
    /* A plait program, for spawn_process. NULL: processes cannot be started.
     * "/proc/self/exe": this program, which calls plait_worker_main. */
    const char *helper_path;
    /* Take what scripts write to descriptors 1 and 2, and errors that no strand has
     * received. On any thread of the runtime, one at a time, and inside of code
     * that runs: they call neither plait nor Lua. NULL: it is written there. */
    void (*on_write)(void *data, int fd, const char *text, size_t size);
    void (*on_error)(void *data, const plait_error *error);
} plait_config;

/* `size` is sizeof(plait_config). Sets what is usual: no limits, no denials, no
 * signal, no processes, no callbacks. */
PLAIT_API void plait_config_init(plait_config *config, size_t size);

/* Makes a runtime, which the calling thread owns, and stores it. NULL: as
 * plait_config_init has it.
 * Returns: PLAIT_OK; PLAIT_ERR_MEMORY; PLAIT_ERR_ARGUMENT. */
PLAIT_API plait_status plait_new(const plait_config *config, plait **out);

/* Cancels all that runs, waits for it up to `grace_ms`, closes every state, ends all
 * threads and child processes. The functions given to plait_start are called once
 * more for what was still there, with PLAIT_ERR_CANCELLED. After it only who holds
 * the runtime (plait_hold) may use it, for what any thread may.
 * Returns: PLAIT_OK; PLAIT_ERR_LEFT: threads that sit in a C function were left
 * behind with their memory; PLAIT_ERR_STATE: called from inside of it, and nothing
 * has happened; PLAIT_ERR_THREAD. */
PLAIT_API plait_status plait_close(plait *p, int grace_ms);

/* The error of the last function that returned one on this runtime, or of the chunk
 * whose end a callback is told of. Good until the next call. */
PLAIT_API const plait_error *plait_last_error(plait *p);

/* "0.1.0", and PLAIT_ABI of the library, if `abi` is not NULL. Any thread. */
PLAIT_API const char *plait_version(int *abi);

/* From here to plait_release somebody outside of the runtime may still post:
 * plait_run_* does not end, nothing is a deadlock, and the memory of `p` stays.
 * Any thread. */
PLAIT_API void plait_hold(plait *p);
PLAIT_API void plait_release(plait *p);

/* ---- native functions ---- */

typedef struct plait_reg {
    const char *name; /* NULL ends a list */
    plait_function function;
} plait_reg;

/* Every state, also those of threads, has these functions: as fields of the module
 * `module`, which is a global variable too and is found by require; NULL: as global
 * variables. Their first upvalue is the light userdata `upvalue`. In a thread they
 * run on that thread. Before the first chunk, and the first post.
 * Returns: PLAIT_OK; PLAIT_ERR_STATE: one has begun; PLAIT_ERR_MEMORY. */
PLAIT_API plait_status plait_register(plait *p, const char *module,
                                      const plait_reg *functions,
                                      void *upvalue);

/* Every state is prepared by `init(L)`, whose argument is the light userdata `data`:
 * on the thread that will run the state, after the libraries were opened. Before
 * the first chunk and the first post. For the main state it is called at once.
 * Returns: what plait_register does; PLAIT_ERR_RUN: it raised an error. */
PLAIT_API plait_status plait_on_state(plait *p, plait_function init,
                                      void *data);

/* The main state, to be used while no other function of the runtime runs, or inside
 * of callbacks. Code that is called through it may wait; tasks go on meanwhile.
 * Call plait_step afterwards if the host drives the loop. */
PLAIT_API struct lua_State *plait_lua(plait *p);

/* The runtime that a state belongs to, on the thread that runs the state; NULL: it
 * is not one of plait's that is embedded. */
PLAIT_API plait *plait_of(struct lua_State *L);

/* ---- native operations that take time ----
 *
 *     static int fetch(lua_State *L) {
 *         plait_op *op = plait_op_new(L, NULL, NULL);
 *         start_download(luaL_checkstring(L, 1), op);
 *         return plait_await(L, op);
 *     }
 *     ... on whichever thread:  plait_op_resolve(op, push_text, text, free);
 */

/* Pushes `result`, on the thread of the state that waits, and returns how many
 * values it pushed; the stack is empty. May raise; cannot wait. */
typedef int (*plait_push)(struct lua_State *L, void *result);

/* Makes one, and pushes a value that keeps it, which stays on the stack. The host
 * has to resolve or reject it, exactly once, whatever becomes of the script.
 * `on_cancel` is called, at most once and on the thread of the state, if the strand
 * is told to stop while it waits, or its state is closed; not after the operation
 * was resolved. [-0, +1, raises memory] */
PLAIT_API plait_op *plait_op_new(struct lua_State *L,
                                 void (*on_cancel)(plait_op *op, void *data),
                                 void *data);

/* As `return plait_await(L, op);` at the end of a function: only its strand waits.
 * Raises what the operation was rejected with, and the error of a cancellation. */
PLAIT_API int plait_await(struct lua_State *L, plait_op *op);

/* It is done: `result` is pushed, and afterwards dropped. `drop` (NULL: there is
 * nothing to be done) is called exactly once: after `push`, or, if nobody waits any
 * more, instead of it; on whatever thread. A second end of an operation that
 * somebody still knows is not heeded, and drops its result at once. Any thread,
 * also when the runtime was closed. */
PLAIT_API void plait_op_resolve(plait_op *op, plait_push push, void *result,
                                void (*drop)(void *result));

/* It has failed: plait_await raises the message, with the place of the call before
 * it. Any thread. */
PLAIT_API void plait_op_reject(plait_op *op, const char *message);

/* ---- running ---- */

/* Runs a chunk of Lua text, and returns when it and all else is done: tasks, threads,
 * processes, other chunks. `name` is as for luaL_loadbuffer; NULL: the code itself.
 * If the chunk fails all that runs is told to stop.
 * Returns: PLAIT_OK, or the status of the chunk's error (plait_last_error);
 * PLAIT_ERR_STATE: it runs already. */
PLAIT_API plait_status plait_run_string(plait *p, const char *code, size_t size,
                                        const char *name);
PLAIT_API plait_status plait_run_file(plait *p, const char *path);

/* A chunk has ended: its results, or its error, are the `count` values on the top of
 * L, the main Lua thread. Inside of plait_step, plait_run_* or plait_close. */
typedef void (*plait_done)(plait *p, plait_status status, struct lua_State *L,
                           int count, void *data);

/* Starts a chunk, which runs at the next plait_step or plait_run_*. `done` (or NULL)
 * is called exactly once, if PLAIT_OK is returned; `task` may be NULL.
 * Returns: PLAIT_OK; PLAIT_ERR_SYNTAX; PLAIT_ERR_MEMORY; PLAIT_ERR_STATE. */
PLAIT_API plait_status plait_start(plait *p, const char *code, size_t size,
                                   const char *name, plait_done done,
                                   void *data, plait_task *task);

/* Tells a chunk to stop; one that has ended is not minded. Any thread, and a signal
 * handler. */
PLAIT_API void plait_cancel(plait *p, plait_task task);

/* Tells everything to stop that runs: all chunks, tasks, threads and processes. What
 * is started afterwards is not concerned. Any thread, and a signal handler. */
PLAIT_API void plait_interrupt(plait *p);

/* Has `function` called as a task of the main state, with the light userdata `data`
 * as its argument. `drop` (or NULL) is called exactly once with `data`: when that
 * task has ended, or, if it cannot begin, instead. What one thread posts begins in
 * that order. Any thread.
 * Returns: PLAIT_OK; PLAIT_ERR_MEMORY; PLAIT_ERR_STATE: the runtime is closed, or
 * being closed. */
PLAIT_API plait_status plait_post(plait *p, plait_function function, void *data,
                                  void (*drop)(void *data));

/* ---- a loop of the host's ----
 *
 *     struct pollfd fds[2] = {{own, POLLIN, 0}, {plait_fd(p), POLLIN, 0}};
 *     while (!quit && poll(fds, 2, plait_timeout(p)) >= 0) {
 *         if (fds[0].revents) serve_own();
 *         while (plait_step(p, 5) == PLAIT_MORE) look_at_own();
 *     }
 */

/* A descriptor that is readable when plait_step has something to do, a timer that is
 * due among it. It is the runtime's: only to be polled. -1: no descriptors are left. */
PLAIT_API int plait_fd(plait *p);

/* In how many milliseconds plait_step has something to do at the latest; 0: now;
 * -1: not before something happens outside. Only needed without plait_fd. */
PLAIT_API int plait_timeout(plait *p);

/* Does what there is to do, for up to `budget_ms`, and never blocks. Code that runs
 * for longer is suspended, and goes on at the next step; but not inside of a C
 * function that cannot be suspended. What nobody has received of errors is told
 * when nothing is left to do.
 * Returns: PLAIT_OK: nothing is to be done now; PLAIT_MORE; PLAIT_ERR_STATE: it runs
 * already; PLAIT_ERR_THREAD. */
PLAIT_API plait_status plait_step(plait *p, int budget_ms);

/* Whether anything is left that keeps plait_run_* from returning. */
PLAIT_API int plait_is_idle(plait *p);

/* ---- limits ---- */

/* Denies more; nothing is ever allowed again. Any thread. */
PLAIT_API void plait_deny(plait *p, unsigned deny);

/* Makes the limit smaller, for all states, unless `limit` is 0. Returns how many
 * bytes the main state has. */
PLAIT_API size_t plait_memory(plait *p, size_t limit);

/* ---- a prompt ---- */

typedef struct plait_prompt_options {
    size_t size; /* of this struct, as the host was compiled */
    int in_fd,
        out_fd; /* may be the same; they stay the host's, and open until on_end.
                          A socket is set non-blocking */
    int is_terminal;    /* with colours, and as wide as it is */
    const char *name;   /* in reports; NULL: "a prompt" */
    const char *banner; /* shown first; NULL: nothing */
    const char *prompt,
        *prompt2; /* before an entry's first line, and the others;
                                     NULL: "> ", ">> " */
    /* It is over, and not to be used any more: called once, at the latest in plait_close.
     * `why`: NULL, if its input has ended or it was closed. May be NULL. */
    void (*on_end)(plait_prompt *prompt, const char *why, void *data);
    void *data;
} plait_prompt_options;

/* Sets what is usual: descriptors 0 and 1. */
PLAIT_API void plait_prompt_options_init(plait_prompt_options *options,
                                         size_t size);

/* Opens a prompt: lines of one descriptor are entries, and what they return and print is
 * written to the other. Entries are tasks of the main state, with local variables of
 * their own for each prompt; plait_step and plait_run_* run them, but it keeps none of
 * them from ending. `out` may be NULL.
 * Returns: PLAIT_OK; PLAIT_ERR_FILE: a descriptor is wrong; PLAIT_ERR_MEMORY;
 * PLAIT_ERR_ARGUMENT; PLAIT_ERR_RUN; PLAIT_ERR_STATE: it is being closed. */
PLAIT_API plait_status plait_prompt_open(plait *p,
                                         const plait_prompt_options *options,
                                         plait_prompt **out);

/* No entry is read any more, and the one that runs is told to stop; on_end is called
 * later. */
PLAIT_API void plait_prompt_close(plait_prompt *prompt);

/* ---- child processes ---- */

/* To be called first in the host's own main(), if config.helper_path is the host's
 * program. Returns: -1: go on, this is no child; else main() returns that. */
PLAIT_API int plait_worker_main(int argc, char **argv);

/* ---- a state of the host's own ----
 *
 * Opens plait as a module of a Lua state that was made without it, as `require
 * "plait"` does there: luaL_requiref(L, "plait", luaopen_plait, 0). The state becomes
 * the main state of a program of its own, and lua_close waits for what that has
 * started; the manual has a chapter on it. Not for states of a plait_new. */
PLAIT_API int luaopen_plait(struct lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
