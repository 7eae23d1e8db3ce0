/* program.c */
#include "embed/program.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/deadlock.h"
#include "core/end.h"
#include "core/failure.h"
#include "core/interrupt.h"
#include "core/output.h"
#include "core/policy.h"
#include "core/held.h"
#include "core/steer.h"
#include "core/userhook.h"
#include "embed/listen.h"
#include "ipc/process.h"
#include "ipc/remote_channel.h"
#include "lib/lib_output.h"
#include "ship/work.h"

/* How long threads have to stop when everything else has. Sanitizers make them
 * slow. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STOP_NS (5 * RT_SECOND)
#else
#define STOP_NS RT_SECOND
#endif

static void exit_program(lua_State *L, int status, bool close);
static int finish_early(host_state *host, bool has_failed);
static bool is_exiting_elsewhere(rt_runtime *runtime);
static void wait_for_exit(void);

/* The exit status of a program in which nothing could run any more. */
enum { DEADLOCK_STATUS = 70 };

/* ---- start ---- */

/* `L` runs in the state that is to be the main one; NULL: a new one is. */
static host_program *make_program(lua_State *L) {
    host_program *program = rt_calloc(sizeof *program);
    if (!program) return NULL;
    program->states.on_exit = exit_program;
    program->states.adopted = L;
    if (host_states_open(&program->states) != RT_OK) {
        rt_free(program);
        return NULL;
    }
    program->runtime = program->states.runtime;
    program->host = program->states.main;
    program->host->owner = program;
    program->host->on_finish = finish_early;
    (void)host_interrupt_enter(program->host);
    return program;
}

host_program *host_program_new(void) {
    return make_program(NULL);
}

host_program *host_program_adopt(lua_State *L) {
    return make_program(L);
}

/* Message handler: no report is made of what will not be printed. */
static int handle_error(lua_State *L) {
    host_program *program = host_of(L)->owner;
    if (program && host_ending_covers(L, program, 1))
        return host_no_report_handler(L);
    return host_report_handler(L);
}

int host_program_call(lua_State *L, int argument_count, int result_count) {
    int base = lua_gettop(L) - argument_count;
    host_forget_traceback(L);
    host_forget_report(L);
    lua_pushcfunction(L, handle_error);
    lua_insert(L, base);
    int status = lua_pcall(L, argument_count, result_count, base);
    lua_remove(L, base);
    if (status == LUA_ERRMEM) {
        lua_pushcfunction(L, host_report_memory);
        lua_pushvalue(L, -2);
        if (lua_pcall(L, 1, 1, 0) == LUA_OK)
            lua_replace(L, -2);
        else
            lua_pop(L, 1);
    } else if (status != LUA_OK) {
        host_take_report(L);
    }
    return status;
}

void host_program_report(lua_State *L, const char *progname) {
    if (is_exiting_elsewhere(host_of(L)->runtime)) wait_for_exit();
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return;
    }
    const char *text = host_push_message(L, -1);
    if (progname)
        lua_pushfstring(L, "%s: %s\n", progname, text);
    else
        lua_pushfstring(L, "%s\n", text);
    size_t size;
    text = lua_tolstring(L, -1, &size);
    host_tell(host_of(L)->runtime, text, size);
    lua_pop(L, 3);
}

/* ---- end ---- */

/* One thread ends the process, and its status counts: the first one that calls
 * os.exit, or the main thread when all is over. What others come to meanwhile,
 * being cancelled, is not told to anybody. */
static bool is_exiting_elsewhere(rt_runtime *runtime) {
    uintptr_t exiting = atomic_load(&runtime->exiting);
    return exiting != 0 && exiting != (uintptr_t)pthread_self();
}

static void wait_for_exit(void) {
    for (;;) (void)pause();
}

static void claim_exit(rt_runtime *runtime) {
    uintptr_t none = 0;
    if (!atomic_compare_exchange_strong(&runtime->exiting, &none,
                                        (uintptr_t)pthread_self()) &&
        is_exiting_elsewhere(runtime))
        wait_for_exit();
}

static bool is_covered(host_states *states, const rt_strand *strand) {
    host_program *program = rt_container_of(states, host_program, states);
    return host_ending_covers_strand(program, strand);
}

static int push_deadlock(lua_State *L) {
    host_deadlock_push(L);
    return 1;
}

/* Tasks that nothing can wake are left when the main script has ended. */
static void report_deadlock(host_program *program) {
    lua_State *L = program->host->L;
    lua_pushcfunction(L, push_deadlock);
    (void)lua_pcall(L, 0, 1, 0);
    host_program_report(L, program->host->program);
}

/* Waits for all that counts, here and elsewhere, which may start each other. */
static int wait_for_all(host_program *program, host_deadline deadline) {
    host_state *host = program->host;
    for (;;) {
        int status = host_end_tasks(host, deadline);
        if (status != RT_OK) return status;
        if (rt_runtime_wait_idle(program->runtime, &host->main.waiter) == RT_OK)
            return RT_OK;
        status = host_end_wait(host, deadline);
        if (status != RT_OK) return status;
    }
}

/* What was cancelled gets this long; what does not wait is left behind then. */
static host_deadline grace(const host_program *program) {
    if (host_ending_number(program) != 0) return host_ending_deadline(program);
    int64_t end = rt_loop_now(program->host->loop) + HOST_END_GRACE_NS;
    return (host_deadline){end, end};
}

/* The tasks first, as those threads that wait: see rt_runtime_cancel_all. */
static void cancel_all(host_program *program) {
    host_end_cancel(program->host, NULL);
    rt_runtime_cancel_all(program->runtime);
}

/* Cancels all and waits for it. A signal that comes meanwhile, or a parent that
 * has us stop, ends the wait: then once more. Returns how long what was cancelled
 * has. */
static host_deadline stop_all(host_program *program) {
    host_deadline end;
    int status;
    do {
        cancel_all(program);
        end = grace(program);
        status = wait_for_all(program, end);
    } while (status == RT_ECANCELLED);
    if (status != RT_OK && host_ending_number(program) != 0)
        host_ending_report(program, NULL);
    return end;
}

int host_program_report_unhandled(host_program *program) {
    return host_end_report(program->host) +
           host_states_report(&program->states, false, is_covered);
}

/* Returns how many were reported. */
static int report_unhandled(host_program *program, bool is_stopped) {
    if (host_ending_number(program) == SIGPIPE) return 0;
    int reported = host_end_report(program->host) +
                   host_states_report(&program->states, is_stopped, is_covered);
    return reported +
           atomic_fetch_add(&program->runtime->unhandled_count, reported);
}

/* When it returns no strand is left. */
static int settle(host_state *host, bool has_failed) {
    host_program *program = host->owner;
    bool is_deadlock = has_failed && host->had_deadlock;
    bool is_stopped = host_ending_number(program) != 0;
    if (!has_failed && !is_stopped) {
        int status = wait_for_all(program, HOST_NO_DEADLINE);
        if (status == RT_ESTUCK) {
            is_deadlock = true;
            report_deadlock(program);
        }
        is_stopped = status != RT_OK;
    }
    host_deadline end = HOST_NO_DEADLINE;
    if (has_failed || is_stopped) end = stop_all(program);
    cancel_all(program);
    bool is_told =
        has_failed || is_stopped; /* and who did not stop was named */
    if (end.due_ns == RT_NEVER) end = grace(program);
    if (host_end_daemons(host, end) != RT_OK && !is_told &&
        host_ending_number(program) != 0)
        host_ending_report(program, NULL);
    int unhandled = report_unhandled(program, has_failed || is_stopped);
    int error = host_output_finish(program->runtime);
    if (error && !has_failed && unhandled == 0 &&
        host_ending_number(program) == 0)
        fprintf(stderr, "%s: cannot write to standard output: %s\n",
                host->program, rt_status_text(-error));
    if (is_deadlock) return DEADLOCK_STATUS;
    return has_failed || is_stopped || unhandled > 0 || error ? 1 : 0;
}

/* host->on_finish. More may be started afterwards. */
static int finish_early(host_state *host, bool has_failed) {
    int status = settle(host, has_failed);
    pthread_mutex_lock(&host->runtime->lock);
    host->runtime->cancel_round = 0;
    pthread_mutex_unlock(&host->runtime->lock);
    return status;
}

int host_program_finish(host_program *program, bool has_failed) {
    host_state *host = program->host;
    if (is_exiting_elsewhere(host->runtime)) wait_for_exit();
    host_held_leave(&host->main);
    host_userhook_drop(host->L, host->L); /* what follows is not the script's */
    program->ending.is_past = true;
    host_ending_take(program, NULL);
    int status = settle(host, has_failed);
    claim_exit(host->runtime);
    return status;
}

/* Returns whether all threads have stopped, and so all is freed. */
static bool free_program(host_program *program, int64_t patience_ns) {
    rt_runtime *runtime = program->runtime;
    if (!rt_runtime_shutdown(runtime, rt_clock_now() + patience_ns))
        return false;
    host_states_free(&program->states);
    return true;
}

static void tell_left_behind(void) {
    fprintf(stderr, "plait: threads that did not stop were left behind\n");
}

void host_program_close(host_program *program, int status) {
    host_interrupt_leave(program->host, NULL);
    host_ending_close(program);
    bool is_told = host_ending_number(program) != 0;
    host_steer_close(program->runtime, false);
    host_state_close(program->host);
    /* By a signal they have had their time, and were named. */
    if (!free_program(program, is_told ? STOP_NS / 5 : STOP_NS)) {
        if (!is_told) tell_left_behind();
        (void)host_output_finish(program->runtime);
        host_ending_die(program);
        _exit(status);
    }
    host_ending_die(program); /* it is still what a handler may look at */
    host_listen_free(program);
    rt_free(program);
}

bool host_program_disown(host_program *program) {
    if (program->is_exiting) return false;
    bool is_free = free_program(program, STOP_NS);
    if (is_free)
        rt_free(program);
    else
        tell_left_behind();
    return is_free;
}

/* os.exit. In the main state what still runs is told to stop, and given a
 * moment; from another thread there is no way back through that state, so the
 * process ends at once, with its output. */
static void exit_program(lua_State *L, int status, bool close) {
    host_state *host = host_of(L);
    rt_runtime *runtime = host->runtime;
    bool is_main = host->owner != NULL;
    claim_exit(runtime);
    host_steer_close(runtime, false);
    rt_borrow_flush(runtime); /* whatever the other threads do now */
    rt_runtime_cancel_all(runtime);
    if (runtime->program) host_listen_remove(runtime->program);
    if (is_main && host->self) host_work_disown(host);
    if (is_main) host_interrupt_leave(host, NULL);
    if (is_main) host_ending_close(host->owner);
    if (is_main) host->owner->is_exiting = true;
    if (is_main && close) {
        if (host->is_adopted)
            lua_close(host->L);
        else
            host_state_close(host);
    }
    bool has_stopped = rt_runtime_shutdown(
        runtime, rt_clock_now() + (is_main ? STOP_NS / 5 : 0));
    int error = host_output_finish(runtime);
    if (error && status == EXIT_SUCCESS) status = EXIT_FAILURE;
    if (is_main && has_stopped) exit(status);
    _exit(status);
}

/* ---- a child process ---- */

typedef struct worker {
    rt_child child;
    rt_strand *self;
    rt_post probe;
} worker;

/* On the hub's thread, as is on_probe. */
static void on_cancel(rt_child *child, rt_message *reason) {
    rt_strand_cancel(rt_container_of(child, worker, child)->self, reason);
}

static bool on_probe(rt_child *child) {
    worker *w = rt_container_of(child, worker, child);
    return host_work_probe(w->self, &w->probe);
}

/* On the main thread. */
static void on_probe_post(rt_post *post) {
    rt_child_answer(&rt_container_of(post, worker, probe)->child);
}

static int worker_failed(const char *what) {
    fprintf(stderr, "plait: cannot start a child process: %s\n", what);
    return EXIT_FAILURE;
}

/* Runs the work and ends what it started; the outcome goes out last, after all
 * output. */
static int run_child(host_program *program, rt_child *child, rt_strand *self) {
    rt_strand_state state;
    host_policy_take(program->runtime->policy, &child->bounds);
    host_memory_begin(program->host);
    host_work_adopt(program->host, self);
    host_ending_open(program, true);
    rt_message *outcome = host_work_run(program->host, child->work, &state);
    rt_message_free(child->work);
    int status = host_program_finish(program, state != RT_STRAND_DONE);
    host_work_disown(program->host);
    program->host->self = NULL;
    if (host_ending_number(program) != 0) { /* that is the outcome */
        rt_message_free(outcome);
        return status;
    }
    if (status != 0 && state == RT_STRAND_DONE) /* for the parent's status */
        atomic_fetch_add(&program->runtime->unhandled_count, 1);
    rt_child_finish(child, state, outcome);
    /* A failure is the parent's to report; what nobody there can see is not. */
    if (state == RT_STRAND_FAILED) return EXIT_FAILURE;
    return state == RT_STRAND_DONE ? status : EXIT_SUCCESS;
}

/* The work did not come. The hub's thread uses what this process has, the
 * caller's variables among it, so it is stopped first. */
static int leave(host_program *program, rt_strand *self, const char *why) {
    if (why) (void)worker_failed(why);
    host_program_close(program, EXIT_FAILURE);
    rt_object_unref(&self->object);
    return EXIT_FAILURE;
}

int host_worker_main(void) {
    (void)prctl(PR_SET_NAME, "plait");
    host_program *program = host_program_new();
    if (!program) return worker_failed("not enough memory");
    rt_strand *self =
        rt_strand_new(program->runtime, RT_STRAND_PROCESS, NULL, NULL);
    if (!self) return worker_failed("not enough memory");
    self->cancel = host_work_cancel_early;
    worker w = {.child = {.on_cancel = on_cancel,
                          .on_probe = on_probe,
                          .version = PLAIT_VERSION},
                .self = self,
                .probe.run = on_probe_post};
    rt_child *child = &w.child;
    rt_error err;
    if (rt_child_open(child, program->runtime, &err) != RT_OK)
        return worker_failed(err.message);
    lua_State *L = program->host->L;
    lua_pushcfunction(L, host_states_open_libs);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        return leave(program, self, lua_tostring(L, -1));
    int waited = rt_child_wait(child, &err);
    /* The parent was killed while it started this: there is nobody to tell. */
    bool is_orphan = waited == RT_EDIED || waited == RT_ECLOSED;
    if (waited != RT_OK)
        return leave(program, self, is_orphan ? NULL : err.message);
    int status = run_child(program, child, self);
    rt_object *strand = &self->object; /* the hub may still ask it to stop */
    host_program_close(program, status);
    rt_object_unref(strand);
    return status;
}
