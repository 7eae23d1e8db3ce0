/* job.c */
#include "ship/job.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"

#define CHECK(call) host_shipper_check(s, (call))

enum { HEADER_SIZE = 11 };

/* ---- jobs ---- */

/* What the items of one job are. */
typedef struct items {
    rt_pool_mode mode;
    int list; /* CALL: the first of the values */
    lua_Integer first;
    lua_Integer last;
} items;

static void put_lead(host_shipper *s, const host_job_target *target,
                     const items *it) {
    size_t index;
    int64_t count =
        it->mode == RT_POOL_CALL ? 1 : (int64_t)(it->last - it->first + 1);
    CHECK(rt_encode_header(s->out, 0, 0));
    CHECK(rt_encode_int(s->out, it->mode));
    CHECK(rt_encode_int(s->out, count));
    CHECK(rt_encode_int(s->out, target->group));
    CHECK(rt_message_add_object(s->message, target->code, &index));
    CHECK(rt_encode_object(s->out, (uint32_t)index));
}

/* The values of the list on the top, which are item `i`. */
static bool put_many(host_shipper *s, lua_Integer i, uint32_t *values) {
    lua_State *L = s->L;
    int list = lua_gettop(L);
    lua_getfield(L, list, "n");
    lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    CHECK(rt_encode_int(s->out, count));
    *values += 1 + (uint32_t)count;
    const char *what = "";
    if (s->is_tracking)
        what = lua_pushfstring(
            L, count == 1 ? "item %d" : "value %%I of item %d", (int)i);
    return host_shipper_put_slice(s, list, 1, count, what);
}

static bool put_values(host_shipper *s, const items *it) {
    lua_State *L = s->L;
    bool ok = true;
    for (lua_Integer i = it->first; i <= it->last && ok; i++) {
        const char *label = "";
        if (s->is_tracking)
            label = lua_pushfstring(L, "args[%d]", (int)(i - it->first + 1));
        lua_pushvalue(L, it->list + (int)(i - it->first));
        ok = host_shipper_put(s, label);
        lua_settop(L, s->paths);
    }
    return ok;
}

/* `*values`: how many there are. */
static bool put_items(host_shipper *s, const items *it, uint32_t *values) {
    lua_State *L = s->L;
    bool ok = true;
    *values = (uint32_t)(it->last - it->first + 1);
    switch (it->mode) {
    case RT_POOL_CALL:
        return put_values(s, it);
    case RT_POOL_EACH:
    case RT_POOL_SPREAD:
        return host_shipper_put_slice(s, it->list, it->first, it->last,
                                      "item %I");
    case RT_POOL_MANY:
        *values = 0;
        for (lua_Integer i = it->first; i <= it->last && ok; i++) {
            lua_rawgeti(L, it->list, i);
            ok = put_many(s, i, values);
            lua_settop(L, s->paths);
        }
    }
    return ok;
}

static rt_message *ship(lua_State *L, const host_job_target *target,
                        const items *it, bool is_tracking) {
    int top = lua_gettop(L);
    host_shipper *s =
        host_shipper_open(L, target->target, target->to, is_tracking);
    uint32_t values;
    put_lead(s, target, it);
    rt_message *message = NULL;
    if (put_items(s, it, &values) && host_shipper_run(s)) {
        message = host_shipper_take(s);
        rt_encode_patch_header(&message->bytes, RT_POOL_LEAD + values,
                               s->node_count);
    }
    lua_settop(L, top);
    return message;
}

static rt_message *ship_or_raise(lua_State *L, const host_job_target *target,
                                 const items *it) {
    rt_message *message = ship(L, target, it, false);
    if (!message) (void)ship(L, target, it, true);
    return message;
}

rt_message *host_ship_job(lua_State *L, const host_job_target *target,
                          rt_pool_mode mode, int list, lua_Integer first,
                          lua_Integer last) {
    items it = {mode, lua_absindex(L, list), first, last};
    return ship_or_raise(L, target, &it);
}

rt_message *host_ship_call(lua_State *L, const host_job_target *target,
                           int index, int count) {
    items it = {RT_POOL_CALL, lua_absindex(L, index), 1, count};
    return ship_or_raise(L, target, &it);
}

/* ---- answers ---- */

void host_answer_open(host_shipper *s) {
    s->nodes = &s->own_nodes;
    s->out = &s->message->bytes;
    CHECK(rt_encode_header(s->out, 0, 0));
    s->root_count = 0;
}

host_answer_place host_answer_mark(const host_shipper *s) {
    return (host_answer_place){s->message->bytes.size, s->own_nodes.size,
                               s->message->object_count, s->root_count,
                               s->node_count};
}

/* What was met is forgotten as well: its numbers are gone. */
void host_answer_undo(host_shipper *s, const host_answer_place *place) {
    rt_message *message = s->message;
    s->out = &message->bytes;
    s->out->size = place->size;
    s->own_nodes.size = place->nodes_size;
    s->root_count = place->root_count;
    s->written = s->node_count = place->node_count;
    s->kinds.size = place->node_count;
    while (message->object_count > place->object_count)
        rt_object_unref(message->objects[--message->object_count]);
    s->is_open = false;
}

bool host_answer_put_plain(host_shipper *s) {
    bool is_plain = host_shipper_put_plain(s);
    s->root_count += is_plain;
    return is_plain;
}

/* Results of different items share nothing: how many travel together must not
 * matter. */
static bool put_result(host_shipper *s) {
    if (host_answer_put_plain(s)) return true;
    if (!host_shipper_put(s, "")) return false;
    s->root_count++;
    if (s->written == s->node_count) return true;
    bool ok = host_shipper_run(s);
    s->out = &s->message->bytes;
    s->is_open = false;
    return ok;
}

void host_answer_put(host_shipper *s) {
    lua_State *L = s->L;
    host_answer_place place = host_answer_mark(s);
    int value = lua_gettop(L);
    if (put_result(s)) return;
    host_answer_undo(s, &place);
    /* Says why. */
    rt_message_free(host_ship(L, value, 1, s->target, "result %d"));
    luaL_error(L, "result cannot be sent");
}

void host_answer_put_count(host_shipper *s, lua_Integer count) {
    CHECK(rt_encode_int(s->out, count));
    s->root_count++;
}

static rt_message *begin_again(host_shipper *s) {
    rt_message *next = rt_message_new();
    if (!next) return NULL;
    if (rt_encode_header(&next->bytes, 0, 0)) {
        rt_message_free(next);
        return NULL;
    }
    rt_message *message = s->message;
    s->message = next;
    s->out = &next->bytes;
    s->own_nodes.size = 0;
    s->kinds.size = 0;
    s->written = s->node_count = s->root_count = 0;
    s->is_open = false;
    return message;
}

rt_message *host_answer_take(host_shipper *s) {
    rt_message *message = s->message;
    rt_encode_patch_header(&message->bytes, s->root_count, s->node_count);
    if (rt_buffer_add(&message->bytes, s->own_nodes.bytes, s->own_nodes.size))
        return NULL;
    return begin_again(s);
}
