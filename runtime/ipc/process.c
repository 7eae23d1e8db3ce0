/* process.c - the parent's side of a child process.
 *
 * Starting: the caller prepares everything that can fail without a child (the
 * wire, with the work queued in it; the program's path), then the hub's thread
 * starts the child, because a child that is another program dies with the
 * thread that started it. Either all of it happened, or the caller has its
 * message back and the strand was not touched.
 *
 * Ending: three things happen to an own child in any order - its outcome
 * arrives, its wire ends, it exits. The outcome alone finishes the strand; the
 * record lives until the wire has ended and the child was reaped. When a child
 * has exited, all it ever sent is in our socket, so the wire is drained and
 * ended without waiting for the end of file, which some process the child left
 * behind could hold back for ever.
 *
 * Signals to a process group go by its number, which is its own until the leader
 * was reaped. So that is done with the strand's lock held, as is what other
 * threads send.
 *
 * Locks: a strand's lock is taken before its wire's. */
#include "ipc/process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "exec/outcome.h"
#include "exec/quiet.h"
#include "ipc/bytes.h"
#include "ipc/ledger.h"
#include "ipc/process_parts.h"
#include "ipc/survey.h"
#include "ipc/wire.h"

_Static_assert((int)RT_PROCESS_JOURNAL == (int)RT_LAUNCH_JOURNAL,
               "where a child finds its journal");

/* For a child whose wire ended and that does not exit. */
enum { EXIT_GRACE_NS = 500 * 1000 * 1000 };

/* On the starter's stack: the record may end before the starter goes on. */
struct gate {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t opened;
    bool is_open;
    int status;
};

/* Steps, in the order they happen. */
static int prepare_own(process *p, const rt_process_options *options);
static int prepare_external(process *p, const rt_process_options *options);
static void on_begin(rt_post *post);
static void on_frame(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message);
static void on_wire_end(rt_wire *wire, const rt_error *why);
static void on_told(rt_post *post);
static void on_exit_seen(uv_poll_t *poll, int status, int events);
static void on_closed(uv_handle_t *handle);

static void cancel_own(rt_strand *strand, rt_message *reason);

static const rt_wire_events wire_events = {on_frame, on_wire_end};

/* ---- telling a running child ---- */

static void send_signal(process *p, int number) {
    /* It may have ended. */
    (void)pidfd_send_signal(p->insist.pidfd, number, NULL, 0);
}

int rt_process_signal(rt_strand *strand, int number) {
    int status = RT_OK;
    if (number != 0) rt_strand_note_told(strand);
    pthread_mutex_lock(&strand->lock);
    if (strand->cancel) { /* so the record is there */
        process *p = strand->cancel_target;
        if (number != 0 && p->wire) rt_wire_note_told(p->wire);
        if (pidfd_send_signal(p->insist.pidfd, number, NULL, 0) < 0)
            status = errno == ESRCH ? RT_OK : -errno;
    }
    pthread_mutex_unlock(&strand->lock);
    return status;
}

void rt_process_put_down(rt_strand *strand) {
    rt_strand_note_told(strand);
    pthread_mutex_lock(&strand->lock);
    process *p = strand->cancel ? strand->cancel_target : NULL;
    if (p && p->wire) rt_wire_note_told(p->wire);
    if (p && !p->is_reaped) rt_insist_kill_all(&p->insist);
    pthread_mutex_unlock(&strand->lock);
}

bool rt_process_ask(rt_strand *strand, rt_part *part, int64_t limit_ns) {
    rt_wire *wire = NULL;
    pthread_mutex_lock(&strand->lock);
    if (strand->cancel == cancel_own) {
        wire = ((process *)strand->cancel_target)->wire;
        rt_wire_ref(wire);
    }
    pthread_mutex_unlock(&strand->lock);
    bool is_asked = wire && rt_survey_ask(wire, part, limit_ns);
    rt_wire_unref(wire);
    return is_asked;
}

/* In rt_strand.cancel. False: it was told before. */
static bool note_cancelled(process *p) {
    if (atomic_exchange(&p->was_cancelled, true)) return false;
    p->is_told_posted = true;
    rt_loop_post(rt_hub_loop(p->hub), &p->told);
    return true;
}

static void ask_for_life(rt_insist *insist) {
    process *p = rt_container_of(insist, process, insist);
    rt_packet *packet = rt_packet_new(RT_FRAME_PROBE);
    if (!packet) return; /* so it does not answer */
    /* Without fields or a message, so filling cannot fail. */
    (void)rt_packet_fill(packet, NULL, 0, NULL, SIZE_MAX, NULL);
    if (rt_wire_send(p->wire, packet, 0)) packet->release(packet);
}

static int send_cancel(process *p, rt_message *reason) {
    rt_packet *packet = rt_packet_new(RT_FRAME_CANCEL);
    if (!packet) {
        rt_message_free(reason);
        return RT_ENOMEMORY;
    }
    int status = rt_packet_fill(packet, NULL, 0, reason, SIZE_MAX, NULL);
    if (status)
        rt_message_free(reason);
    else
        status = rt_wire_send(p->wire, packet, 0);
    if (status) packet->release(packet);
    return status;
}

/* A reason that cannot be sent is left out. A child that cannot be asked for
 * lack of memory is killed: it was to stop. */
static void cancel_own(rt_strand *strand, rt_message *reason) {
    process *p = strand->cancel_target;
    if (!note_cancelled(p)) {
        rt_message_free(reason);
        return;
    }
    rt_wire_note_told(p->wire);
    int status = send_cancel(p, reason);
    if (status && status != RT_EDIED) status = send_cancel(p, NULL);
    if (status && status != RT_EDIED) send_signal(p, SIGKILL);
}

static void cancel_external(rt_strand *strand, rt_message *reason) {
    process *p = strand->cancel_target;
    if (note_cancelled(p) && !p->is_reaped) rt_insist_terminate(&p->insist);
    rt_message_free(reason);
}

/* ---- starting ---- */

int rt_process_share_output(rt_runtime *runtime) {
    int status = RT_OK;
    pthread_mutex_lock(&runtime->lock);
    if (runtime->output_lock < 0) {
        runtime->output_lock = memfd_create("plait-output", MFD_CLOEXEC);
        if (runtime->output_lock < 0) status = -errno;
    }
    pthread_mutex_unlock(&runtime->lock);
    if (status) return status;
    atomic_store(&runtime->flush_output, true);
    (void)fflush(stdout); /* its errors stay in the stream for its owner */
    return RT_OK;
}

static void free_process(process *p) {
    rt_wire_unref(p->wire);
    if (p->child_fd >= 0) (void)close(p->child_fd);
    if (p->link >= 0) (void)close(p->link);
    if (p->insist.pidfd >= 0) (void)close(p->insist.pidfd);
    rt_free(p->path);
    rt_object_unref(&p->strand->object);
    rt_free(p);
}

static void stop_member(rt_hub_member *member) {
    process *p = rt_container_of(member, process, member);
    rt_insist_stop(&p->insist); /* the hub has its own patience */
    if (p->wire) {
        rt_wire_bye(p->wire);
    } else if (!atomic_exchange(&p->was_cancelled, true) && !p->is_reaped) {
        rt_insist_terminate(&p->insist);
    } else if (p->is_reaped && p->link >= 0) {
        rt_process_end_link(p); /* nobody serves it any more */
        rt_process_settle(p);
    }
}

static void kill_member(rt_hub_member *member) {
    process *p = rt_container_of(member, process, member);
    if (!p->is_reaped) rt_insist_kill(&p->insist);
}

static void on_patience_over(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    send_signal(rt_container_of(timer, process, patience), SIGKILL);
}

/* What the runtime says of its children. */
static void read_surroundings(process *p, const rt_process_options *options,
                              int stdio[3]) {
    rt_runtime *runtime = p->strand->runtime;
    memcpy(stdio, options->stdio, sizeof options->stdio);
    pthread_mutex_lock(&runtime->lock);
    p->bounds = runtime->bounds;
    bool is_merged = stdio[1] < 0 && stdio[2] == STDOUT_FILENO;
    for (int i = 1; i <= 2; i++)
        if (stdio[i] < 0) stdio[i] = runtime->child_output[i - 1];
    if (is_merged && stdio[1] >= 0) stdio[2] = stdio[1];
    pthread_mutex_unlock(&runtime->lock);
}

static process *new_process(rt_hub *hub, rt_strand *strand,
                            const rt_process_options *options) {
    process *p = rt_calloc(sizeof *p);
    if (!p) return NULL;
    p->hub = hub;
    rt_object_ref(&strand->object); /* until free_process */
    p->strand = strand;
    p->member.stop = stop_member;
    p->member.kill = kill_member;
    p->insist.runtime = strand->runtime;
    p->insist.loop = rt_hub_loop(hub);
    p->insist.pidfd = p->child_fd = p->link = -1;
    p->ends_group = options->ends_group;
    p->insist.has_session = options->terminal > 0;
    int stdio[3];
    read_surroundings(p, options, stdio);
    /* From a group of its own it could not read from our terminal. */
    p->insist.has_group =
        p->insist.has_session || !rt_launch_has_terminal(stdio);
    rt_insist_init(&p->insist);
    p->told.run = on_told;
    p->patience.fire = on_patience_over;
    p->begin.run = on_begin;
    p->launch = (rt_launch){.env = options->env,
                            .cwd = options->cwd,
                            .leads_group = p->insist.has_group,
                            .terminal = options->terminal,
                            .wire = -1,
                            .output_lock = -1,
                            .journal = -1,
                            .ledger = -1};
    if (!p->launch.env) p->launch.env = (const char *const *)environ;
    memcpy(p->launch.stdio, stdio, sizeof p->launch.stdio);
    return p;
}

/* Nothing is sent of a child that may do all. */
static int queue_bounds(process *p) {
    if (p->bounds.memory_bytes == 0 && p->bounds.denied == 0) return RT_OK;
    uint8_t fields[12];
    rt_put_u64(fields, p->bounds.memory_bytes);
    rt_put_u32(fields + 8, p->bounds.denied);
    rt_packet *packet = rt_packet_new(RT_FRAME_BOUNDS);
    if (!packet) return RT_ENOMEMORY;
    int status = rt_packet_fill(packet, fields, sizeof fields, NULL,
                                RT_FRAME_LIMIT, NULL);
    if (status == RT_OK) status = rt_wire_send(p->wire, packet, 0);
    if (status != RT_OK) packet->release(packet);
    return status;
}

/* The program's own table goes along, as the last object. */
static int add_shared(process *p, rt_message *work) {
    rt_object *shared = rt_runtime_shared(p->strand->runtime);
    return shared ? rt_message_append_object(work, shared) : RT_ENOMEMORY;
}

/* Queues the work in the corked wire. */
static int queue_work(process *p, rt_message *work) {
    int status = queue_bounds(p);
    if (status == RT_OK) status = add_shared(p, work);
    if (status) return status;
    rt_packet *packet = rt_packet_new(RT_FRAME_START);
    if (!packet) return RT_ENOMEMORY;
    status = rt_packet_fill(packet, NULL, 0, work, RT_FRAME_LIMIT, NULL);
    if (status == RT_OK) status = rt_wire_send(p->wire, packet, 0);
    if (status == RT_OK) {
        p->start = packet;
        return RT_OK;
    }
    packet->message = NULL; /* still the caller's */
    packet->release(packet);
    return status;
}

static int prepare_own(process *p, const rt_process_options *options) {
    static const char *const argv[] = {"plait", "--plait-worker", NULL};
    const rt_runtime *runtime = p->strand->runtime;
    if (!runtime->helper_path) return RT_ENOHELPER;
    int status = rt_process_share_output(p->strand->runtime);
    if (status) return status;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                   pair) < 0)
        return -errno;
    p->child_fd = pair[1];
    p->wire = rt_wire_new(p->hub, pair[0], RT_PEER_CHILD, options->version,
                          &wire_events, p);
    if (!p->wire) {
        (void)close(pair[0]);
        return RT_ENOMEMORY;
    }
    if (p->strand->name) p->wire->name = rt_strdup(p->strand->name);
    int ledger = rt_ledger_create();
    if (ledger < 0) return ledger;
    rt_wire_set_ledger(p->wire, ledger);
    p->insist.ask = ask_for_life;
    p->launch.path = runtime->helper_path;
    p->launch.argv = argv;
    p->launch.wire = p->child_fd;
    p->launch.output_lock = p->strand->runtime->output_lock;
    if (options->journal > 0) p->launch.journal = options->journal;
    p->launch.ledger = ledger;
    return queue_work(p, options->work);
}

static int prepare_external(process *p, const rt_process_options *options) {
    int status = rt_launch_find(options->argv[0], &p->path);
    if (status) return status;
    p->launch.path = p->path;
    p->launch.argv = options->argv;
    p->strand->command = rt_launch_join(options->argv);
    p->launch.dies_with_thread = true;
    p->wire_ended = true; /* there is none */
    return options->link[1] > 0 ? rt_process_take_link(p, options->link)
                                : RT_OK;
}

/* If this says RT_OK the record is the hub's, and may be gone. */
static int begin_on_hub(process *p) {
    struct gate gate = {.is_open = false};
    pthread_mutex_init(&gate.lock, NULL);
    pthread_cond_init(&gate.opened, NULL);
    p->gate = &gate;
    rt_loop_post(rt_hub_loop(p->hub), &p->begin);
    pthread_mutex_lock(&gate.lock);
    while (!gate.is_open) pthread_cond_wait(&gate.opened, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
    pthread_cond_destroy(&gate.opened);
    pthread_mutex_destroy(&gate.lock);
    return gate.status;
}

static void open_gate(struct gate *gate, int status) {
    pthread_mutex_lock(&gate->lock);
    gate->status = status;
    gate->is_open = true;
    pthread_cond_signal(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}

/* The record of a child that was not started, and its wire, which gives back
 * what it had taken. */
static void undo(process *p) {
    if (p->start) p->start->message = NULL; /* still the caller's */
    free_process(p);
}

int rt_process_start(rt_runtime *runtime, rt_strand *strand,
                     const rt_process_options *options) {
    rt_hub *hub;
    int status = rt_hub_start(runtime, &hub);
    if (status) return status;
    assert(!rt_hub_is_this_thread(hub));
    process *p = new_process(hub, strand, options);
    if (!p) return RT_ENOMEMORY;
    status =
        options->argv ? prepare_external(p, options) : prepare_own(p, options);
    if (status == RT_OK) status = begin_on_hub(p);
    if (status) undo(p);
    return status;
}

static void tell_strand(process *p) {
    rt_strand *strand = p->strand;
    pthread_mutex_lock(&strand->lock);
    strand->external = p->wire == NULL;
    strand->pid = p->insist.pid;
    strand->cancel_target = p;
    atomic_store(&strand->peer, p->wire);
    strand->cancel = p->wire ? cancel_own : cancel_external;
    if (strand->state == RT_STRAND_PENDING) strand->state = RT_STRAND_RUNNING;
    /* Who told it to stop may have found nobody to tell. */
    if (atomic_load(&strand->is_told)) strand->cancel(strand, NULL);
    pthread_mutex_unlock(&strand->lock);
}

/* For a child that runs but cannot be watched. */
static void put_down(process *p) {
    siginfo_t info;
    send_signal(p, SIGKILL);
    while (waitid(P_PID, (id_t)p->insist.pid, &info, WEXITED) < 0 &&
           errno == EINTR)
        continue;
}

static int begin(process *p) {
    int status = rt_launch_start(&p->launch);
    if (status) return status;
    p->insist.pid = p->launch.pid;
    p->insist.pidfd = p->launch.pidfd;
    if (p->child_fd >= 0) (void)close(p->child_fd);
    p->child_fd = -1;
    status = uv_poll_init(rt_loop_uv(rt_hub_loop(p->hub)), &p->exited,
                          p->insist.pidfd);
    if (status) put_down(p);
    return status;
}

/* From here on the record is the hub's. */
static void serve(process *p) {
    int status = uv_poll_start(&p->exited, UV_READABLE, on_exit_seen);
    assert(status == 0);
    (void)status;
    rt_hub_join(p->hub, &p->member);
    rt_quiet_add_source(rt_hub_runtime(p->hub)); /* until on_closed */
    if (!p->wire) return;
    status = rt_wire_attach(p->wire);
    if (status == RT_OK) return;
    p->why.status = status;
    (void)rt_error_set(&p->why, status, "its wire cannot be served: %s",
                       rt_status_text(status));
    p->wire_ended = true;
    send_signal(p, SIGKILL);
}

static void on_begin(rt_post *post) {
    process *p = rt_container_of(post, process, begin);
    struct gate *gate = p->gate;
    int status = begin(p);
    if (status == RT_OK) {
        tell_strand(p);
        serve(p);
    }
    open_gate(gate, status); /* if that failed the starter frees the record */
}

/* ---- ending ---- */

static void on_told(rt_post *post) {
    process *p = rt_container_of(post, process, told);
    p->is_told_posted = false;
    if (p->is_closed)
        free_process(p);
    else if (!p->is_finished && !p->is_reaped)
        rt_insist_begin(&p->insist);
}

static void set_exit(process *p, int code, int number) {
    pthread_mutex_lock(&p->strand->lock);
    p->strand->exit_code = code;
    p->strand->exit_signal = number;
    pthread_mutex_unlock(&p->strand->lock);
}

/* NULL outcomes, for lack of memory, still end the strand. */
static void finish(process *p, rt_strand_state state, rt_message *outcome) {
    p->is_finished = true;
    rt_insist_stop(&p->insist);
    (void)rt_strand_finish(p->strand, state, outcome);
}

static void on_frame(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message) {
    process *p = wire->owner;
    if (type == RT_FRAME_ALIVE) {
        rt_insist_hear(&p->insist);
        return;
    }
    assert(type == RT_FRAME_RESULT); /* all else that receive.c lets through */
    int outcome = state & ~RT_RESULT_UNHANDLED;
    set_exit(p, outcome == RT_STRAND_FAILED ? 1 : 0, 0);
    if (state & RT_RESULT_UNHANDLED) /* the child has printed them */
        atomic_fetch_add(&p->strand->runtime->unhandled_count, 1);
    finish(p, (rt_strand_state)outcome, message);
    rt_wire_bye(wire);
}

static void on_wire_end(rt_wire *wire, const rt_error *why) {
    process *p = wire->owner;
    atomic_store(&p->strand->peer, NULL);
    p->wire_ended = true;
    p->why = *why;
    if (why->status == RT_OK || why->status == RT_ECLOSED) {
        int64_t due = rt_clock_now() + EXIT_GRACE_NS;
        rt_timers *timers = &rt_hub_loop(p->hub)->timers;
        if (!p->is_reaped && rt_timer_start(timers, &p->patience, due, due))
            send_signal(p, SIGKILL); /* no memory for patience */
    } else {
        send_signal(p, SIGKILL); /* it cannot be trusted any more */
    }
    rt_process_settle(p);
}

/* Returns false if the child still runs. What was told to stop leaves nothing of
 * its group behind, unless it is a process of our own that stopped by itself; nor
 * does a program with `ends_group`. */
static bool reap(process *p) {
    pthread_mutex_lock(&p->strand->lock);
    bool is_all = p->wire ? rt_insist_has_signalled(&p->insist)
                          : p->ends_group || atomic_load(&p->was_cancelled);
    p->is_reaped =
        rt_insist_reap(&p->insist, is_all, &p->exit_code, &p->exit_signal);
    pthread_mutex_unlock(&p->strand->lock);
    return p->is_reaped;
}

static void on_exit_seen(uv_poll_t *poll, int status, int events) {
    (void)status, (void)events;
    process *p = rt_container_of(poll, process, exited);
    rt_loop_rouse(rt_hub_loop(p->hub));
    if (p->is_reaped || !reap(p)) return;
    rt_insist_stop(&p->insist);
    (void)uv_poll_stop(poll);
    if (p->link >= 0) rt_process_end_link(p);
    if (p->wire && !p->wire_ended)
        rt_wire_drain(p->wire); /* calls on_wire_end */
    rt_process_settle(p);
}

/* A strand of the program in another process found that nobody reads what it
 * prints, which is where we print, too. */
static void check_output(process *p) {
    rt_runtime *runtime = p->strand->runtime;
    bool is_ours = p->wire && p->launch.stdio[1] < 0;
    if (is_ours && p->exit_signal == SIGPIPE && runtime->on_broken_output)
        runtime->on_broken_output(runtime);
}

static void finish_by_exit(process *p) {
    set_exit(p, p->exit_code, p->exit_signal);
    check_output(p);
    rt_outcome_detail detail = {.pid = p->insist.pid,
                                .exit_code = p->exit_code,
                                .signal = p->exit_signal};
    if (p->kind && !(p->is_link_end && p->exit_signal)) {
        finish(p, RT_STRAND_FAILED,
               rt_outcome_error(p->kind, p->why.message, &detail));
        return;
    }
    if (!p->wire && p->exit_code >= 0) {
        finish(p, RT_STRAND_DONE, rt_outcome_int(p->exit_code));
        return;
    }
    bool was_signalled = !p->wire || rt_insist_has_signalled(&p->insist);
    if (atomic_load(&p->was_cancelled) && was_signalled && p->exit_signal) {
        finish(p, RT_STRAND_CANCELLED,
               rt_outcome_error("cancelled",
                                rt_insist_tell(&p->insist, p->exit_signal),
                                &detail));
        return;
    }
    finish(p, RT_STRAND_FAILED,
           rt_outcome_died(p->strand->name, &detail,
                           p->why.status ? p->why.message : NULL));
}

/* Does what is due after one of the ends. */
void rt_process_settle(process *p) {
    if (!p->is_reaped || !p->wire_ended || p->is_closing) return;
    if (!p->is_finished) finish_by_exit(p);
    p->is_closing = true;
    rt_timer_stop(&rt_hub_loop(p->hub)->timers, &p->patience);
    uv_close((uv_handle_t *)&p->exited, on_closed);
}

static void on_closed(uv_handle_t *handle) {
    process *p = rt_container_of((uv_poll_t *)handle, process, exited);
    rt_loop_rouse(rt_hub_loop(p->hub));
    rt_quiet_remove_source(rt_hub_runtime(p->hub));
    rt_hub_leave(p->hub, &p->member);
    p->is_closed = true;
    if (!p->is_told_posted) free_process(p); /* else: on_told */
}
