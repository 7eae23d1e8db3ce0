/* pty.c - the other end is opened through ours, not by a name, which could be that
 * of another one where /dev/pts is mounted anew. */
#include "io/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/status.h"

static int open_theirs(int ours, int cols, int rows, int *theirs) {
    if (grantpt(ours) < 0 || unlockpt(ours) < 0) return -errno;
    *theirs = ioctl(ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*theirs < 0) return -errno;
    int status = rt_pty_resize(ours, cols, rows);
    if (status) (void)close(*theirs);
    return status;
}

int rt_pty_open(int cols, int rows, int *ours, int *theirs) {
    *ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*ours < 0) return -errno;
    /* The lowest descriptor that is free was ours, so theirs is above. */
    int status = open_theirs(*ours, cols, rows, theirs);
    if (status) (void)close(*ours);
    return status;
}

int rt_pty_resize(int fd, int cols, int rows) {
    struct winsize size = {.ws_col = (unsigned short)cols,
                           .ws_row = (unsigned short)rows};
    return ioctl(fd, TIOCSWINSZ, &size) < 0 ? -errno : RT_OK;
}
