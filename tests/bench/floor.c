/* floor - what the work of plait costs at least, on this machine, today.
 *
 *     bench_floor [name...]
 *
 * prints `name value` for the figures named, or for all: nanoseconds, or
 * bytes for sleep_bytes and conn_bytes. Each figure is what plait's row of the same name
 * stands on, done by hand in C with the same libraries: stock Lua's
 * coroutines, pthreads, posix_spawn, libuv. Nothing here is plait's.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <uv.h>

#include "bench.h"
#include "echo.h"

enum { RING_SIZE = 64, SLEEPERS = 100000 };

/* ---- Lua states ------------------------------------------------------- */

static int yield_nothing(lua_State *L) {
    return lua_yield(L, 0);
}

/* Returns: a state as `lua` sets it up, and what `code` returns at its
 * stack index 1. `code` gets the function that yields as its argument. */
static lua_State *new_state(const char *code) {
    lua_State *L = luaL_newstate();
    if (!L) bench_check(ENOMEM, "luaL_newstate");
    luaL_openlibs(L);
    lua_gc(L, LUA_GCGEN, 0, 0);
    int status = luaL_loadstring(L, code);
    lua_pushcfunction(L, yield_nothing);
    if (status != LUA_OK || lua_pcall(L, 1, 1, 0) != LUA_OK) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        exit(1);
    }
    return L;
}

/* Pushes a new coroutine that will run the function at index 1. */
static lua_State *push_coroutine(lua_State *L) {
    lua_State *coroutine = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, coroutine, 1);
    return coroutine;
}

static void resume(lua_State *coroutine, lua_State *L, int expected) {
    int result_count;
    int status = lua_resume(coroutine, L, 0, &result_count);
    if (status == expected) return;
    fprintf(stderr, "a coroutine ended with status %d\n", status);
    exit(1);
}

/* ---- Tasks ------------------------------------------------------------ */

static void start_coroutines(uint64_t count, void *context) {
    lua_State *L = context;
    for (; count > 0; count--) {
        resume(push_coroutine(L), L, LUA_OK);
        lua_pop(L, 1); /* pop coroutine */
    }
}

/* A coroutine is created and runs an empty function to its end. */
static double task_start(void) {
    lua_State *L = new_state("return function() end");
    double value = bench_best_ns(start_coroutines, L);
    lua_close(L);
    return value;
}

/* The coroutine is at index 2. */
static void switch_coroutine(uint64_t count, void *context) {
    lua_State *L = context;
    lua_State *coroutine = lua_tothread(L, 2);
    for (; count > 0; count--) resume(coroutine, L, LUA_YIELD);
}

/* A running coroutine is resumed and yields again. */
static double task_switch(void) {
    lua_State *L = new_state("local yield = ... "
                             "return function() while true do yield() end end");
    push_coroutine(L);
    double value = bench_best_ns(switch_coroutine, L);
    lua_close(L);
    return value;
}

/* Memory of a coroutine that waits inside a C function. */
static double sleep_bytes(void) {
    lua_State *L = new_state("local yield = ... return yield");
    lua_createtable(L, SLEEPERS, 0);
    lua_gc(L, LUA_GCCOLLECT);
    double before = bench_resident_bytes(getpid());
    for (int i = 1; i <= SLEEPERS; i++) {
        resume(push_coroutine(L), L, LUA_YIELD);
        lua_rawseti(L, 2, i);
    }
    lua_gc(L, LUA_GCCOLLECT);
    double value = (bench_resident_bytes(getpid()) - before) / SLEEPERS;
    lua_close(L);
    return value;
}

/* ---- Threads ---------------------------------------------------------- */

static pthread_t start_thread(void *(*run)(void *), void *argument) {
    pthread_t thread;
    bench_check(pthread_create(&thread, NULL, run, argument), "pthread_create");
    return thread;
}

static void join_thread(pthread_t thread) {
    bench_check(pthread_join(thread, NULL), "pthread_join");
}

static void *run_nothing(void *argument) {
    return argument;
}

static void start_threads(uint64_t count, void *context) {
    for (; count > 0; count--) join_thread(start_thread(run_nothing, context));
}

static double thread_start(void) {
    return bench_best_ns(start_threads, NULL);
}

typedef struct {
    pthread_mutex_t mutex;
    uint64_t share; /* increments of each thread; constant while they run */
    volatile uint64_t value; /* guarded by mutex */
} counter;

static void *increment_share(void *argument) {
    counter *c = argument;
    for (uint64_t i = 0; i < c->share; i++) {
        pthread_mutex_lock(&c->mutex);
        c->value = c->value + 1;
        pthread_mutex_unlock(&c->mutex);
    }
    return NULL;
}

static void count_with_two_threads(uint64_t count, void *context) {
    counter *c = context;
    c->share = (count + 1) / 2;
    c->value = 0;
    pthread_t first = start_thread(increment_share, c);
    pthread_t second = start_thread(increment_share, c);
    join_thread(first);
    join_thread(second);
    if (c->value != 2 * c->share) bench_check(EIO, "lock_counter");
}

static double lock_counter(void) {
    counter c = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    return bench_best_ns(count_with_two_threads, &c);
}

/* The textbook bounded queue: one mutex, two conditions. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t has_item, has_room;
    uint64_t items[RING_SIZE];
    uint64_t received, sent; /* guarded by mutex, as is `items` */
    uint64_t total;          /* to be sent; constant while threads run */
} ring;

static void *send_total(void *argument) {
    ring *r = argument;
    for (uint64_t i = 0; i < r->total; i++) {
        pthread_mutex_lock(&r->mutex);
        while (r->sent - r->received == RING_SIZE)
            pthread_cond_wait(&r->has_room, &r->mutex);
        r->items[r->sent++ % RING_SIZE] = i;
        pthread_cond_signal(&r->has_item);
        pthread_mutex_unlock(&r->mutex);
    }
    return NULL;
}

static uint64_t receive_item(ring *r) {
    pthread_mutex_lock(&r->mutex);
    while (r->sent == r->received) pthread_cond_wait(&r->has_item, &r->mutex);
    uint64_t item = r->items[r->received++ % RING_SIZE];
    pthread_cond_signal(&r->has_room);
    pthread_mutex_unlock(&r->mutex);
    return item;
}

static void pass_through_ring(uint64_t count, void *context) {
    ring *r = context;
    r->received = r->sent = 0;
    r->total = count;
    pthread_t sender = start_thread(send_total, r);
    for (uint64_t i = 0; i < count; i++)
        if (receive_item(r) != i) bench_check(EIO, "chan_threads");
    join_thread(sender);
}

static double chan_threads(void) {
    ring r = {.mutex = PTHREAD_MUTEX_INITIALIZER,
              .has_item = PTHREAD_COND_INITIALIZER,
              .has_room = PTHREAD_COND_INITIALIZER};
    return bench_best_ns(pass_through_ring, &r);
}

/* ---- Two CPU-bound threads -------------------------------------------- */

/* The work of row_cpu.lua, word by word: 1000 steps for each unit. */
static const char burn_numbers[] =
    "return function(count)\n"
    "    local x = 1\n"
    "    for _ = 1, count * 1000 do\n"
    "        x = (x * 1103515245 + 12345) & 0x7fffffff\n"
    "    end\n"
    "    return x\n"
    "end";

static const char burn_memory[] = "return function(count)\n"
                                  "    local size = 0\n"
                                  "    for i = 1, count * 100 do\n"
                                  "        local t = {i, {i}, tostring(i)}\n"
                                  "        size = size + #t\n"
                                  "    end\n"
                                  "    return size\n"
                                  "end";

typedef struct {
    lua_State *L; /* its own; the work at index 1 */
    uint64_t count;
} burner;

static void *burn(void *argument) {
    burner *b = argument;
    lua_pushvalue(b->L, 1);
    lua_pushinteger(b->L, (lua_Integer)b->count);
    if (lua_pcall(b->L, 1, 1, 0) != LUA_OK) bench_check(EIO, "burn");
    lua_pop(b->L, 1); /* pop result */
    return NULL;
}

static void burn_in_turn(uint64_t count, void *context) {
    burner *both = context;
    both[0].count = both[1].count = count;
    burn(&both[0]);
    burn(&both[1]);
}

static void burn_at_once(uint64_t count, void *context) {
    burner *both = context;
    both[0].count = both[1].count = count;
    pthread_t first = start_thread(burn, &both[0]);
    pthread_t second = start_thread(burn, &both[1]);
    join_thread(first);
    join_thread(second);
}

static double burn_twice(const char *code, bench_work *how) {
    burner both[2] = {{new_state(code), 0}, {new_state(code), 0}};
    double value = bench_best_ns(how, both);
    lua_close(both[0].L);
    lua_close(both[1].L);
    return value;
}

static double cpu_one(void) {
    return burn_twice(burn_numbers, burn_in_turn);
}

static double cpu_two(void) {
    return burn_twice(burn_numbers, burn_at_once);
}

static double memory_one(void) {
    return burn_twice(burn_memory, burn_in_turn);
}

static double memory_two(void) {
    return burn_twice(burn_memory, burn_at_once);
}

/* ---- Processes -------------------------------------------------------- */

static void start_processes(uint64_t count, void *context) {
    char *argv[] = {"/bin/true", NULL};
    (void)context;
    for (; count > 0; count--) bench_run_program(argv);
}

static double proc_start(void) {
    return bench_best_ns(start_processes, NULL);
}

static void send_numbers(int fd, uint64_t count) {
    for (uint64_t i = 0; i < count; i++)
        if (write(fd, &i, sizeof i) != (ssize_t)sizeof i)
            bench_check(EIO, "write");
}

static void pass_between_processes(uint64_t count, void *context) {
    int ends[2];
    (void)context;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        bench_check(errno, "socketpair");
    pid_t child = fork();
    if (child < 0) bench_check(errno, "fork");
    if (child == 0) {
        send_numbers(ends[1], count);
        _exit(0);
    }
    for (uint64_t i = 0; i < count; i++) {
        uint64_t item;
        if (recv(ends[0], &item, sizeof item, MSG_WAITALL) != sizeof item ||
            item != i)
            bench_check(EIO, "chan_processes");
    }
    if (waitpid(child, NULL, 0) < 0) bench_check(errno, "waitpid");
    close(ends[0]);
    close(ends[1]);
}

/* A number goes through a socket pair: one write and one read for each. A
 * channel may be faster, as it may put several items into one write. */
static double chan_processes(void) {
    return bench_best_ns(pass_between_processes, NULL);
}

/* ---- Sockets ---------------------------------------------------------- */

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *room) {
    static char bytes[65536];
    (void)handle;
    (void)size;
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void on_bytes(uv_stream_t *stream, ssize_t size, const uv_buf_t *room) {
    if (size < 0) uv_close((uv_handle_t *)stream, (uv_close_cb)free);
    if (size <= 0) return;
    uv_buf_t bytes = uv_buf_init(room->base, (unsigned)size);
    if (uv_try_write(stream, &bytes, 1) != size) abort(); /* there is room */
}

static void on_connection(uv_stream_t *listener, int status) {
    bench_check(-status, "uv_listen");
    uv_tcp_t *stream = malloc(sizeof *stream);
    if (!stream) bench_check(ENOMEM, "uv_accept");
    (void)uv_tcp_init(listener->loop, stream);
    bench_check(-uv_accept(listener, (uv_stream_t *)stream), "uv_accept");
    (void)uv_tcp_nodelay(stream, 1);
    (void)uv_read_start((uv_stream_t *)stream, on_room, on_bytes);
}

static void serve_echo(int listener) {
    uv_loop_t loop;
    uv_tcp_t server;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)uv_loop_init(&loop);
    (void)uv_tcp_init(&loop, &server);
    bench_check(-uv_tcp_open(&server, listener), "uv_tcp_open");
    bench_check(-uv_listen((uv_stream_t *)&server, 128, on_connection),
                "uv_listen");
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

/* Returns: a server of libuv, a process of its own that listens at *port. */
static pid_t start_echo_server(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) < 0 ||
        listen(listener, 128) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) < 0)
        bench_check(errno, "listen");
    pid_t child = fork();
    if (child < 0) bench_check(errno, "fork");
    if (child == 0) serve_echo(listener);
    (void)close(listener);
    *port = ntohs(address.sin_port);
    return child;
}

static void stop_echo_server(pid_t server) {
    (void)kill(server, SIGKILL);
    (void)waitpid(server, NULL, 0);
}

static double echo(void) {
    int port;
    pid_t server = start_echo_server(&port);
    double value = echo_measure_ns(port);
    stop_echo_server(server);
    return value;
}

static double conn_bytes(void) {
    int port;
    pid_t server = start_echo_server(&port);
    double value = echo_measure_bytes(port, server);
    stop_echo_server(server);
    return value;
}

/* ---- The program ------------------------------------------------------ */

static const struct {
    const char *name;
    double (*measure)(void);
} figures[] = {
    {"task_start", task_start},
    {"task_switch", task_switch},
    {"sleep_bytes", sleep_bytes},
    {"thread_start", thread_start},
    {"chan_threads", chan_threads},
    {"lock_counter", lock_counter},
    {"cpu_one", cpu_one},
    {"cpu_two", cpu_two},
    {"memory_one", memory_one},
    {"memory_two", memory_two},
    {"proc_start", proc_start},
    {"chan_processes", chan_processes},
    {"echo", echo},
    {"conn_bytes", conn_bytes},
};

static bool is_wanted(const char *name, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0) return true;
    return argc == 1;
}

int main(int argc, char **argv) {
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        if (!is_wanted(figures[i].name, argc, argv)) continue;
        printf("%s %.1f\n", figures[i].name, figures[i].measure());
        fflush(stdout);
    }
    return 0;
}
