/* blocked.c - reads /proc; where that does not tell it, nothing is known. */
#include "exec/blocked.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

typedef struct call {
    long number;
    const char *name;
    bool has_descriptor; /* its first argument */
} call;

/* Those that may take long. */
static const call calls[] = {
    {SYS_read, "read", true},
    {SYS_readv, "readv", true},
    {SYS_pread64, "pread", true},
    {SYS_write, "write", true},
    {SYS_writev, "writev", true},
    {SYS_openat, "open", false},
    {SYS_ppoll, "poll", false},
    {SYS_pselect6, "select", false},
#ifdef SYS_poll
    {SYS_poll, "poll", false},
    {SYS_select, "select", false},
    {SYS_epoll_wait, "epoll_wait", false},
#endif
    {SYS_epoll_pwait, "epoll_wait", false},
    {SYS_futex, "futex", false},
    {SYS_wait4, "wait", false},
    {SYS_waitid, "wait", false},
    {SYS_nanosleep, "sleep", false},
    {SYS_clock_nanosleep, "sleep", false},
    {SYS_accept, "accept", true},
    {SYS_accept4, "accept", true},
    {SYS_connect, "connect", true},
    {SYS_recvfrom, "recv", true},
    {SYS_recvmsg, "recv", true},
    {SYS_sendto, "send", true},
    {SYS_sendmsg, "send", true},
    {SYS_fcntl, "fcntl", true},
    {SYS_flock, "flock", true},
    {SYS_fsync, "fsync", true},
};

static bool read_line(pid_t tid, char *line, size_t size) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t count = read(fd, line, size - 1);
    (void)close(fd);
    line[count > 0 ? count : 0] = '\0';
    return count > 0;
}

static void name_descriptor(unsigned long fd, rt_blocked_text object) {
    static const char *const names[] = {"standard input", "standard output",
                                        "standard error"};
    if (fd < sizeof names / sizeof *names)
        (void)snprintf(object, RT_BLOCKED_TEXT, "%s", names[fd]);
    else
        (void)snprintf(object, RT_BLOCKED_TEXT, "descriptor %lu", fd);
}

static const call *find_call(long number) {
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i].number == number) return &calls[i];
    return NULL;
}

bool rt_blocked_look(pid_t tid, rt_blocked_text name, rt_blocked_text object) {
    char line[256];
    long number;
    unsigned long first;
    if (!read_line(tid, line, sizeof line) ||
        sscanf(line, "%ld %lx", &number, &first) != 2 || number < 0)
        return false; /* "running" */
    object[0] = '\0';
    (void)snprintf(name, RT_BLOCKED_TEXT, "system call %ld", number);
    const call *found = find_call(number);
    if (!found) return true;
    (void)snprintf(name, RT_BLOCKED_TEXT, "%s", found->name);
    if (found->has_descriptor) name_descriptor(first, object);
    return true;
}

/* ---- where ---- */

/* Number, six arguments, stack, code. */
rt_blocked_place rt_blocked_find(pid_t tid) {
    char line[256];
    long number;
    unsigned long stack, code;
    if (!read_line(tid, line, sizeof line) ||
        sscanf(line, "%ld %*x %*x %*x %*x %*x %*x %lx %lx", &number, &stack,
               &code) != 3 ||
        !find_call(number))
        return (rt_blocked_place){0, 0};
    return (rt_blocked_place){stack, code};
}

#if defined(__x86_64__)
enum { CALL_SIZE = 2 };
static rt_blocked_place place_of(const mcontext_t *m) {
    return (rt_blocked_place){(uintptr_t)m->gregs[REG_RSP],
                              (uintptr_t)m->gregs[REG_RIP]};
}
#elif defined(__aarch64__)
enum { CALL_SIZE = 4 };
static rt_blocked_place place_of(const mcontext_t *m) {
    return (rt_blocked_place){m->sp, m->pc};
}
#else
enum { CALL_SIZE = 1 };
static rt_blocked_place place_of(const mcontext_t *m) {
    (void)m;
    return (rt_blocked_place){0, 0};
}
#endif

/* A call that the kernel will begin again stands before its instruction. */
bool rt_blocked_is_at(rt_blocked_place place, const void *context) {
    const ucontext_t *c = context;
    rt_blocked_place here = place_of(&c->uc_mcontext);
    return place.code != 0 && here.stack == place.stack &&
           (here.code == place.code || here.code == place.code - CALL_SIZE);
}
