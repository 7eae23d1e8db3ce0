/* session.c - the kernel has no call for it, so /proc is read. A process is looked
 * at through a descriptor, since its number may be another one's by then. */
#include "ipc/session.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* "pid (name) state parent group session ...": the name may hold anything. */
static bool is_member(pid_t pid, pid_t session) {
    char path[64], text[512];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t size = read(fd, text, sizeof text - 1);
    (void)close(fd);
    text[size > 0 ? size : 0] = '\0';
    const char *end = strrchr(text, ')');
    int found = 0;
    return end && sscanf(end + 1, " %*c %*d %*d %d", &found) == 1 &&
           found == session;
}

static void kill_member(pid_t pid, pid_t session) {
    if (!is_member(pid, session)) return;
    int fd = pidfd_open(pid, 0);
    if (fd < 0) return;
    if (is_member(pid, session)) (void)pidfd_send_signal(fd, SIGKILL, NULL, 0);
    (void)close(fd);
}

void rt_session_kill(pid_t session) {
    DIR *processes = opendir("/proc");
    if (!processes) return;
    for (struct dirent *entry; (entry = readdir(processes));)
        if (isdigit((unsigned char)*entry->d_name))
            kill_member((pid_t)atoi(entry->d_name), session);
    (void)closedir(processes);
}
