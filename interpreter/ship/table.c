/* table.c - tables, and the runs of plain values that long ones consist of.
 *
 * Of a table the elements 1 to #t are written as an array, all else as pairs.
 * Lua keeps most lists in one block and walks through that in order, so one
 * walk with lua_next writes the array, and tells at its end whether there is
 * anything else. Where the elements stand elsewhere the walk leaves them out
 * of order; then what is left of the array is fetched by number.
 *
 * Plain values are stored into room that was made for many of them: no call a
 * value but Lua's own. Everything else goes through host_shipper_put. */
#include <lauxlib.h>
#include <string.h>

#include "data/store.h"
#include "ship/item.h"
#include "ship/shipper.h"

#define CHECK(call) host_shipper_check(s, (call))

enum {
    BLOCK = 512, /* values that room is made for at once */
    FETCH = 16,  /* elements on the stack at once */
    HEAD_ROOM = 5 + 1 + 9 + 9,
    STRING_MAX = 64 * 1024 /* longer ones are not copied here */
};

/* ---- runs ---- */

/* Where the next values go; `last` is the last place where one may begin. */
typedef struct run {
    uint8_t *at;
    const uint8_t *last;
} run;

static void open_run(host_shipper *s, run *r, lua_Integer values) {
    size_t count = values < BLOCK ? (size_t)values + 1 : BLOCK;
    CHECK(rt_buffer_reserve(s->out, count * RT_STORE_MAX));
    uint8_t *bytes = (uint8_t *)s->out->bytes;
    r->at = bytes + s->out->size;
    r->last = bytes + s->out->capacity - RT_STORE_MAX;
}

static void close_run(host_shipper *s, const run *r) {
    s->out->size = (size_t)(r->at - (uint8_t *)s->out->bytes);
}

static bool store_string(lua_State *L, int index, run *r) {
    size_t size;
    const char *bytes = lua_tolstring(L, index, &size);
    if (size > STRING_MAX || size > (size_t)(r->last - r->at)) return false;
    r->at = rt_store_str_head(r->at, (uint32_t)size);
    memcpy(r->at, bytes, size);
    r->at += size;
    return true;
}

/* Stores the value at `index`; false if it is not plain or needs more room. */
__attribute__((always_inline)) static inline bool
store_plain(lua_State *L, int index, run *r) {
    if (r->at > r->last) return false;
    if (lua_isinteger(L, index)) {
        r->at = rt_store_int(r->at, lua_tointegerx(L, index, NULL));
        return true;
    }
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        r->at = rt_store_float(r->at, lua_tonumberx(L, index, NULL));
        return true;
    case LUA_TSTRING:
        return store_string(L, index, r);
    case LUA_TBOOLEAN:
        r->at = rt_store_bool(r->at, lua_toboolean(L, index));
        return true;
    case LUA_TNIL:
        r->at = rt_store_nil(r->at);
        return true;
    }
    return false;
}

/* Writes the value on the top, of any kind; then there is room for `left`
 * more. May leave values on the stack. */
static bool put_any(host_shipper *s, run *r, lua_Integer left,
                    const char *label) {
    close_run(s, r);
    bool ok = host_shipper_put(s, label);
    open_run(s, r, left);
    return ok;
}

bool host_shipper_put_plain(host_shipper *s) {
    run r;
    rt_buffer *out = s->out;
    if (out->capacity - out->size < RT_STORE_MAX)
        CHECK(rt_buffer_reserve(out, BLOCK * RT_STORE_MAX));
    r.at = (uint8_t *)out->bytes + out->size;
    r.last = (uint8_t *)out->bytes + out->capacity - RT_STORE_MAX;
    if (!store_plain(s->L, -1, &r)) return false;
    close_run(s, &r);
    return true;
}

/* Stores elements as long as they are plain, a few at a time; returns the first
 * one that was not stored. */
static lua_Integer store_elements(lua_State *L, run *r, int list, lua_Integer i,
                                  lua_Integer last) {
    int top = lua_gettop(L), fetched, done;
    do {
        fetched = last - i + 1 < FETCH ? (int)(last - i + 1) : FETCH;
        for (int k = 0; k < fetched; k++) lua_rawgeti(L, list, i + k);
        done = 0;
        while (done < fetched && store_plain(L, top + 1 + done, r)) done++;
        lua_settop(L, top);
        i += done;
    } while (i <= last && done == fetched);
    return i;
}

static bool put_element(host_shipper *s, run *r, int list, lua_Integer i,
                        lua_Integer left, const char *what) {
    lua_State *L = s->L;
    int top = lua_gettop(L);
    lua_rawgeti(L, list, i);
    const char *label = "";
    if (s->is_tracking) {
        label = lua_pushfstring(L, what, (LUAI_UACINT)i);
        lua_insert(L, -2);
    }
    bool ok = put_any(s, r, left, label);
    lua_settop(L, top);
    return ok;
}

bool host_shipper_put_slice(host_shipper *s, int list, lua_Integer first,
                            lua_Integer last, const char *what) {
    run r;
    bool ok = true;
    luaL_checkstack(s->L, FETCH + 20, "list");
    open_run(s, &r, last - first + 1);
    for (lua_Integer i = first; i <= last && ok; i++) {
        if (!s->is_tracking) i = store_elements(s->L, &r, list, i, last);
        if (i <= last) ok = put_element(s, &r, list, i, last - i, what);
    }
    close_run(s, &r);
    return ok;
}

/* ---- tables ---- */

/* One node in the making: its table, at that index; elements 1 to `array` are
 * its array; `walked` of them were written by the walk, and the walk goes on
 * behind the last of those. */
typedef struct node {
    int table;
    lua_Integer array;
    lua_Integer walked;
    lua_Integer hash; /* the number of pairs */
    size_t head;      /* where the node begins in s->out, and its head's size */
    size_t head_size;
} node;

static size_t store_head(const node *n, uint8_t head[HEAD_ROOM]) {
    uint8_t *at = head;
    at = rt_store_array_head(at, (uint32_t)(4 + n->array + 2 * n->hash));
    at = rt_store_int(at, RT_NODE_TABLE);
    at = rt_store_int(at, n->array);
    at = rt_store_int(at, n->hash);
    return (size_t)(at - head);
}

/* Nearly all lists have no pairs, so that is what is written first. */
static bool put_head(host_shipper *s, node *n) {
    lua_State *L = s->L;
    uint8_t head[HEAD_ROOM];
    n->head = s->out->size;
    n->head_size = store_head(n, head);
    CHECK(rt_buffer_add(s->out, head, n->head_size));
    if (!lua_getmetatable(L, n->table)) {
        CHECK(rt_encode_nil(s->out));
        return true;
    }
    bool ok = host_shipper_put(s, s->is_tracking ? " (metatable)" : "");
    lua_settop(L, n->table);
    return ok;
}

/* Writes the head once more, now that the number of pairs is known. */
static void correct_head(host_shipper *s, node *n) {
    uint8_t head[HEAD_ROOM];
    size_t size = store_head(n, head);
    CHECK(rt_buffer_reserve(s->out, HEAD_ROOM));
    char *at = s->out->bytes + n->head;
    memmove(at + size, at + n->head_size,
            s->out->size - n->head - n->head_size);
    memcpy(at, head, size);
    s->out->size = s->out->size - n->head_size + size;
    n->head_size = size;
}

/* Whether the key at `key` is one of the array. */
static bool is_in_array(lua_State *L, int key, lua_Integer array) {
    if (!lua_isinteger(L, key)) return false;
    lua_Integer i = lua_tointeger(L, key);
    return i >= 1 && i <= array;
}

/* Whether the elements after those written and before `key` are nil, and do not
 * just come later in the walk. */
static bool is_gap(lua_State *L, const node *n, lua_Integer key) {
    bool is_nil = true;
    for (lua_Integer i = n->walked + 1; i < key && is_nil; i++) {
        is_nil = lua_rawgeti(L, n->table, i) == LUA_TNIL;
        lua_pop(L, 1);
    }
    return is_nil;
}

/* Whether the element with the key below the top is the one that comes next in
 * the array; those between are nil. */
static bool is_next(lua_State *L, const node *n, lua_Integer *key) {
    if (!lua_isinteger(L, -2)) return false;
    *key = lua_tointegerx(L, -2, NULL);
    return *key > n->walked && *key <= n->array && is_gap(L, n, *key);
}

static void put_gap(host_shipper *s, run *r, node *n, lua_Integer key) {
    while (++n->walked < key) {
        if (r->at > r->last) {
            close_run(s, r);
            open_run(s, r, n->array - n->walked);
        }
        r->at = rt_store_nil(r->at);
    }
}

/* Writes the array, as far as the walk comes by it in order. */
static bool walk_array(host_shipper *s, node *n) {
    lua_State *L = s->L;
    run r;
    lua_Integer key;
    int top = n->table + 1; /* of the key */
    bool ok = true;
    open_run(s, &r, n->array);
    lua_pushnil(L);
    while (n->walked < n->array && lua_next(L, n->table) &&
           is_next(L, n, &key)) {
        put_gap(s, &r, n, key);
        if (!store_plain(L, -1, &r)) {
            ok = put_any(s, &r, n->array - key, "");
            if (!ok) break;
        }
        lua_settop(L, top);
    }
    close_run(s, &r);
    lua_settop(L, n->table);
    return ok;
}

/* Where a walk over all but what walk_array has written begins. */
static void push_walked(lua_State *L, const node *n) {
    if (n->walked > 0)
        lua_pushinteger(L, n->walked);
    else
        lua_pushnil(L);
}

static void count_pairs(lua_State *L, node *n) {
    push_walked(L, n);
    while (lua_next(L, n->table)) {
        if (!is_in_array(L, -2, n->array)) n->hash++;
        lua_pop(L, 1);
    }
}

/* The step to the value of the key at `key`, for paths; "" unless tracking. */
static const char *label_of(host_shipper *s, int key) {
    return s->is_tracking ? host_push_step(s->L, key) : "";
}

/* Those of a shared table are scalars and objects. */
static bool put_key(host_shipper *s, int key) {
    lua_State *L = s->L;
    const char *label = s->is_tracking ? " (key)" : "";
    if (s->is_stored && !host_is_stored_key(L, key))
        return host_shipper_refuse(
            s, label, lua_pushfstring(L, "a %s", luaL_typename(L, key)));
    lua_pushvalue(L, key);
    return host_shipper_put(s, label);
}

/* The key is at `key`, its value above it, at the top. */
static bool put_pair(host_shipper *s, int key) {
    lua_State *L = s->L;
    if (!put_key(s, key)) return false;
    lua_settop(L, key + 1);
    const char *label = label_of(s, key);
    lua_pushvalue(L, key + 1);
    return host_shipper_put(s, label);
}

static bool put_pairs(host_shipper *s, const node *n) {
    lua_State *L = s->L;
    int key = n->table + 1;
    push_walked(L, n);
    while (lua_next(L, n->table)) {
        if (!is_in_array(L, key, n->array) && !put_pair(s, key)) return false;
        lua_settop(L, key);
    }
    return true;
}

static bool fits(const node *n) {
    return n->array <= INT32_MAX && n->hash <= INT32_MAX &&
           n->array + 2 * n->hash <= INT32_MAX;
}

static bool refuse(host_shipper *s) {
    return host_shipper_refuse(s, "", "a table with too many elements");
}

bool host_shipper_write_table(host_shipper *s, int table) {
    lua_State *L = s->L;
    node n = {.table = table, .array = (lua_Integer)lua_rawlen(L, table)};
    if (!fits(&n)) return refuse(s);
    if (!put_head(s, &n)) return false;
    if (n.array > 0 && !s->is_tracking && !walk_array(s, &n)) return false;
    if (n.walked < n.array &&
        !host_shipper_put_slice(s, table, n.walked + 1, n.array, "[%I]"))
        return false;
    count_pairs(L, &n);
    if (n.hash == 0) return true;
    if (!fits(&n)) return refuse(s);
    correct_head(s, &n);
    return put_pairs(s, &n);
}
