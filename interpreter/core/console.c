/* console.c - two streams with a waiter each, which complete in turns of the loop.
 *
 * The input's waiter is parked whenever more may be read. What was read is looked
 * through at once for requests to stop, which take effect and are taken out; the rest
 * waits in `received`, where whole frames end at `scanned`.
 *
 * Output is in console_output.c, the strands in console_strands.c. */
#include "core/console.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/console_inside.h"
#include "core/failure.h"

/* Input that nobody takes is read up to here. */
enum { MOST_INPUT = 2 * HOST_CONSOLE_LONGEST + 4096, PIECE = 1 << 14 };

/* Bytes of a line-wise prompt that mean something by themselves. */
enum { CTRL_C = 3, CTRL_D = 4 };

/* Between two looks whether somebody is there who has nothing more to say. */
#define LOOK_NS (RT_SECOND / 2)

static void on_input(rt_waiter *waiter);
static void on_look(rt_timer *timer, int64_t now_ns);

/* ---- making ---- */

host_console *host_console_new(host_state *host, rt_stream *in, rt_stream *out,
                               host_console_kind kind) {
    host_console *c = rt_calloc(sizeof *c);
    if (!c) return NULL;
    c->references = 1;
    c->host = host;
    c->in = in;
    c->out = out;
    c->kind = kind;
    rt_waiter_init(&c->input, host->loop, on_input);
    rt_waiter_init(&c->output, host->loop, host_console_on_output);
    c->input.completes_inline = c->output.completes_inline = true;
    c->look.fire = on_look;
    rt_buffer_init(&c->received);
    rt_buffer_init(&c->waiting);
    rt_buffer_init(&c->sending);
    rt_list_init(&c->rooms);
    rt_list_init(&c->drains);
    rt_list_init(&c->guests);
    return c;
}

/* A descriptor that can be non-blocking without others noticing; for files and what
 * cannot be opened again, the same once more. */
static int open_output(int fd) {
    struct stat info;
    char path[40];
    int again = -1;
    if (fstat(fd, &info) != 0) return -errno;
    if (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)) {
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        again = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    }
    if (again < 0) again = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return again < 0 ? -errno : again;
}

static rt_stream_kind kind_of(int fd) {
    struct stat info;
    bool is_socket = fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);
    return is_socket ? RT_STREAM_SOCKET : RT_STREAM_PIPE;
}

int host_console_open(host_state *host, int in_fd, int out_fd,
                      host_console_kind kind, host_console **console) {
    rt_stream *in, *out;
    int flags = fcntl(in_fd, F_GETFL);
    if (flags < 0) return -errno;
    if ((flags & O_ACCMODE) == O_WRONLY) return -EBADF;
    int fd = open_output(out_fd);
    if (fd < 0) return fd;
    int status = rt_stream_new(host->loop, fd, kind_of(fd), &out);
    if (status != RT_OK) {
        (void)close(fd);
        return status;
    }
    status = rt_stream_new(host->loop, in_fd, RT_STREAM_BORROWED, &in);
    if (status == RT_OK) {
        *console = host_console_new(host, in, out, kind);
        if (*console) return RT_OK;
        rt_stream_free(in);
        status = RT_ENOMEMORY;
    }
    rt_stream_free(out);
    return status;
}

void host_console_ref(host_console *c) {
    c->references++;
}

void host_console_unref(host_console *c) {
    if (--c->references > 0) return;
    host_console_close(c);
    rt_free(c);
}

bool host_console_is_closed(const host_console *c) {
    return c->in == NULL;
}

/* ---- events ---- */

static void on_withdrawn(rt_waiter *waiter) {
    host_console *c = waiter->object;
    c->reader = NULL;
}

void host_console_wait(host_console *c, host_strand *strand) {
    c->reader = strand;
    rt_waiter_park(&strand->waiter, c, on_withdrawn);
}

void host_console_wake_reader(host_console *c) {
    host_strand *strand = c->reader;
    if (!strand) return;
    c->reader = NULL;
    if (rt_waiter_claim(&strand->waiter))
        rt_waiter_complete_here(&strand->waiter, RT_OK);
}

void host_console_wake(host_console *c) {
    c->is_woken = true;
    host_console_wake_reader(c);
}

/* host_bound.make */
static void make_error(lua_State *L, host_bound *bound) {
    (void)bound;
    host_push_interrupted(L);
}

/* Without Lua: the strand may be running. */
static void stop_entry(host_console *c) {
    host_bound *root = &c->entry->root;
    if (root->error == LUA_NOREF && !root->is_sprung) root->make = make_error;
    host_bound_spring(root);
}

/* The same of all, since one of them may keep the reader from doing it. */
static void stop_tasks(host_console *c) {
    rt_list *all = &c->host->tasks;
    if (c->entry) stop_entry(c);
    for (rt_list *node = all->next; node != all; node = node->next) {
        host_strand *strand = &rt_container_of(node, host_slot, link)->strand;
        if (strand->console == c) host_strand_pass_on(strand, NULL);
    }
}

static void interrupt(host_console *c) {
    if (c->entry)
        stop_entry(c);
    else
        c->is_interrupted = true;
}

static void end_input(host_console *c, const char *why) {
    c->is_over = true;
    if (!c->why) c->why = why;
}

void host_console_hang_up(host_console *c) {
    if (c->is_gone) return;
    c->is_over = c->is_gone = true;
    stop_tasks(c);
    host_console_wake_reader(c);
}

/* What has come is the end of it, and is not to be gone on with. */
static void fail_input(host_console *c, const char *why) {
    end_input(c, why);
    stop_tasks(c);
    host_console_wake_reader(c);
}

void host_console_end(host_console *c) {
    if (!c->in) return;
    end_input(c, NULL);
    c->is_ended = true;
    stop_tasks(c);
    host_console_wake_reader(c);
}

/* ---- looking through the input ---- */

static size_t read_size(const char *head) {
    const unsigned char *p = (const unsigned char *)head;
    return (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
}

static void scan_frames(host_console *c) {
    rt_buffer *b = &c->received;
    while (b->size - c->scanned >= HOST_CONSOLE_HEAD) {
        char *head = b->bytes + c->scanned;
        size_t size = read_size(head);
        if (size > HOST_CONSOLE_LONGEST) {
            fail_input(c, "a frame is too long");
            return;
        }
        size_t whole = HOST_CONSOLE_HEAD + size;
        if (b->size - c->scanned < whole) return;
        if (*head != 'I') {
            c->scanned += whole;
            continue;
        }
        memmove(head, head + whole, b->size - c->scanned - whole);
        b->size -= whole;
        interrupt(c);
    }
}

/* Of the bytes from `from` on. Who presses Ctrl-C drops what has been typed. */
static void scan_lines(host_console *c, size_t from) {
    rt_buffer *b = &c->received;
    const char *found = memrchr(b->bytes + from, CTRL_C, b->size - from);
    if (found) {
        size_t end = (size_t)(found - b->bytes) + 1;
        memmove(b->bytes, b->bytes + end, b->size - end);
        b->size -= end;
        c->taken = 0;
        interrupt(c);
    }
    size_t left = b->size - c->taken;
    if (left > HOST_CONSOLE_LONGEST && !memchr(b->bytes + c->taken, '\n', left))
        fail_input(c, "a line is too long");
}

static void begin(host_console *c) {
    rt_buffer *b = &c->received;
    if (c->kind == HOST_CONSOLE_EITHER)
        c->kind =
            b->bytes[0] == '\0' ? HOST_CONSOLE_FRAMES : HOST_CONSOLE_LINES;
    if (c->kind == HOST_CONSOLE_FRAMES) {
        c->taken = c->scanned = 1;
        (void)rt_buffer_add(&c->waiting, "", 1); /* ours begin here, too */
    }
    c->is_begun = true;
}

static void scan(host_console *c, size_t from) {
    if (!c->is_begun) begin(c);
    if (c->kind == HOST_CONSOLE_FRAMES)
        scan_frames(c);
    else
        scan_lines(c, from);
}

/* ---- reading ---- */

static void compact(host_console *c) {
    rt_buffer *b = &c->received;
    if (c->taken == 0) return;
    memmove(b->bytes, b->bytes + c->taken, b->size - c->taken);
    b->size -= c->taken;
    c->scanned -= c->scanned > c->taken ? c->taken : c->scanned;
    c->taken = 0;
}

/* Whether the other side of what we write to is closed. */
static bool is_hung_up(const host_console *c) {
    struct pollfd p = {.fd = rt_stream_fd(c->out)};
    return poll(&p, 1, 0) == 1 && (p.revents & (POLLHUP | POLLERR)) != 0;
}

static void on_look(rt_timer *timer, int64_t now_ns) {
    host_console *c = rt_container_of(timer, host_console, look);
    if (is_hung_up(c)) {
        host_console_hang_up(c);
        return;
    }
    int64_t due = now_ns + LOOK_NS;
    (void)rt_timer_start(&c->host->loop->timers, timer, due, due);
}

/* Nothing more comes. Who has sent lines may be waiting for what they come to. */
static void end_of_input(host_console *c) {
    end_input(c, NULL);
    if (c->kind == HOST_CONSOLE_FRAMES || is_hung_up(c))
        host_console_hang_up(c);
    else
        on_look(&c->look, rt_clock_now());
}

/* Returns: RT_OK: there may be more; -EAGAIN: not now; anything else: it is over. */
static int read_piece(host_console *c) {
    rt_buffer *b = &c->received;
    if (rt_buffer_reserve(b, PIECE) != RT_OK) {
        fail_input(c, "not enough memory");
        return RT_ENOMEMORY;
    }
    ssize_t count = rt_stream_read(c->in, b->bytes + b->size, PIECE);
    if (count == -EAGAIN) return -EAGAIN;
    if (count <= 0) {
        end_of_input(c);
        return RT_ECLOSED;
    }
    size_t from = b->size;
    b->size += (size_t)count;
    scan(c, from);
    return c->is_over ? RT_ECLOSED : RT_OK;
}

static bool may_read(const host_console *c) {
    return c->in && !c->is_over && !rt_waiter_parked((rt_waiter *)&c->input) &&
           c->received.size - c->taken < MOST_INPUT;
}

/* Reads what there is, and waits for more. */
static void read_on(host_console *c) {
    compact(c);
    int status = RT_OK;
    while (status == RT_OK && may_read(c)) status = read_piece(c);
    if (status != -EAGAIN) return;
    status = rt_stream_wait(c->in, &c->input);
    if (status != RT_OK && status != RT_PENDING) end_of_input(c);
}

static void on_input(rt_waiter *waiter) {
    host_console *c = rt_container_of(waiter, host_console, input);
    if (waiter->status == RT_ECANCELLED || !c->in) return;
    read_on(c);
    host_console_wake_reader(c);
}

/* ---- what is next ---- */

static host_console_event take_frame(host_console *c, char *type,
                                     const char **bytes, size_t *size) {
    if (c->scanned <= c->taken) return HOST_CONSOLE_NOTHING;
    const char *head = c->received.bytes + c->taken;
    *type = *head;
    *bytes = head + HOST_CONSOLE_HEAD;
    *size = read_size(head);
    c->taken += HOST_CONSOLE_HEAD + *size;
    return HOST_CONSOLE_FRAME;
}

static host_console_event take_line(host_console *c, const char **bytes,
                                    size_t *size) {
    const char *line = c->received.bytes + c->taken;
    size_t left = c->received.size - c->taken;
    if (left == 0) return HOST_CONSOLE_NOTHING;
    if (*line == CTRL_D) {
        end_input(c, NULL);
        c->taken = c->received.size;
        return HOST_CONSOLE_NOTHING;
    }
    const char *end = memchr(line, '\n', left);
    if (!end && !c->is_over) return HOST_CONSOLE_NOTHING;
    *bytes = line;
    *size = end ? (size_t)(end - line) : left;
    c->taken += end ? *size + 1 : left;
    if (*size > 0 && line[*size - 1] == '\r') --*size;
    return HOST_CONSOLE_LINE;
}

static bool take(bool *flag) {
    bool was_set = *flag;
    *flag = false;
    return was_set;
}

host_console_event host_console_next(host_console *c, bool takes_input,
                                     char *type, const char **bytes,
                                     size_t *size) {
    if (!c->in) return HOST_CONSOLE_END;
    if (take(&c->has_failure)) return HOST_CONSOLE_FAILURE;
    if (take(&c->is_interrupted)) return HOST_CONSOLE_INTERRUPT;
    if (take(&c->is_woken)) return HOST_CONSOLE_WOKEN;
    if (c->is_gone || c->is_ended || c->why) return HOST_CONSOLE_END;
    if (takes_input && c->is_begun) {
        host_console_event event = c->kind == HOST_CONSOLE_FRAMES
                                       ? take_frame(c, type, bytes, size)
                                       : take_line(c, bytes, size);
        if (event != HOST_CONSOLE_NOTHING) return event;
    }
    if (takes_input && c->is_over) return HOST_CONSOLE_END;
    if (may_read(c)) {
        read_on(c);
        return host_console_next(c, takes_input, type, bytes, size);
    }
    return HOST_CONSOLE_NOTHING;
}

const char *host_console_why(const host_console *c) {
    return c->why;
}

bool host_console_has_frames(const host_console *c) {
    return c->is_begun && c->kind == HOST_CONSOLE_FRAMES;
}

/* ---- closing ---- */

void host_console_abandon(host_console *c) {
    host_console_close(c);
    host_console_drop_guests(c);
    host_console_unref(c);
}

void host_console_close(host_console *c) {
    if (!c->in) return;
    rt_timer_stop(&c->host->loop->timers, &c->look);
    (void)rt_waiter_cancel(&c->input, RT_ECANCELLED);
    (void)rt_waiter_cancel(&c->output, RT_ECANCELLED);
    rt_stream_free(c->in);
    rt_stream_free(c->out);
    c->in = c->out = NULL;
    c->is_over = c->is_gone = true;
    rt_buffer_deinit(&c->received);
    rt_buffer_deinit(&c->waiting);
    rt_buffer_deinit(&c->sending);
    c->received.size = c->waiting.size = c->sending.size = 0;
    c->taken = c->scanned = 0;
    host_console_drop_failed(c);
    host_console_tell_room(c);
    host_console_wake_reader(c);
}
