/* launch.c - what vfork does, in one function, with the child's part written
 * down to system calls.
 *
 * Why not fork: only the calling thread would live on in the child, with the
 * locks of all others held. Why not posix_spawn: it cannot set the
 * parent-death signal, closes no ranges of descriptors in glibc 2.36 (its
 * closefrom is too late for dup2 sources above the range), resets only the
 * signals it is told, and gives no pidfd. The child shares our memory, on a
 * stack of its own, and our thread is stopped until the child has become
 * another program, so:
 *
 * - all signals are blocked around it, for a handler that ran in the child
 *   would run in our memory; the child sets them to default, then unblocks;
 * - the child makes system calls and nothing else. `syscall` rather than the
 *   wrappers, because those may be replaced by ones that keep books about
 *   this process (thread sanitizer's sigaction and close do);
 * - it tells why it failed by writing to `failure`, which we then read.
 *
 * Our own program is started from /proc/self/exe, which is the very file that
 * runs, even when it was replaced or deleted since; a library's from its helper. */
#include "ipc/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"

enum {
    STACK_BYTES = 64 * 1024,
    SIGNALS = 64,            /* as the kernel counts them */
    SIGNAL_SET_BYTES = 8,    /* its sigset_t, and its sigaction: */
    SIGACTION_BYTES = 64,    /* larger than any; all zero is SIG_DFL */
    ABOVE = 16,              /* no descriptor below is a source any more */
    MOST_DESCRIPTORS = 65536 /* closed one by one in old kernels */
};

/* Thread sanitizer replaces clone by one that expects memory not to be
 * shared; glibc has it under a second name as well. */
#ifdef __SANITIZE_THREAD__
extern int __clone(int (*run)(void *), void *stack, int flags, void *argument,
                   ...);
#define start_sharing __clone
#else
#define start_sharing clone
#endif

#define NO_SANITIZE                                                            \
    __attribute__((no_sanitize("address"), no_sanitize("thread"),              \
                   no_sanitize("undefined")))

struct child {
    const rt_launch *launch;
    pid_t parent;
    volatile int failure; /* errno in the child; 0: it runs */
};

/* ---- in the child: system calls only ---- */

NO_SANITIZE static bool set_death_signal(const struct child *child) {
    if (!child->launch->dies_with_thread) return true;
    if (syscall(SYS_prctl, PR_SET_PDEATHSIG, (long)SIGKILL, 0L, 0L, 0L) < 0)
        return false;
    errno = ESRCH; /* the parent may have ended just before */
    return syscall(SYS_getppid) == child->parent;
}

NO_SANITIZE static bool set_group(const struct child *child) {
    long terminal = child->launch->terminal;
    if (terminal > 0)
        return syscall(SYS_setsid) >= 0 &&
               syscall(SYS_ioctl, terminal, (long)TIOCSCTTY, 0L) == 0;
    return !child->launch->leads_group || syscall(SYS_setpgid, 0L, 0L) == 0;
}

NO_SANITIZE static void reset_signals(void) {
    static const uint64_t nothing[SIGACTION_BYTES / 8];
    for (long number = 1; number <= SIGNALS; number++)
        (void)syscall(SYS_rt_sigaction, number, nothing, NULL,
                      (long)SIGNAL_SET_BYTES); /* not for KILL and STOP */
}

/* The sources first go where no target is, then each to its place. What is
 * not replaced stays as exec leaves it: if 0, 1 or 2 is one of this program's
 * own descriptors, because it was started without, that one is closed. */
NO_SANITIZE static bool place_descriptors(const rt_launch *launch) {
    int from[7] = {launch->stdio[0], launch->stdio[1],    launch->stdio[2],
                   launch->wire,     launch->output_lock, launch->journal,
                   launch->ledger};
    for (int i = 0; i < 7; i++) {
        if (from[i] < 0) continue;
        from[i] = (int)syscall(SYS_fcntl, (long)from[i], (long)F_DUPFD_CLOEXEC,
                               (long)ABOVE);
        if (from[i] < 0 && errno == EINVAL)
            errno = EMFILE; /* by RLIMIT_NOFILE */
        if (from[i] < 0) return false;
    }
    for (int i = 0; i < 7; i++) {
        if (from[i] >= 0) {
            if (syscall(SYS_dup3, (long)from[i], (long)i, 0L) < 0) return false;
        } else if (i > 2) {
            (void)syscall(SYS_close, (long)i);
        }
    }
    return true;
}

NO_SANITIZE static void close_others(void) {
    long first = RT_LAUNCH_LEDGER + 1;
    if (syscall(SYS_close_range, first, (unsigned long)UINT32_MAX, 0L) == 0)
        return;
    for (long fd = first; fd < MOST_DESCRIPTORS; fd++)
        (void)syscall(SYS_close, fd);
}

NO_SANITIZE static int run_child(void *argument) {
    struct child *child = argument;
    const rt_launch *launch = child->launch;
    static const uint64_t no_signals;
    reset_signals();
    bool ok = set_death_signal(child) && set_group(child) &&
              place_descriptors(launch) &&
              (!launch->cwd || syscall(SYS_chdir, launch->cwd) == 0);
    if (ok) {
        close_others();
        (void)syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK, &no_signals, NULL,
                      (long)SIGNAL_SET_BYTES);
        (void)syscall(SYS_execve, launch->path, launch->argv, launch->env);
    }
    child->failure = errno;
    (void)syscall(SYS_exit_group, 127L);
    return 127;
}

/* ---- in the parent ---- */

/* All signals, including those that libc keeps to itself and that
 * pthread_sigmask would leave out. */
static uint64_t block_signals(void) {
    uint64_t all = UINT64_MAX, before = 0;
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before,
                  SIGNAL_SET_BYTES);
    return before;
}

static void restore_signals(uint64_t before) {
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL,
                  SIGNAL_SET_BYTES);
}

static int start_on(char *stack, rt_launch *launch) {
    struct child child = {.launch = launch, .parent = getpid()};
    int pidfd = -1;
    uint64_t mask = block_signals();
    int pid = start_sharing(run_child, stack + STACK_BYTES,
                            CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
                            &child, &pidfd);
    int failure = pid < 0 ? errno : child.failure;
    restore_signals(mask);
    if (pid >= 0 && failure) {
        siginfo_t info;
        while (waitid(P_PID, (id_t)pid, &info, WEXITED) < 0 && errno == EINTR)
            continue;
        (void)close(pidfd);
    }
    if (failure) return failure == ENOMEM ? RT_ENOMEMORY : -failure;
    launch->pid = pid;
    launch->pidfd = pidfd;
    return RT_OK;
}

int rt_launch_start(rt_launch *launch) {
    /* Mapped, not allocated: nothing of it is to be tracked or reused. */
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return RT_ENOMEMORY;
    int status = start_on(stack, launch);
    (void)munmap(stack, STACK_BYTES);
    return status;
}

/* ---- looking up ---- */

bool rt_launch_has_terminal(const int stdio[3]) {
    for (int i = 0; i < 3; i++)
        if (isatty(stdio[i] < 0 ? i : stdio[i])) return true;
    return false;
}

/* RT_OK if it can be executed. */
static int check_program(const char *path) {
    struct stat info;
    if (stat(path, &info) < 0) return -errno;
    if (!S_ISREG(info.st_mode)) return -EACCES;
    return access(path, X_OK) == 0 ? RT_OK : -errno;
}

int rt_launch_find(const char *name, char **path) {
    *path = NULL;
    if (*name == '\0') return -ENOENT;
    if (strchr(name, '/')) {
        *path = rt_strdup(name); /* relative to the child's directory */
        return *path ? RT_OK : RT_ENOMEMORY;
    }
    const char *dirs = getenv("PATH");
    if (!dirs) dirs = "/usr/local/bin:/usr/bin:/bin";
    char *candidate = rt_alloc(strlen(dirs) + strlen(name) + 2);
    if (!candidate) return RT_ENOMEMORY;
    int result = -ENOENT;
    for (;;) {
        size_t length = strcspn(dirs, ":");
        memcpy(candidate, dirs, length);
        if (length > 0) candidate[length++] = '/'; /* else: here */
        memcpy(candidate + length, name, strlen(name) + 1);
        int status = check_program(candidate);
        if (status == RT_OK) {
            *path = candidate;
            return RT_OK;
        }
        if (status == -EACCES) result = -EACCES;
        dirs += strcspn(dirs, ":");
        if (*dirs++ == '\0') break;
    }
    rt_free(candidate);
    return result;
}

char *rt_launch_join(const char *const *words) {
    size_t size = 1;
    for (const char *const *word = words; *word; word++)
        size += strlen(*word) + 1;
    char *text = rt_alloc(size);
    if (!text) return NULL;
    char *end = text;
    for (const char *const *word = words; *word; word++) {
        if (word != words) *end++ = ' ';
        end = stpcpy(end, *word);
    }
    return text;
}
