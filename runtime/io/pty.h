/* pty.h - pseudo-terminals: what a program takes for a terminal, and our end of
 * it. */
#ifndef RT_IO_PTY_H
#define RT_IO_PTY_H

enum { RT_PTY_COLS = 80, RT_PTY_ROWS = 24, RT_PTY_MOST = 65535 };

/* Opens both ends, close-on-exec; neither becomes the terminal of this process.
 * `theirs` is never 0. Returns: RT_OK; -errno, and nothing is open. */
int rt_pty_open(int cols, int rows, int *ours, int *theirs);

/* The programs in it get SIGWINCH if that is a change. Either end will do.
 * Returns: RT_OK; -ENOTTY: `fd` is no terminal; -errno. */
int rt_pty_resize(int fd, int cols, int rows);

#endif
