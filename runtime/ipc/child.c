/* child.c - the child's side of a child process.
 *
 * The main thread waits on a condition variable of its own, twice: for the
 * work, and for the parent's goodbye after the outcome. Everything else is the
 * hub's thread: it receives, and it watches over the parent's life, so that a
 * child whose script computes for ever still ends.
 *
 * Stages only go forward:
 *   OPENING -> WORKING (START came) -> LEAVING (BYE came) -> ENDED (the wire
 *   is gone). Any may be skipped. */
#include "ipc/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "exec/outcome.h"
#include "ipc/hub.h"
#include "ipc/launch.h"
#include "ipc/wire.h"

enum { OPENING, WORKING, LEAVING, ENDED };

enum {
    GRACE_NS = 300 * 1000 * 1000,
    ORPHAN_STATUS = 97 /* of a process whose parent went away */
};

/* Steps, in the order they happen. */
static void on_attach(rt_post *post);
static void on_frame(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message);
static void on_answer(rt_post *post);
static void on_wire_end(rt_wire *wire, const rt_error *why);
static void on_lifeline_over(rt_timer *timer, int64_t now_ns);
static void on_hub_stop(rt_hub_member *member);

static const rt_wire_events wire_events = {on_frame, on_wire_end};

static void advance(rt_child *child, int stage) {
    pthread_mutex_lock(&child->lock);
    if (stage > child->stage) child->stage = stage;
    pthread_cond_signal(&child->changed); /* the main thread alone waits */
    pthread_mutex_unlock(&child->lock);
}

static void wait_for_work(rt_child *child) {
    pthread_mutex_lock(&child->lock);
    while (child->stage < WORKING)
        pthread_cond_wait(&child->changed, &child->lock);
    pthread_mutex_unlock(&child->lock);
}

/* ---- opening ---- */

static int check_wire(rt_error *err) {
    struct stat info;
    if (fstat(RT_LAUNCH_WIRE, &info) < 0 || !S_ISSOCK(info.st_mode))
        return rt_error_set(err, RT_EUSAGE,
                            "descriptor %d is not a wire: --plait-worker is "
                            "for plait's own use",
                            RT_LAUNCH_WIRE);
    if (fcntl(RT_LAUNCH_WIRE, F_SETFD, FD_CLOEXEC) < 0)
        return rt_error_set(err, -errno, "descriptor %d: %s", RT_LAUNCH_WIRE,
                            rt_status_text(-errno));
    return RT_OK;
}

/* The lock must be of an open file of our own, or it would not exclude the
 * parent. Without it, lines of several processes may mix; no more. */
static void open_output_lock(rt_runtime *runtime) {
    char name[40];
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d",
                   RT_LAUNCH_OUTPUT_LOCK);
    runtime->output_lock = open(name, O_RDWR | O_CLOEXEC);
    (void)close(RT_LAUNCH_OUTPUT_LOCK);
    atomic_store(&runtime->flush_output, true);
}

static void set_up_process(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGINT, &ignore, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)prctl(PR_SET_NAME, "plait", 0, 0, 0); /* else "exe" */
}

static void init(rt_child *child, rt_runtime *runtime) {
    child->runtime = runtime;
    child->work = NULL;
    pthread_mutex_init(&child->lock, NULL);
    pthread_cond_init(&child->changed, NULL);
    child->stage = OPENING;
    child->has_result_left = false;
    child->why = (rt_error){.status = RT_OK};
    child->attach = (rt_post){.run = on_attach};
    child->answer = (rt_post){.run = on_answer};
    child->lifeline = (rt_timer){.fire = on_lifeline_over};
    atomic_init(&child->is_result_sent, false);
    child->is_stopping = false;
    child->member.stop = child->member.kill = on_hub_stop;
    rt_list_init(&child->member.link);
}

static int fail(rt_child *child, rt_error *err) {
    if (child->why.status == RT_OK)
        return rt_error_set(err, RT_EDIED, "the parent has gone");
    return rt_error_set(err, child->why.status, "wire to the parent: %.300s",
                        child->why.message);
}

int rt_child_open(rt_child *child, rt_runtime *runtime, rt_error *err) {
    int status = check_wire(err);
    if (status) return status;
    init(child, runtime);
    set_up_process();
    open_output_lock(runtime);
    rt_hub *hub;
    status = rt_hub_start(runtime, &hub);
    if (status) return rt_error_set(err, status, "%s", rt_status_text(status));
    child->wire = rt_wire_new(hub, RT_LAUNCH_WIRE, RT_PEER_PARENT,
                              child->version, &wire_events, child);
    if (!child->wire)
        return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    /* None, if somebody else started this program. */
    if (fcntl(RT_LAUNCH_LEDGER, F_SETFD, FD_CLOEXEC) == 0)
        rt_wire_set_ledger(child->wire, RT_LAUNCH_LEDGER);
    runtime->parent = child->wire;
    rt_child_watch_quiet(child);
    rt_loop_post(rt_hub_loop(hub), &child->attach);
    return RT_OK;
}

int rt_child_wait(rt_child *child, rt_error *err) {
    wait_for_work(child);
    return child->work ? RT_OK : fail(child, err);
}

static void on_attach(rt_post *post) {
    rt_child *child = rt_container_of(post, rt_child, attach);
    rt_wire *wire = child->wire; /* with the reference of rt_wire_new */
    /* Before the wire, so that it hears first that the hub stops. */
    rt_hub_join(wire->hub, &child->member);
    int status = rt_wire_attach(wire);
    if (status) {
        (void)rt_error_set(&child->why, status, "%s", rt_status_text(status));
        advance(child, ENDED);
    }
}

/* ---- while it works; on the hub's thread ---- */

static void ask_to_stop(rt_child *child, rt_message *reason) {
    if (child->on_cancel)
        child->on_cancel(child, reason);
    else
        rt_message_free(reason);
}

/* Nobody needs the work any more: the main strand gets a moment to end. */
static void start_lifeline(rt_child *child) {
    if (child->is_stopping || rt_timer_active(&child->lifeline)) return;
    int64_t due = rt_clock_now() + GRACE_NS;
    rt_timers *timers = &rt_hub_loop(child->wire->hub)->timers;
    if (rt_timer_start(timers, &child->lifeline, due, due))
        _exit(ORPHAN_STATUS); /* no memory for patience */
    ask_to_stop(child, NULL);
}

static void on_lifeline_over(rt_timer *timer, int64_t now_ns) {
    (void)timer, (void)now_ns;
    _exit(ORPHAN_STATUS); /* the main thread may be anywhere: no clean-up */
}

/* The last object that comes with the work: see process.c. */
static void take_shared(rt_child *child, const rt_message *work) {
    if (work->object_count == 0) return;
    rt_runtime_set_shared(child->runtime,
                          work->objects[work->object_count - 1]);
}

static void say_alive(rt_child *child) {
    rt_packet *packet = rt_packet_new(RT_FRAME_ALIVE);
    if (!packet) return;
    /* Without fields or a message, so filling cannot fail. */
    (void)rt_packet_fill(packet, NULL, 0, NULL, SIZE_MAX, NULL);
    if (rt_wire_send(child->wire, packet, 0)) packet->release(packet);
}

static void on_answer(rt_post *post) {
    rt_child *child = rt_container_of(post, rt_child, answer);
    if (!child->is_stopping) say_alive(child);
}

void rt_child_answer(rt_child *child) {
    rt_hub *hub = rt_hub_of(child->runtime);
    if (hub) rt_loop_post(rt_hub_loop(hub), &child->answer);
}

static void on_frame(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message) {
    (void)state;
    rt_child *child = wire->owner;
    if (type == RT_FRAME_START) {
        child->work = message;
        child->bounds = wire->bounds;
        take_shared(child, message);
        advance(child, WORKING);
    } else if (type == RT_FRAME_CANCEL) {
        ask_to_stop(child, message);
    } else if (type == RT_FRAME_PROBE) {
        if (!child->on_probe || child->on_probe(child)) say_alive(child);
    } else { /* BYE: the answer to RESULT, or the parent stops */
        if (!child->is_result_sent) start_lifeline(child);
        advance(child, LEAVING);
    }
}

static void on_wire_end(rt_wire *wire, const rt_error *why) {
    rt_child *child = wire->owner;
    child->why = *why;
    start_lifeline(child);
    advance(child, ENDED);
}

/* This process ends by itself: the main thread has come to that. */
static void on_hub_stop(rt_hub_member *member) {
    rt_child *child = rt_container_of(member, rt_child, member);
    if (child->is_stopping) return;
    child->is_stopping = true;
    rt_hub *hub = child->wire->hub;
    rt_timer_stop(&rt_hub_loop(hub)->timers, &child->lifeline);
    rt_hub_leave(hub, member);
    child->runtime->parent = NULL;
    rt_wire_unref(child->wire); /* of rt_wire_new */
}

/* ---- finishing ---- */

/* RESULT, which tells when it has left. */
struct result {
    rt_packet packet;
    rt_child *child;
};

static void on_result_done(rt_packet *packet) {
    struct result *result = rt_container_of(packet, struct result, packet);
    rt_child *child = result->child;
    rt_packet_clear(packet);
    rt_free(result);
    pthread_mutex_lock(&child->lock);
    child->has_result_left = true;
    pthread_cond_signal(&child->changed);
    pthread_mutex_unlock(&child->lock);
}

static int push_result(rt_child *child, struct result *result,
                       rt_strand_state state, rt_message *outcome,
                       rt_error *err) {
    int unhandled = atomic_load(&child->runtime->unhandled_count);
    int sent = (int)state | (unhandled > 0 ? RT_RESULT_UNHANDLED : 0);
    uint8_t fields[1] = {(uint8_t)sent};
    result->child = child;
    rt_packet_init(&result->packet, RT_FRAME_RESULT, on_result_done);
    int status = rt_packet_fill(&result->packet, fields, sizeof fields, outcome,
                                RT_FRAME_LIMIT, err);
    if (status) {
        rt_message_free(outcome);
        return status;
    }
    status = rt_wire_send(child->wire, &result->packet, 0);
    if (status == RT_OK) return RT_OK;
    rt_packet_clear(&result->packet);
    return rt_error_set(err, status, "%s", rt_status_text(status));
}

static int send_result(rt_child *child, rt_strand_state state,
                       rt_message *outcome, rt_error *err) {
    struct result *result = rt_alloc(sizeof *result);
    if (!result) {
        rt_message_free(outcome);
        return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    }
    int status = push_result(child, result, state, outcome, err);
    if (status) rt_free(result);
    return status;
}

/* The outcome, or else why it cannot be sent, or else nothing. */
static int send_some_result(rt_child *child, rt_strand_state state,
                            rt_message *outcome) {
    rt_error err;
    int status = send_result(child, state, outcome, &err);
    if (status == RT_OK || status == RT_EDIED) return status;
    char text[sizeof err.message + 40];
    (void)snprintf(text, sizeof text, "the outcome cannot be sent: %s",
                   err.message);
    status = send_result(child, RT_STRAND_FAILED,
                         rt_outcome_error("send", text, NULL), &err);
    if (status == RT_OK || status == RT_EDIED) return status;
    return send_result(child, RT_STRAND_FAILED, NULL, &err);
}

/* All of it is in the socket, and the parent has read it; or nobody will. */
static void wait_for_goodbye(rt_child *child) {
    pthread_mutex_lock(&child->lock);
    while (child->stage < ENDED &&
           (child->stage < LEAVING || !child->has_result_left))
        pthread_cond_wait(&child->changed, &child->lock);
    pthread_mutex_unlock(&child->lock);
}

void rt_child_finish(rt_child *child, rt_strand_state state,
                     rt_message *outcome) {
    atomic_store(&child->is_result_sent, true);
    if (send_some_result(child, state, outcome) == RT_OK)
        wait_for_goodbye(child);
}
