/* Native operations that are done by a pool of threads of the host's: the script waits
 * for each of them as for anything else, and gives up those that take too long. */
#include <lauxlib.h>
#include <lua.h>
#include <plait.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char script[] =
    "local function upper(word) return pool.upper(word) end\n"
    "local tasks = {}\n"
    "for word in ('to be or not to be'):gmatch('%a+') do\n"
    "    tasks[#tasks + 1] = async(upper, word)\n"
    "end\n"
    "print(table.concat(gather(tasks), ' '))\n"
    "print(pcall(upper, 'no luck'))\n"
    "print(plait.timeout(0.05, upper, 'wait for ever'))\n"
    "print(await(spawn_thread(function() return pool.upper('thread') end)))\n";

/* ---- jobs, and the threads that do them ---- */

typedef struct job {
    struct job *next;
    plait_op *op;
    char text[32];
} job;

typedef struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    job *jobs;    /* to be done */
    job *waiting; /* for what never comes, until the end */
    bool is_closed;
    pthread_t threads[4];
} pool;

static int push_text(lua_State *L, void *done) {
    lua_pushstring(L, ((job *)done)->text);
    return 1;
}

static void do_job(pool *all, job *todo) {
    if (strcmp(todo->text, "no luck") == 0) {
        plait_op_reject(todo->op, "there was none");
        free(todo);
        return;
    }
    if (strcmp(todo->text, "wait for ever") == 0) {
        pthread_mutex_lock(&all->mutex);
        todo->next = all->waiting;
        all->waiting = todo;
        pthread_mutex_unlock(&all->mutex);
        return;
    }
    for (char *c = todo->text; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    plait_op_resolve(todo->op, push_text, todo, free);
}

static void *work(void *argument) {
    pool *all = argument;
    pthread_mutex_lock(&all->mutex);
    for (;;) {
        while (!all->jobs && !all->is_closed)
            pthread_cond_wait(&all->changed, &all->mutex);
        job *todo = all->jobs;
        if (!todo) break;
        all->jobs = todo->next;
        pthread_mutex_unlock(&all->mutex);
        do_job(all, todo);
        pthread_mutex_lock(&all->mutex);
    }
    pthread_mutex_unlock(&all->mutex);
    return NULL;
}

/* ---- pool.upper(text), in every state ---- */

static int pool_upper(lua_State *L) {
    pool *all = lua_touserdata(L, lua_upvalueindex(1));
    const char *text = luaL_checkstring(L, 1);
    plait_op *op = plait_op_new(L, NULL, NULL);
    job *todo = calloc(1, sizeof *todo);
    if (!todo) {
        plait_op_reject(op, "not enough memory");
        return plait_await(L, op);
    }
    todo->op = op;
    (void)snprintf(todo->text, sizeof todo->text, "%s", text);
    pthread_mutex_lock(&all->mutex);
    todo->next = all->jobs;
    all->jobs = todo;
    pthread_cond_signal(&all->changed);
    pthread_mutex_unlock(&all->mutex);
    return plait_await(L, op);
}

int main(void) {
    static const plait_reg functions[] = {{"upper", pool_upper}, {NULL, NULL}};
    pool all = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                .changed = PTHREAD_COND_INITIALIZER};
    for (int i = 0; i < 4; i++)
        if (pthread_create(&all.threads[i], NULL, work, &all)) return 1;
    plait *p;
    if (plait_new(NULL, &p) || plait_register(p, "pool", functions, &all))
        return 1;
    plait_status status =
        plait_run_string(p, script, strlen(script), "=script");
    if (status) fprintf(stderr, "%s\n", plait_last_error(p)->message);
    plait_status closed = plait_close(p, 2000);

    pthread_mutex_lock(&all.mutex);
    all.is_closed = true;
    pthread_cond_broadcast(&all.changed);
    pthread_mutex_unlock(&all.mutex);
    for (int i = 0; i < 4; i++) pthread_join(all.threads[i], NULL);
    /* Every operation ends, also when nobody waits for it and the runtime is gone. */
    for (job *left = all.waiting; left;) {
        job *next = left->next;
        plait_op_resolve(left->op, push_text, left, free);
        left = next;
    }
    return status || closed;
}
