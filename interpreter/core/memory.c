/* memory.c - the allocator of a state that has a limit. It is put over the one that
 * the state was made with, which costs nothing before that. */
#include "core/memory.h"

#include <lauxlib.h>

#include "core/cancel.h"
#include "core/failure.h"
#include "core/interrupt.h"
#include "core/policy_inside.h"
#include "core/state.h"

/* What handlers and __close may have above the limit; twice that when the strand is
 * stopped. */
enum { RESERVE = 64 * 1024 };

/* So often a strand may hit the limit in one run. */
enum { MOST_HITS = 8 };

void host_policy_limit_memory(host_policy *policy, size_t bytes) {
    if (bytes == 0) return;
    if (bytes < HOST_MEMORY_LEAST) bytes = HOST_MEMORY_LEAST;
    size_t limit = atomic_load(&policy->memory_limit);
    while ((limit == 0 || bytes < limit) &&
           !atomic_compare_exchange_weak(&policy->memory_limit, &limit, bytes))
        continue;
}

size_t host_policy_memory_limit(const host_policy *policy) {
    return atomic_load_explicit(&policy->memory_limit, memory_order_relaxed);
}

/* Here no Lua code can run. */
static void order(host_meter *m) {
    if (m->host->is_closing || !m->host->current) return;
    host_order(m->host, HOST_ORDER_MEMORY);
}

/* An allocation has failed. */
static void note_hit(host_meter *m) {
    m->refused_size = 0;
    if (m->reserve == 0) m->reserve = RESERVE;
    uint32_t run = atomic_load_explicit(&m->host->runs, memory_order_relaxed);
    if (run != m->run) m->hits = 0;
    m->run = run;
    m->must_collect = true; /* what the error leaves behind */
    const host_strand *strand = m->host->current;
    if (++m->hits >= MOST_HITS && strand && !strand->is_cancelled) {
        m->reserve = 2 * RESERVE; /* for the error */
        m->must_stop = true;
    }
    order(m);
}

/* Whether so many bytes more are too many. */
static bool is_too_much(host_meter *m, size_t more) {
    size_t limit = host_policy_memory_limit(m->policy);
    if (limit == 0) return false;
    if (m->reserve && m->used + RESERVE <= limit) m->reserve = 0;
    size_t most = limit + m->reserve;
    return m->used > most || more > most - m->used;
}

/* Blocks of no type may be buffers of a C function. Lua says the type of others. */
static bool may_be_buffer(const void *block, size_t old_size) {
    return block || old_size == 0;
}

/* For a buffer: whether it would be little enough if all garbage were gone. */
static bool fits_without_garbage(host_meter *m, size_t more) {
    size_t limit = host_policy_memory_limit(m->policy);
    if (m->live > limit || more > limit - m->live) return false;
    m->live += more; /* until that is so */
    m->must_collect = true;
    order(m);
    return true;
}

/* Lua collects all garbage and tries the same again, but a buffer does not. The next
 * request tells which it was. */
static void *refuse(host_meter *m, const void *block, size_t new_size) {
    bool is_again = m->refused_size == new_size && m->refused_block == block;
    if (m->refused_size > 0) note_hit(m);
    if (is_again) return NULL;
    m->refused_block = block;
    m->refused_size = new_size;
    return NULL;
}

/* A request was granted. */
static void note_growth(host_meter *m, const void *block, size_t new_size) {
    bool is_again = m->refused_size == new_size && m->refused_block == block;
    if (is_again)
        m->live = m->used; /* Lua has collected */
    else if (m->refused_size > 0)
        note_hit(m);
    m->refused_size = 0;
}

static void *allocate(void *data, void *block, size_t old_size,
                      size_t new_size) {
    host_meter *m = data;
    size_t had = block ? old_size : 0; /* else it is a type */
    bool grows = new_size > had;
    if (grows && is_too_much(m, new_size - had) &&
        !(may_be_buffer(block, old_size) &&
          fits_without_garbage(m, new_size - had)))
        return refuse(m, block, new_size);
    if (grows && m->refused_size > 0) note_growth(m, block, new_size);
    void *made = m->allocate(m->data, block, old_size, new_size);
    if (made || new_size == 0) m->used += new_size - had;
    return made;
}

lua_State *host_memory_new_state(const host_policy *policy) {
    if (!policy || !policy->allocate) return luaL_newstate();
    return lua_newstate(policy->allocate, policy->allocate_data);
}

static size_t count(lua_State *L) {
    return (size_t)lua_gc(L, LUA_GCCOUNT) * 1024 +
           (size_t)lua_gc(L, LUA_GCCOUNTB);
}

void host_memory_begin(host_state *host) {
    host_meter *m = &host->meter;
    const host_policy *policy = host->runtime->policy;
    if (m->host || !policy) return;
    if (!policy->is_embedded && host_policy_memory_limit(policy) == 0) return;
    *m = (host_meter){.host = host, .policy = policy};
    m->allocate = lua_getallocf(host->L, &m->data);
    m->used = m->live = count(host->L);
    lua_setallocf(host->L, allocate, m);
}

size_t host_memory_used(const host_state *host) {
    return host->meter.host ? host->meter.used : count(host->L);
}

static void stop(lua_State *L, host_meter *m) {
    host_strand *strand = m->host->current;
    m->hits = 0;
    m->refused_size = 0;
    host_push_failure(
        L, "memory",
        "not enough memory: stopped, since it went on at the limit of %I bytes",
        (LUAI_UACINT)host_policy_memory_limit(m->policy));
    host_strand_cancel(L, strand);
    strand->press_ns = 0; /* it has caught enough */
    strand->has_caught = true;
    strand->fresh_left = 0;
    m->must_collect = true; /* for its __close handlers */
    atomic_fetch_or(&m->host->orders, HOST_ORDER_MEMORY);
}

void host_memory_obey(lua_State *L) {
    host_meter *m = &host_of(L)->meter;
    if (m->must_collect) {
        m->must_collect = false;
        lua_gc(L, LUA_GCCOLLECT);
        m->live = m->used;
    }
    if (!m->must_stop) return;
    m->must_stop = false;
    /* Who was to stop may have ended since. */
    if (m->run == atomic_load_explicit(&m->host->runs, memory_order_relaxed))
        stop(L, m);
}
