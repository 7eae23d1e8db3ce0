/* above.c - the pipe, and the thread that empties it.
 *
 * Whoever reads the pipe has the lock until what was read is in `text` or on the
 * terminal: so its bytes stay in order, whether the thread or the main one read. */
#include "app/above.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/deaf.h"
#include "base/status.h"

static struct {
    bool is_open;
    int terminal; /* a copy of the standard output */
    FILE *file;   /* over another one */
    int pipe_in;  /* read end, non-blocking */
    int pipe_out; /* what the standard descriptors become */
    int stop_in;  /* becomes readable when the thread is to end */
    int stop_out; /* closed for that */
    int kept[3];  /* copies of them meanwhile; -1: it is left alone */
    pthread_t thread;
    void (*on_output)(void);
    pthread_mutex_t lock; /* guards what follows, and reading */
    bool is_editing;
    bool is_told; /* on_output was called, and nothing taken since */
    rt_buffer text;
} above;

/* ---- the thread ---- */

static void write_all(int fd, const char *text, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, text, size);
        if (written < 0 && errno == EAGAIN) {
            struct pollfd polled = {.fd = fd, .events = POLLOUT};
            (void)poll(&polled, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return; /* the terminal is gone */
        } else if (written > 0) {
            text += written;
            size -= (size_t)written;
        }
    }
}

/* With the lock. Out of memory the text is shown where it is. */
static void empty_pipe(void) {
    char bytes[4096];
    ssize_t size;
    while ((size = read(above.pipe_in, bytes, sizeof bytes)) > 0 ||
           (size < 0 && errno == EINTR)) {
        if (size < 0) continue;
        if (!above.is_editing ||
            rt_buffer_add(&above.text, bytes, (size_t)size))
            write_all(above.terminal, bytes, (size_t)size);
    }
}

static void *run_thread(void *unused) {
    (void)unused;
    struct pollfd polled[2] = {{.fd = above.pipe_in, .events = POLLIN},
                               {.fd = above.stop_in, .events = POLLIN}};
    for (;;) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR) return NULL;
        if (polled[1].revents) return NULL;
        pthread_mutex_lock(&above.lock);
        empty_pipe();
        bool tells = above.text.size > 0 && !above.is_told;
        if (tells) above.is_told = true;
        pthread_mutex_unlock(&above.lock);
        if (tells) above.on_output();
    }
}

/* ---- opening and closing ---- */

static void close_all(void) {
    if (above.file) (void)fclose(above.file);
    above.file = NULL;
    int *fds[] = {&above.terminal, &above.pipe_in, &above.pipe_out,
                  &above.stop_in, &above.stop_out};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (*fds[i] >= 0) (void)close(*fds[i]);
        *fds[i] = -1;
    }
}

static int copy(int fd) {
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static bool open_all(void) {
    int ends[2];
    above.pipe_in = above.pipe_out = above.stop_in = above.stop_out = -1;
    above.terminal = copy(STDOUT_FILENO);
    if (above.terminal < 0 || pipe2(ends, O_CLOEXEC) < 0) return false;
    above.pipe_in = ends[0];
    above.pipe_out = ends[1];
    if (fcntl(above.pipe_in, F_SETFL, O_NONBLOCK) < 0) return false;
    if (pipe2(ends, O_CLOEXEC) < 0) return false;
    above.stop_in = ends[0];
    above.stop_out = ends[1];
    int other = copy(STDOUT_FILENO);
    if (other >= 0) above.file = fdopen(other, "w");
    if (!above.file && other >= 0) (void)close(other);
    return above.file != NULL;
}

bool app_above_open(void (*on_output)(void)) {
    for (int fd = 0; fd < 3; fd++) above.kept[fd] = -1;
    above.on_output = on_output;
    rt_buffer_init(&above.text);
    (void)pthread_mutex_init(&above.lock, NULL);
    above.is_open =
        open_all() && rt_deaf_thread(&above.thread, run_thread, NULL) == 0;
    if (!above.is_open) close_all();
    return above.is_open;
}

void app_above_close(void) {
    if (!above.is_open) return;
    (void)close(above.stop_out);
    above.stop_out = -1;
    (void)pthread_join(above.thread, NULL);
    empty_pipe();
    close_all();
    rt_buffer_deinit(&above.text);
    above.is_open = false;
}

int app_above_fd(void) {
    return above.terminal;
}

FILE *app_above_file(void) {
    return above.file;
}

/* ---- while a line is edited ---- */

static void set_editing(bool is_editing) {
    pthread_mutex_lock(&above.lock);
    empty_pipe();
    above.is_editing = is_editing;
    pthread_mutex_unlock(&above.lock);
}

/* What is not the terminal is nobody's concern. */
void app_above_begin(void) {
    (void)fflush(stdout);
    (void)fflush(stderr);
    set_editing(true);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (!isatty(fd)) continue;
        above.kept[fd] = copy(fd);
        if (above.kept[fd] >= 0) (void)dup2(above.pipe_out, fd);
    }
}

void app_above_end(void) {
    (void)fflush(stdout);
    (void)fflush(stderr);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (above.kept[fd] < 0) continue;
        (void)dup2(above.kept[fd], fd);
        (void)close(above.kept[fd]);
        above.kept[fd] = -1;
    }
    set_editing(false);
}

void app_above_take(rt_buffer *text) {
    pthread_mutex_lock(&above.lock);
    if (above.is_editing) empty_pipe();
    above.is_told = false;
    if (rt_buffer_add(text, above.text.bytes, above.text.size) != RT_OK)
        write_all(above.terminal, above.text.bytes, above.text.size);
    above.text.size = 0;
    pthread_mutex_unlock(&above.lock);
}

void app_above_write(const char *text, size_t size) {
    write_all(above.terminal, text, size);
}
