/* visit.c - the far side of a door.
 *
 * A signal is only sent to a process that catches it and belongs to the user: the
 * signal is one that does nothing to others anyway, and a process that is no plait
 * program does not know what comes with it. */
#include "ipc/visit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "exec/thread.h"
#include "ipc/door_path.h"

/* How long it may take until the door is open, until it is rung again, and until
 * the answer is there. */
#define OPEN_NS RT_SECOND
#define AGAIN_NS (RT_SECOND / 5)
#define LOOK_NS (RT_SECOND / 500)
#define ANSWER_NS (5 * RT_SECOND)

/* ---- what /proc says ---- */

/* As much of the file as fits, with a zero behind it. Returns the size, or -1. */
static ssize_t read_proc(pid_t pid, const char *name, char *to, size_t room) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t size = 0;
    ssize_t count = 0;
    while (size < room - 1 &&
           (count = read(fd, to + size, room - 1 - size)) > 0)
        size += (size_t)count;
    int saved = errno;
    (void)close(fd);
    errno = saved;
    to[size] = '\0';
    return count < 0 && size == 0 ? -1 : (ssize_t)size;
}

/* The value of a line "Name:\tvalue" of /proc/PID/status, or NULL. */
static const char *find_line(const char *status, const char *name) {
    const char *line = strstr(status, name);
    return line ? line + strlen(name) : NULL;
}

typedef struct facts {
    uid_t uid;
    pid_t parent;
    bool catches;  /* the signal by which it is rung */
    bool is_plait; /* by what it runs */
    bool is_worker;
    char command[256];
} facts;

static void read_command(pid_t pid, facts *f) {
    static const char worker[] = "--plait-worker";
    ssize_t size = read_proc(pid, "cmdline", f->command, sizeof f->command);
    if (size < 0) size = 0;
    const char *second = f->command + strlen(f->command) + 1;
    f->is_worker = second + sizeof worker <= f->command + size + 1 &&
                   strcmp(second, worker) == 0;
    while (size > 0 && f->command[size - 1] == '\0') size--;
    for (ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)f->command[i];
        if (c < ' ' || c == 0x7f) f->command[i] = ' ';
    }
}

/* The same program as this, or one that is called so. */
static bool runs_plait(pid_t pid) {
    char path[64], target[1024];
    struct stat own, other;
    (void)snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    if (stat("/proc/self/exe", &own) == 0 && stat(path, &other) == 0 &&
        own.st_dev == other.st_dev && own.st_ino == other.st_ino)
        return true;
    ssize_t size = readlink(path, target, sizeof target - 1);
    if (size < 0) return false;
    target[size] = '\0';
    const char *name = strrchr(target, '/');
    return name && (strcmp(name, "/plait") == 0 ||
                    strcmp(name, "/plait (deleted)") == 0);
}

/* Returns: RT_OK; -errno. */
static int find_facts(pid_t pid, facts *f) {
    char status[4096];
    if (read_proc(pid, "status", status, sizeof status) < 0) return -errno;
    const char *uid = find_line(status, "\nUid:\t");
    const char *parent = find_line(status, "\nPPid:\t");
    const char *caught = find_line(status, "\nSigCgt:\t");
    *f = (facts){.uid = uid ? (uid_t)strtoul(uid, NULL, 10) : 0,
                 .parent = parent ? (pid_t)strtol(parent, NULL, 10) : 0};
    unsigned long long set = caught ? strtoull(caught, NULL, 16) : 0;
    f->catches = (set >> (RT_SOFT_SIGNAL - 1)) & 1;
    read_command(pid, f);
    f->is_plait = runs_plait(pid);
    return RT_OK;
}

/* ---- the door ---- */

/* What XDG_RUNTIME_DIR was for that process when it started, or NULL. */
static const char *find_runtime_dir(pid_t pid, char *room, size_t size) {
    static const char name[] = "XDG_RUNTIME_DIR=";
    ssize_t count = read_proc(pid, "environ", room, size);
    for (ssize_t at = 0; at < count; at += (ssize_t)strlen(room + at) + 1)
        if (strncmp(room + at, name, sizeof name - 1) == 0)
            return room + at + sizeof name - 1;
    return NULL;
}

/* Whether who serves there is that process, and ours. */
static bool is_right(int fd, pid_t pid) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.pid == pid && peer.uid == geteuid();
}

/* A connection, or -errno. */
static int go_in(pid_t pid, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _Static_assert(sizeof address.sun_path >= RT_DOOR_PATH, "room for it");
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        int status = -errno;
        (void)close(fd);
        return status;
    }
    if (is_right(fd, pid)) return fd;
    (void)close(fd);
    return -ECONNREFUSED; /* one that had this number before; or worse */
}

static int ring(pid_t pid) {
    return sigqueue(pid, RT_SOFT_SIGNAL,
                    (union sigval){.sival_int = RT_DOOR_RING}) == 0
               ? RT_OK
               : -errno;
}

static void rest(void) {
    struct timespec t = {0, LOOK_NS};
    (void)nanosleep(&t, NULL);
}

static int no_answer(pid_t pid, rt_error *err) {
    return rt_error_set(err, RT_ETIMEOUT,
                        "process %d does not answer: it may be stopped, or be "
                        "in a C function that does not return",
                        (int)pid);
}

/* Rings, until somebody opens. Returns: a connection; else a code. */
static int knock(pid_t pid, rt_error *err) {
    char environment[64 * 1024], directory[RT_DOOR_PATH], path[RT_DOOR_PATH];
    const char *runtime_dir =
        find_runtime_dir(pid, environment, sizeof environment);
    int64_t start = rt_clock_now();
    int64_t rung = start - AGAIN_NS;
    for (int64_t now = start; now < start + OPEN_NS; now = rt_clock_now()) {
        int status = rt_door_directory(runtime_dir, false, directory, err);
        if (status != RT_OK && status != -ENOENT) return status;
        int fd =
            status == RT_OK && rt_door_socket(directory, pid, path) == RT_OK
                ? go_in(pid, path)
                : -ENOENT;
        if (fd >= 0) return fd;
        if (now >= rung + AGAIN_NS) {
            rung = now;
            status = ring(pid);
            if (status == -ESRCH)
                return rt_error_set(err, status, "there is no process %d",
                                    (int)pid);
            if (status)
                return rt_error_set(err, status, "process %d: %s", (int)pid,
                                    rt_status_text(status));
        }
        rest();
    }
    return no_answer(pid, err);
}

/* ---- the answer ---- */

/* All there is until the end, within the time. Returns: RT_OK; a code. */
static int read_all(int fd, rt_buffer *to) {
    int64_t end = rt_clock_now() + ANSWER_NS;
    for (;;) {
        int64_t left = end - rt_clock_now();
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        int ready = left > 0 ? poll(&polled, 1, (int)(left / 1000000) + 1) : 0;
        if (ready == 0) return RT_ETIMEOUT;
        if (ready < 0 && errno == EINTR) continue;
        if (rt_buffer_reserve(to, 16 * 1024)) return RT_ENOMEMORY;
        ssize_t count = read(fd, to->bytes + to->size, 16 * 1024);
        if (count == 0) return RT_OK;
        if (count < 0 && errno != EINTR) return -errno;
        if (count > 0) to->size += (size_t)count;
    }
}

/* Takes the first line off. False: it is not what was expected, or not all. */
static bool take_head(rt_buffer *text) {
    static const char head[] = "plait ";
    const size_t skipped = sizeof head - 1;
    if (text->size <= skipped || memcmp(text->bytes, head, skipped) != 0)
        return false;
    char *line_end = memchr(text->bytes, '\n', text->size);
    if (!line_end) return false;
    size_t size = strtoul(text->bytes + skipped, NULL, 10);
    size_t used = (size_t)(line_end + 1 - text->bytes);
    if (text->size - used != size) return false;
    text->size = size;
    memmove(text->bytes, line_end + 1, size);
    return true;
}

static int ask(pid_t pid, int fd, char request, rt_buffer *to, rt_error *err) {
    if (send(fd, &request, 1, MSG_NOSIGNAL) != 1)
        return rt_error_set(err, -errno, "process %d: %s", (int)pid,
                            rt_status_text(-errno));
    int status = read_all(fd, to);
    if (status == RT_ETIMEOUT) return no_answer(pid, err);
    if (status == RT_OK && !take_head(to)) status = RT_EDIED;
    if (status == RT_EDIED)
        return rt_error_set(err, status, "process %d ended, or sent me away",
                            (int)pid);
    if (status)
        return rt_error_set(err, status, "process %d: %s", (int)pid,
                            rt_status_text(status));
    return RT_OK;
}

int rt_visit(pid_t pid, char request, rt_buffer *to, rt_error *err) {
    facts f;
    int status = find_facts(pid, &f);
    if (status == -ENOENT || status == -ESRCH)
        return rt_error_set(err, -ESRCH, "there is no process %d", (int)pid);
    if (status)
        return rt_error_set(err, status, "process %d: %s", (int)pid,
                            rt_status_text(status));
    if (f.uid != geteuid())
        return rt_error_set(err, -EPERM, "process %d belongs to another user",
                            (int)pid);
    if (!f.catches)
        return rt_error_set(err, RT_EUSAGE,
                            "process %d is no plait program ('%.100s')",
                            (int)pid, f.command);
    int fd = knock(pid, err);
    if (fd < 0) return fd;
    status = ask(pid, fd, request, to, err);
    (void)close(fd);
    return status;
}

/* ---- neighbours ---- */

static int is_number(const struct dirent *entry) {
    return entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
}

static int by_number(const struct dirent **a, const struct dirent **b) {
    long first = strtol((*a)->d_name, NULL, 10);
    long second = strtol((*b)->d_name, NULL, 10);
    return (first > second) - (first < second);
}

int rt_visit_list(void (*each)(const rt_neighbour *neighbour, void *context),
                  void *context) {
    struct dirent **entries;
    int count = scandir("/proc", &entries, is_number, by_number);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        facts f;
        pid_t pid = (pid_t)strtol(entries[i]->d_name, NULL, 10);
        free(entries[i]);
        if (pid == getpid() || find_facts(pid, &f) != RT_OK) continue;
        if (f.uid != geteuid() || !f.is_plait || !f.catches || f.is_worker)
            continue;
        rt_neighbour neighbour = {.pid = pid, .parent = f.parent};
        memcpy(neighbour.command, f.command, sizeof f.command);
        each(&neighbour, context);
    }
    free(entries);
    return RT_OK;
}

void rt_visit_sweep(void) {
    char directory[RT_DOOR_PATH];
    rt_error err;
    if (rt_door_directory(getenv("XDG_RUNTIME_DIR"), false, directory, &err))
        return;
    DIR *list = opendir(directory);
    if (!list) return;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (pid > 0 && strcmp(end, ".sock") == 0 && kill((pid_t)pid, 0) < 0 &&
            errno == ESRCH)
            (void)unlinkat(dirfd(list), entry->d_name, 0);
    }
    (void)closedir(list);
}
