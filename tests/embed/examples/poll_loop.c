/* A host with a loop of its own by poll(): lines that come through a pipe are handed
 * to a script, which takes its time over them while the loop goes on. */
#include <lauxlib.h>
#include <lua.h>
#include <plait.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char script[] =
    "local lines, ticks = plait.Channel(math.huge), plait.Channel()\n"
    "function on_line(text) lines:send(text) end\n"
    "function on_end() lines:close() end\n"
    "local clock = plait.every(0.01, function() ticks:send(true) end)\n"
    "for line in lines do\n"
    "    for _ = 1, 2 do ticks:recv() end\n"
    "    print('handled ' .. line)\n"
    "end\n"
    "clock:cancel()\n"
    "return 'all lines'\n";

/* Somebody else, who writes when he likes. */
static void *write_lines(void *fd) {
    static const char text[] = "one\ntwo\nthree\n";
    int out = *(int *)fd;
    for (size_t i = 0; i < sizeof text - 1; i++)
        if (write(out, text + i, 1) != 1) break;
    close(out);
    return NULL;
}

/* Calls a global function of the script. */
static void tell(plait *p, const char *function, const char *text,
                 size_t size) {
    lua_State *L = plait_lua(p);
    lua_getglobal(L, function);
    lua_pushlstring(L, text, size);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        fprintf(stderr, "%s: %s\n", function, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
}

/* Takes whole lines out of what has been read. False: the input has ended. */
static bool serve_pipe(plait *p, int fd) {
    static char buffer[256];
    static size_t size;
    ssize_t n = read(fd, buffer + size, sizeof buffer - size);
    if (n <= 0) {
        tell(p, "on_end", "", 0);
        return false;
    }
    size += (size_t)n;
    for (char *end; (end = memchr(buffer, '\n', size));) {
        size_t length = (size_t)(end - buffer);
        tell(p, "on_line", buffer, length);
        size -= length + 1;
        memmove(buffer, end + 1, size);
    }
    return true;
}

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    (void)p;
    if (status == PLAIT_OK && count == 1)
        printf("done: %s\n", lua_tostring(L, -1));
    *(plait_status *)data = status;
}

int main(void) {
    int ends[2];
    pthread_t writer;
    plait *p;
    plait_status ended = PLAIT_MORE;
    if (plait_new(NULL, &p) || pipe(ends)) return 1;
    if (plait_start(p, script, sizeof script - 1, "=script", on_done, &ended,
                    NULL))
        return 1;
    plait_step(p, 1); /* the script defines its functions */
    if (pthread_create(&writer, NULL, write_lines, &ends[1])) return 1;

    struct pollfd fds[2] = {{ends[0], POLLIN, 0}, {plait_fd(p), POLLIN, 0}};
    while (ended == PLAIT_MORE && poll(fds, 2, plait_timeout(p)) >= 0) {
        if (fds[0].revents && !serve_pipe(p, fds[0].fd))
            fds[0].fd = -1; /* poll leaves it out */
        while (plait_step(p, 5) == PLAIT_MORE)
            ; /* here the host would look after its own, too */
    }
    pthread_join(writer, NULL);
    close(ends[0]);
    return plait_close(p, 2000) != PLAIT_OK || ended != PLAIT_OK;
}
