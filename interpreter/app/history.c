/* history.c - the file is locked (flock) while it is read and made shorter, and while
 * an entry is added, so that no session loses what another one has written. A file that
 * is too long is replaced by a shorter one, so it is looked for again at each entry. */
#include "app/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/status.h"

static struct {
    char path[PATH_MAX]; /* "": there is none */
    bool has_failed;
} history;

static void fail(const char *what) {
    if (!history.has_failed)
        fprintf(stderr, "plait: cannot %s the history: %s: %s\n", what,
                history.path, strerror(errno));
    history.has_failed = true;
}

/* ---- where ---- */

static bool set_path(const char *folder, const char *rest) {
    int size =
        snprintf(history.path, sizeof history.path, "%s%s", folder, rest);
    if (size > 0 && (size_t)size < sizeof history.path) return true;
    history.path[0] = '\0';
    return false;
}

/* Makes the folders above the file. */
static void make_folders(void) {
    for (char *at = history.path + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(history.path, 0700);
        *at = '/';
    }
}

/* False: there is to be no file. */
static bool find_path(void) {
    const char *given = getenv("PLAIT_HISTORY");
    if (given) return given[0] != '\0' && set_path(given, "");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    bool has_path = false;
    if (state && state[0] == '/')
        has_path = set_path(state, "/plait/history");
    else if (home && home[0] == '/')
        has_path = set_path(home, "/.local/state/plait/history");
    if (has_path) make_folders();
    return has_path;
}

/* ---- lines ---- */

static int add_escaped(rt_buffer *line, const char *entry) {
    int status = RT_OK;
    for (; *entry && status == RT_OK; entry++) {
        if (*entry == '\n')
            status = rt_buffer_add(line, "\\n", 2);
        else if (*entry == '\\')
            status = rt_buffer_add(line, "\\\\", 2);
        else
            status = rt_buffer_add(line, entry, 1);
    }
    return status == RT_OK ? rt_buffer_add(line, "\n", 1) : status;
}

static void unescape(char *line) {
    char *to = line;
    for (const char *from = line; *from; from++) {
        if (from[0] == '\\' && from[1] != '\0') {
            from++;
            *to++ = *from == 'n' ? '\n' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* ---- the file ---- */

/* Opened and locked; -1: cannot be, as errno tells. It may have been replaced between
 * the two. */
static int open_locked(int flags) {
    for (;;) {
        int fd = open(history.path, flags | O_CLOEXEC | O_NOCTTY, 0600);
        if (fd < 0) return -1;
        struct stat here, there;
        errno = 0;
        if (flock(fd, LOCK_EX) == 0 && fstat(fd, &here) == 0 &&
            stat(history.path, &there) == 0 && here.st_ino == there.st_ino &&
            here.st_dev == there.st_dev) {
            if (S_ISREG(here.st_mode)) (void)fchmod(fd, 0600);
            return fd;
        }
        int error = errno;
        (void)close(fd);
        errno = error;
        if (error != ENOENT && error != EINTR && error != 0) return -1;
    }
}

/* Replaces the file by the text from `from` on. */
static void shorten(const char *from, size_t size) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s.%d", history.path, getpid());
    if (length < 0 || (size_t)length >= sizeof path) return;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return;
    bool is_whole = write(fd, from, size) == (ssize_t)size;
    if (close(fd) == 0 && is_whole && rename(path, history.path) == 0) return;
    (void)unlink(path);
}

static int read_all(int fd, rt_buffer *text) {
    for (;;) {
        if (rt_buffer_reserve(text, 65536)) return ENOMEM;
        ssize_t size = read(fd, text->bytes + text->size, 65535);
        if (size == 0) break;
        if (size < 0 && errno != EINTR) return errno;
        if (size > 0) text->size += (size_t)size;
    }
    text->bytes[text->size] = '\0'; /* there is room for it */
    return 0;
}

/* Where the last APP_HISTORY_LIMIT lines begin. */
static char *find_last(rt_buffer *text) {
    int count = 0;
    for (char *at = text->bytes + text->size; at > text->bytes; at--)
        if (at[-1] == '\n' && ++count > APP_HISTORY_LIMIT) return at;
    return text->bytes;
}

static void visit_lines(char *line, void (*visit)(const char *entry)) {
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        unescape(line);
        if (*line) visit(line);
    }
}

void app_history_open(void (*visit)(const char *entry)) {
    history.has_failed = false;
    if (!find_path()) {
        history.path[0] = '\0';
        return;
    }
    int fd = open_locked(O_RDONLY);
    if (fd < 0) {
        if (errno != ENOENT) fail("read");
        return;
    }
    rt_buffer text;
    rt_buffer_init(&text);
    errno = read_all(fd, &text);
    if (errno != 0) {
        fail("read");
    } else {
        char *last = find_last(&text);
        size_t size = text.size - (size_t)(last - text.bytes);
        if (size < text.size) shorten(last, size);
        visit_lines(last, visit);
    }
    (void)close(fd);
    rt_buffer_deinit(&text);
}

void app_history_close(void) {
    history.path[0] = '\0';
}

void app_history_add(const char *entry) {
    if (history.path[0] == '\0') return;
    rt_buffer line;
    rt_buffer_init(&line);
    int fd = add_escaped(&line, entry) == RT_OK
                 ? open_locked(O_WRONLY | O_APPEND | O_CREAT)
                 : -1;
    if (fd < 0 || write(fd, line.bytes, line.size) != (ssize_t)line.size)
        fail("write");
    if (fd >= 0) (void)close(fd);
    rt_buffer_deinit(&line);
}
