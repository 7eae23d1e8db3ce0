/* door.c - all of it on the hub's thread. The listener and its visitors are members
 * of the hub, so that it closes them before it ends.
 *
 * A visitor that does not read, or does not ask, is shown out after a while. */
#include "ipc/door.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "ipc/door_path.h"
#include "ipc/hub.h"
#include "ipc/survey.h"

/* How long nobody has to come until it is closed; how long one may stay. */
#define IDLE_NS RT_SECOND
#define STAY_NS (5 * RT_SECOND)

enum { MOST_VISITORS = 16, BACKLOG = 8 };

typedef struct rt_door {
    rt_hub *hub; /* which knows it until it closes: rt_hub_door */
    rt_hub_member member;
    uv_pipe_t listener;
    rt_timer idle;
    unsigned visitors; /* that have come by this door and are there */
    bool is_closing;
    char path[RT_DOOR_PATH];
} door;

typedef struct visitor {
    door *door; /* as long as the hub knows that one */
    rt_hub *hub;
    rt_hub_member member;
    uv_pipe_t pipe;
    uv_write_t write;
    rt_timer stay;
    char request;
    bool is_asking; /* a survey will come back to it */
    bool is_closing;
    bool has_gone;
    char head[40];
    rt_buffer text;
} visitor;

/* Steps, in the order they happen. */
static void open_door(rt_hub *hub);
static void on_visitor(uv_stream_t *listener, int status);
static void on_request(uv_stream_t *pipe, ssize_t count, const uv_buf_t *buf);
static void on_records(void *context, rt_message *records);
static void on_written(uv_write_t *write, int status);
static void on_gone(uv_handle_t *handle);

static rt_timers *timers_of(rt_hub *hub) {
    return &rt_hub_loop(hub)->timers;
}

static void set_timer(rt_hub *hub, rt_timer *timer, int64_t in_ns) {
    int64_t due = rt_clock_now() + in_ns;
    rt_timer_stop(timers_of(hub), timer);
    /* No memory for it: then at the end of the hub. */
    (void)rt_timer_start(timers_of(hub), timer, due, due);
}

/* ---- the listener ---- */

static void on_closed(uv_handle_t *handle) {
    door *d = rt_container_of((uv_pipe_t *)handle, door, listener);
    rt_loop_rouse(rt_hub_loop(d->hub));
    rt_hub_leave(d->hub, &d->member);
    rt_free(d);
}

static void close_door(door *d) {
    if (d->is_closing) return;
    d->is_closing = true;
    rt_timer_stop(timers_of(d->hub), &d->idle);
    *rt_hub_door(d->hub) = NULL;
    uv_close((uv_handle_t *)&d->listener, on_closed); /* unlinks it */
}

static void on_idle(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    close_door(rt_container_of(timer, door, idle));
}

static void stop_door(rt_hub_member *member) {
    close_door(rt_container_of(member, door, member));
}

static int find_path(char path[RT_DOOR_PATH]) {
    char directory[RT_DOOR_PATH];
    rt_error err;
    int status =
        rt_door_directory(getenv("XDG_RUNTIME_DIR"), true, directory, &err);
    if (status) return status;
    return rt_door_socket(directory, getpid(), path);
}

static int listen_at(door *d) {
    (void)unlink(d->path); /* of a process that had this number before */
    int status = uv_pipe_bind(&d->listener, d->path);
    if (status) return status;
    (void)chmod(d->path, S_IRUSR | S_IWUSR);
    return uv_listen((uv_stream_t *)&d->listener, BACKLOG, on_visitor);
}

static void open_door(rt_hub *hub) {
    door **place = rt_hub_door(hub);
    if (*place) {
        set_timer(hub, &(*place)->idle, IDLE_NS);
        return;
    }
    door *d = rt_calloc(sizeof *d);
    if (!d) return;
    d->hub = hub;
    d->member.stop = d->member.kill = stop_door;
    d->idle = (rt_timer){.fire = on_idle};
    if (find_path(d->path) ||
        uv_pipe_init(rt_loop_uv(rt_hub_loop(hub)), &d->listener, 0)) {
        rt_free(d); /* who rings will say that nobody answered, and why */
        return;
    }
    *place = d;
    rt_hub_join(hub, &d->member);
    if (listen_at(d) != RT_OK)
        close_door(d);
    else if (!d->is_closing)
        set_timer(hub, &d->idle, IDLE_NS);
}

/* ---- visitors ---- */

static void leave(visitor *v) {
    if (v->is_closing) return;
    v->is_closing = true;
    rt_timer_stop(timers_of(v->hub), &v->stay);
    uv_close((uv_handle_t *)&v->pipe, on_gone);
}

static void free_visitor(visitor *v) {
    rt_hub_leave(v->hub, &v->member);
    rt_buffer_deinit(&v->text);
    rt_free(v);
}

static void on_gone(uv_handle_t *handle) {
    visitor *v = rt_container_of((uv_pipe_t *)handle, visitor, pipe);
    rt_loop_rouse(rt_hub_loop(v->hub));
    door *d = *rt_hub_door(v->hub);
    if (d && d == v->door) {
        d->visitors--;
        set_timer(v->hub, &d->idle, IDLE_NS);
    }
    v->has_gone = true;
    if (!v->is_asking) free_visitor(v);
}

static void on_stayed(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    leave(rt_container_of(timer, visitor, stay));
}

static void stop_visitor(rt_hub_member *member) {
    leave(rt_container_of(member, visitor, member));
}

static bool is_same_user(uv_pipe_t *pipe) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    uv_os_fd_t fd;
    if (uv_fileno((uv_handle_t *)pipe, &fd)) return false;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size)) return false;
    return peer.uid == geteuid() || peer.uid == 0;
}

static void on_space(uv_handle_t *handle, size_t size, uv_buf_t *buf) {
    visitor *v = rt_container_of((uv_pipe_t *)handle, visitor, pipe);
    (void)size;
    *buf = uv_buf_init(&v->request, 1);
}

static visitor *new_visitor(door *d) {
    visitor *v = rt_calloc(sizeof *v);
    if (!v) return NULL;
    v->door = d;
    v->hub = d->hub;
    v->member.stop = v->member.kill = stop_visitor;
    v->stay = (rt_timer){.fire = on_stayed};
    rt_buffer_init(&v->text);
    if (uv_pipe_init(rt_loop_uv(rt_hub_loop(d->hub)), &v->pipe, 0)) {
        rt_free(v);
        return NULL;
    }
    d->visitors++;
    rt_hub_join(d->hub, &v->member);
    return v;
}

static void on_visitor(uv_stream_t *listener, int status) {
    door *d = rt_container_of((uv_pipe_t *)listener, door, listener);
    rt_loop_rouse(rt_hub_loop(d->hub));
    if (status || d->is_closing) return;
    visitor *v = new_visitor(d);
    if (!v) return;
    bool is_welcome =
        uv_accept(listener, (uv_stream_t *)&v->pipe) == 0 &&
        d->visitors <= MOST_VISITORS && is_same_user(&v->pipe) &&
        uv_read_start((uv_stream_t *)&v->pipe, on_space, on_request) == 0;
    if (is_welcome)
        set_timer(v->hub, &v->stay, STAY_NS);
    else
        leave(v);
}

static void on_request(uv_stream_t *pipe, ssize_t count, const uv_buf_t *buf) {
    visitor *v = rt_container_of((uv_pipe_t *)pipe, visitor, pipe);
    rt_loop_rouse(rt_hub_loop(v->hub));
    (void)buf;
    if (count == 0) return;
    (void)uv_read_stop(pipe);
    bool is_known = count == 1 &&
                    (v->request == RT_DOOR_TEXT || v->request == RT_DOOR_JSON);
    v->is_asking = is_known &&
                   rt_survey_take(v->hub, RT_CENSUS_NS, on_records, v) == RT_OK;
    if (!v->is_asking) leave(v);
}

static int answer(visitor *v, const rt_message *records) {
    if (!records) return RT_ENOMEMORY;
    int status = v->request == RT_DOOR_TEXT
                     ? rt_records_write_text(&v->text, records, getpid())
                     : rt_records_write_json(&v->text, records, getpid());
    if (status) return status;
    if (v->text.size > UINT_MAX) return RT_ELIMIT;
    int size = snprintf(v->head, sizeof v->head, "plait %zu\n", v->text.size);
    uv_buf_t pieces[] = {uv_buf_init(v->head, (unsigned)size),
                         uv_buf_init(v->text.bytes, (unsigned)v->text.size)};
    return uv_write(&v->write, (uv_stream_t *)&v->pipe, pieces, 2, on_written);
}

static void on_records(void *context, rt_message *records) {
    visitor *v = context;
    v->is_asking = false;
    if (v->has_gone)
        free_visitor(v); /* which has waited for this alone */
    else if (!v->is_closing && answer(v, records) != RT_OK)
        leave(v);
    rt_message_free(records);
}

static void on_written(uv_write_t *write, int status) {
    (void)status; /* it has gone: so be it */
    visitor *v = rt_container_of(write, visitor, write);
    rt_loop_rouse(rt_hub_loop(v->hub));
    leave(v);
}

/* ---- the standard error ---- */

/* A pipe that nobody reads would hold up the hub: so little at a time that what is
 * writable takes it, and not for long. */
static void write_out(const char *bytes, size_t size) {
    enum { PIECE = 4096, PATIENCE_MS = 1000 };
    struct stat info;
    bool may_block = fstat(STDERR_FILENO, &info) == 0 &&
                     (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
    while (size > 0) {
        struct pollfd polled = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (may_block && poll(&polled, 1, PATIENCE_MS) != 1) return;
        size_t piece = may_block && size > PIECE ? PIECE : size;
        ssize_t count = write(STDERR_FILENO, bytes, piece);
        if (count < 0 && errno != EINTR) return;
        if (count < 0) continue;
        bytes += count;
        size -= (size_t)count;
    }
}

static void print_records(void *context, rt_message *records) {
    (void)context;
    rt_buffer text;
    rt_buffer_init(&text);
    if (records && rt_records_write_text(&text, records, getpid()) == RT_OK)
        write_out(text.bytes, text.size);
    rt_buffer_deinit(&text);
    rt_message_free(records);
}

/* ---- bells ---- */

typedef struct errand {
    rt_post post;
    rt_hub *hub;
    unsigned bells;
} errand;

static void on_errand(rt_post *post) {
    errand *e = rt_container_of(post, errand, post);
    if (e->bells & RT_BELL_DUMP)
        (void)rt_survey_take(e->hub, RT_CENSUS_NS, print_records, NULL);
    if (e->bells & RT_BELL_DOOR) open_door(e->hub);
    rt_free(e);
}

void rt_door_on_bells(rt_runtime *runtime, unsigned bells) {
    rt_hub *hub = rt_hub_of(runtime);
    errand *e = hub ? rt_alloc(sizeof *e) : NULL;
    if (!e) return;
    *e = (errand){.post.run = on_errand, .hub = hub, .bells = bells};
    pthread_mutex_lock(
        &runtime->lock); /* the hub runs as long as this says so */
    bool is_there = runtime->hub_stop != NULL;
    if (is_there) rt_loop_post(rt_hub_loop(hub), &e->post);
    pthread_mutex_unlock(&runtime->lock);
    if (!is_there) rt_free(e);
}
