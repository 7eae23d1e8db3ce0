/* blocked.c - reads /proc; where that does not tell it, nothing is known. */
#include "exec/blocked.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
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

bool rt_blocked_look(pid_t tid, rt_blocked_text name, rt_blocked_text object) {
    char line[256];
    long number;
    unsigned long first;
    if (!read_line(tid, line, sizeof line) ||
        sscanf(line, "%ld %lx", &number, &first) != 2 || number < 0)
        return false; /* "running" */
    object[0] = '\0';
    (void)snprintf(name, RT_BLOCKED_TEXT, "system call %ld", number);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (calls[i].number != number) continue;
        (void)snprintf(name, RT_BLOCKED_TEXT, "%s", calls[i].name);
        if (calls[i].has_descriptor) name_descriptor(first, object);
        break;
    }
    return true;
}
