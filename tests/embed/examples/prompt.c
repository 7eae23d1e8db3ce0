/* A host with a prompt: somebody looks into the running program and changes it, over a
 * socket here, where a host might have a terminal or a connection. The host goes on
 * meanwhile, with a script that serves its own purpose. */
#include <lauxlib.h>
#include <lua.h>
#include <plait.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char script[] =
    "settings = { speed = 1 }\n"
    "local changed = plait.Channel()\n"
    "function faster() settings.speed = settings.speed + 1 "
    "changed:send(settings.speed) end\n"
    "while changed:recv() < 3 do end\n"
    "return 'fast enough'\n";

/* ---- whoever types ---- */

static const char *const entries[] = {
    "settings\n",
    "local before = settings.speed\n",
    "before + 0.5, host.name()\n",
    "for _ = 1, 2 do\n",
    "faster() end\n",
    "error('a mistake')\n",
    "settings.speed\n",
};

/* Reads on until the prompt asks for input: a line that begins with it ends there. */
static int read_answer(int fd, char *text, size_t room) {
    size_t size = 0;
    while (size + 1 < room) {
        ssize_t n = read(fd, text + size, room - size - 1);
        if (n <= 0) return -1;
        size += (size_t)n;
        text[size] = '\0';
        const char *line = strrchr(text, '\n');
        line = line ? line + 1 : text;
        if (strcmp(line, "> ") == 0 || strcmp(line, ">> ") == 0) return 0;
    }
    return -1;
}

static void *type_entries(void *end) {
    static char text[4096];
    int fd = *(int *)end;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (read_answer(fd, text, sizeof text)) break;
        printf("%s%s", text, entries[i]);
        size_t size = strlen(entries[i]);
        if (write(fd, entries[i], size) != (ssize_t)size) break;
    }
    if (!read_answer(fd, text, sizeof text)) printf("%s\n", text);
    close(fd); /* the end of its input ends the prompt */
    return NULL;
}

/* ---- the host ---- */

static int host_name(lua_State *L) {
    lua_pushstring(L, "the host");
    return 1;
}

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    (void)p, (void)count;
    (void)snprintf(data, 64, "%s",
                   status ? "failed" : luaL_tolstring(L, -1, NULL));
    if (!status) lua_pop(L, 1);
}

static void on_end(plait_prompt *prompt, const char *why, void *is_open) {
    (void)prompt, (void)why;
    *(int *)is_open = 0;
}

int main(void) {
    static const plait_reg functions[] = {{"name", host_name}, {NULL, NULL}};
    int ends[2], is_open = 1;
    char result[64] = "";
    pthread_t person;
    plait *p;
    plait_prompt_options options;
    plait_prompt_options_init(&options, sizeof options);
    options.on_end = on_end;
    options.data = &is_open;
    if (plait_new(NULL, &p) || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
        plait_register(p, "host", functions, NULL) ||
        plait_start(p, script, sizeof script - 1, "=script", on_done, result,
                    NULL))
        return 1;
    plait_step(p, 1); /* the script begins */
    options.in_fd = options.out_fd = ends[0];
    options.banner = "the host listens\n";
    if (plait_prompt_open(p, &options, NULL)) return 1;
    if (pthread_create(&person, NULL, type_entries, &ends[1])) return 1;

    struct pollfd fd = {plait_fd(p), POLLIN, 0};
    while (is_open || !plait_is_idle(p)) {
        while (plait_step(p, 5) == PLAIT_MORE)
            ;
        if (is_open && poll(&fd, 1, plait_timeout(p)) < 0) return 1;
    }
    pthread_join(person, NULL);
    close(ends[0]);
    printf("the script: %s\n", result);
    return plait_close(p, 2000) != PLAIT_OK;
}
