/* capture.c - the pipes are read with the lock of the output, without waiting; the
 * thread only says when. Pieces that fit into PIPE_BUF, and all of our own children,
 * stay together in a pipe, so lines of several children do not mix. */
#include "core/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/deaf.h"
#include "base/status.h"
#include "core/policy_inside.h"

/* A line that is longer is handed on in parts. */
enum { MOST_LINE = 64 * 1024 };

typedef struct host_capture {
    int ends[2];  /* to read from, */
    int write[2]; /* and to write to */
    int stop;     /* an eventfd */
    pthread_t reader;
    rt_buffer rest[2]; /* the beginning of a line; guarded by the output */
    host_policy *policy;
} host_capture;

static void hand_on(host_capture *c, int i, size_t size) {
    rt_buffer *rest = &c->rest[i];
    const host_callbacks *callbacks = &c->policy->callbacks;
    if (size == 0) return;
    callbacks->on_write(callbacks->data, i + 1, rest->bytes, size);
    rest->size -= size;
    memmove(rest->bytes, rest->bytes + size, rest->size);
}

/* How much of the text ends with a line. */
static size_t whole_lines(const rt_buffer *rest) {
    size_t size = rest->size;
    while (size > 0 && rest->bytes[size - 1] != '\n') size--;
    return size > 0 || rest->size < MOST_LINE ? size : rest->size;
}

/* All that had come through one of the pipes by now: a child that goes on writing
 * does not keep who calls. */
static void take(host_capture *c, int i) {
    rt_buffer *rest = &c->rest[i];
    int left = 0;
    if (ioctl(c->ends[i], FIONREAD, &left) != 0) return;
    while (left > 0) {
        char bytes[4096];
        size_t size = (size_t)left < sizeof bytes ? (size_t)left : sizeof bytes;
        ssize_t count = read(c->ends[i], bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        left -= (int)count;
        if (rt_buffer_add(rest, bytes, (size_t)count) != RT_OK) {
            hand_on(c, i, rest->size); /* for want of memory: in parts */
            const host_callbacks *callbacks = &c->policy->callbacks;
            callbacks->on_write(callbacks->data, i + 1, bytes, (size_t)count);
            continue;
        }
        hand_on(c, i, whole_lines(rest));
    }
}

void host_capture_take(host_policy *policy) {
    host_capture *c = policy->capture;
    if (!c || policy->is_taking) return; /* a callback has written */
    policy->is_taking = true;
    take(c, 0);
    take(c, 1);
    policy->is_taking = false;
}

static void *read_pipes(void *argument) {
    host_capture *c = argument;
    struct pollfd polled[3] = {
        {c->ends[0], POLLIN, 0}, {c->ends[1], POLLIN, 0}, {c->stop, POLLIN, 0}};
    for (;;) {
        if (poll(polled, 3, -1) < 0 && errno != EINTR) return NULL;
        if (polled[2].revents) return NULL;
        pthread_mutex_lock(&c->policy->output);
        host_capture_take(c->policy);
        pthread_mutex_unlock(&c->policy->output);
    }
}

static void free_capture(host_capture *c) {
    for (int i = 0; i < 2; i++) {
        if (c->ends[i] >= 0) (void)close(c->ends[i]);
        if (c->write[i] >= 0) (void)close(c->write[i]);
        rt_buffer_deinit(&c->rest[i]);
    }
    if (c->stop >= 0) (void)close(c->stop);
    rt_free(c);
}

/* Our end alone does not wait: it is the children who share the other. */
static bool open_pipe(host_capture *c, int i) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    c->ends[i] = ends[0];
    c->write[i] = ends[1];
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

static host_capture *new_capture(host_policy *policy) {
    host_capture *c = rt_calloc(sizeof *c);
    if (!c) return NULL;
    c->policy = policy;
    c->ends[0] = c->ends[1] = c->write[0] = c->write[1] = -1;
    c->stop = eventfd(0, EFD_CLOEXEC);
    if (c->stop >= 0 && open_pipe(c, 0) && open_pipe(c, 1) &&
        rt_deaf_thread(&c->reader, read_pipes, c) == 0)
        return c;
    free_capture(c);
    return NULL;
}

void host_capture_open(host_policy *policy, int output[2]) {
    pthread_mutex_lock(&policy->output);
    if (!policy->capture) policy->capture = new_capture(policy);
    const host_capture *c = policy->capture;
    for (int i = 0; i < 2; i++) output[i] = c ? c->write[i] : -1;
    pthread_mutex_unlock(&policy->output);
}

void host_capture_finish(host_policy *policy) {
    pthread_mutex_lock(&policy->output);
    host_capture_take(policy);
    host_capture *c = policy->capture;
    if (c && !policy->is_taking) {
        policy->is_taking = true; /* also while its callbacks write */
        for (int i = 0; i < 2; i++) hand_on(c, i, c->rest[i].size);
        policy->is_taking = false;
    }
    pthread_mutex_unlock(&policy->output);
}

void host_capture_close(host_policy *policy) {
    host_capture *c = policy->capture;
    if (!c) return;
    uint64_t one = 1;
    ssize_t written = write(c->stop, &one, sizeof one);
    (void)written; /* cannot fail */
    (void)pthread_join(c->reader, NULL);
    host_capture_finish(policy);
    policy->capture = NULL;
    free_capture(c);
}
