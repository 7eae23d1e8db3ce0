/* foreign_write.c - walks a value and writes it. The tables that it is in are known by
 * a chain of places on the C stack, from which the name of a refused value is made,
 * and in which a table that contains itself is found. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/check.h"
#include "core/failure.h"
#include "core/foreign.h"
#include "data/encode.h"
#include "data/msgpack.h"
#include "exec/record.h"

/* A value, and where it is in which table. */
typedef struct place {
    const struct place *outer; /* NULL: it is the whole value */
    int value;                 /* stack indices */
    int key;
} place;

typedef struct writing {
    lua_State *L;
    rt_buffer *to;
    host_foreign_format format;
    int depth;
} writing;

static void write_value(writing *w, const place *at);

/* ---- refusing ---- */

/* Is "value.list[2]". */
static void add_place(lua_State *L, luaL_Buffer *b, const place *at) {
    if (!at->outer) {
        luaL_addstring(b, "value");
        return;
    }
    add_place(L, b, at->outer);
    size_t size = 0;
    const char *key = lua_type(L, at->key) == LUA_TSTRING
                          ? lua_tolstring(L, at->key, &size)
                          : NULL;
    size_t plain = key ? strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO"
                                     "PQRSTUVWXYZ_0123456789")
                       : 0;
    if (key && size > 0 && plain == size) {
        luaL_addstring(b, ".");
        luaL_addlstring(b, key, size);
        return;
    }
    luaL_addstring(b, "[");
    if (key) {
        lua_pushfstring(L, "\"%s\"", key);
        luaL_addvalue(b);
    } else {
        luaL_tolstring(L, at->key, NULL);
        luaL_addvalue(b);
    }
    luaL_addstring(b, "]");
}

static void refuse(const writing *w, const place *at, const char *why) {
    luaL_Buffer b;
    luaL_buffinit(w->L, &b);
    add_place(w->L, &b, at);
    luaL_pushresult(&b);
    host_raise(w->L, "send", "%s %s", lua_tostring(w->L, -1), why);
}

static void refuse_kind(const writing *w, const place *at, int value,
                        const char *prefix) {
    const char *why = lua_pushfstring(
        w->L, "%s%s, which %s cannot express", prefix,
        host_describe(w->L, value),
        w->format == HOST_FOREIGN_JSON ? "JSON" : "MessagePack");
    refuse(w, at, why);
}

static void check_written(const writing *w, int status) {
    if (status == RT_ENOMEMORY) luaL_error(w->L, "not enough memory");
    if (status != RT_OK || w->to->size > HOST_FOREIGN_LIMIT)
        host_raise(w->L, "send", "value takes more than %d bytes",
                   HOST_FOREIGN_LIMIT);
}

static void add(const writing *w, const char *bytes, size_t size) {
    check_written(w, rt_buffer_add(w->to, bytes, size));
}

/* ---- scalars ---- */

static void write_float(const writing *w, const place *at, double number) {
    if (w->format == HOST_FOREIGN_MSGPACK) {
        check_written(w, rt_encode_float(w->to, number));
        return;
    }
    if (!isfinite(number)) refuse_kind(w, at, at->value, "is ");
    char text[40];
    int size = snprintf(text, sizeof text, "%.15g", number);
    if (strtod(text, NULL) != number)
        size = snprintf(text, sizeof text, "%.17g", number);
    for (char *c = text; *c; c++)
        if (*c == ',') *c = '.'; /* of the locale */
    bool is_whole = strspn(text, "-0123456789") == (size_t)size;
    add(w, text, (size_t)size);
    if (is_whole) add(w, ".0", 2);
}

static void write_int(const writing *w, lua_Integer number) {
    if (w->format == HOST_FOREIGN_MSGPACK) {
        check_written(w, rt_encode_int(w->to, number));
        return;
    }
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)number);
    add(w, text, (size_t)size);
}

static void write_string(const writing *w, const place *at, int index) {
    size_t size;
    const char *bytes = lua_tolstring(w->L, index, &size);
    bool is_text = rt_utf8_is_valid(bytes, size);
    if (w->format == HOST_FOREIGN_MSGPACK)
        check_written(w, is_text ? rt_encode_str(w->to, bytes, size)
                                 : rt_encode_bin(w->to, bytes, size));
    else if (is_text)
        check_written(w, rt_json_add_string(w->to, bytes, size));
    else
        refuse(w, at,
               "is, or has as a key, a string that is no UTF-8, which "
               "JSON cannot express");
}

static void write_nil(const writing *w) {
    if (w->format == HOST_FOREIGN_MSGPACK)
        check_written(w, rt_encode_nil(w->to));
    else
        add(w, "null", 4);
}

static void write_bool(const writing *w, bool value) {
    if (w->format == HOST_FOREIGN_MSGPACK)
        check_written(w, rt_encode_bool(w->to, value));
    else
        add(w, value ? "true" : "false", value ? 4 : 5);
}

/* ---- tables ---- */

typedef struct shape {
    bool is_list;
    lua_Integer count; /* of the list's elements, or of pairs */
} shape;

static shape look(lua_State *L, int table) {
    lua_Integer ints = 0, pairs = 0, most = 0, n = -1;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        pairs++;
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1) {
            ints++;
            if (lua_tointeger(L, -2) > most) most = lua_tointeger(L, -2);
        } else if (lua_type(L, -2) == LUA_TSTRING && lua_isinteger(L, -1) &&
                   strcmp(lua_tostring(L, -2), "n") == 0) {
            n = lua_tointeger(L, -1);
        }
    }
    if (ints == pairs && most == ints) return (shape){true, ints};
    if (ints > 0 && ints + 1 == pairs && n >= most) return (shape){true, n};
    return (shape){false, pairs};
}

static void write_list(writing *w, const place *at, lua_Integer count) {
    lua_State *L = w->L;
    bool is_json = w->format == HOST_FOREIGN_JSON;
    if (count > HOST_FOREIGN_LIMIT) check_written(w, RT_ELIMIT);
    if (is_json)
        add(w, "[", 1);
    else
        check_written(w, rt_encode_array(w->to, (uint32_t)count));
    for (lua_Integer i = 1; i <= count; i++) {
        if (is_json && i > 1) add(w, ",", 1);
        lua_pushinteger(L, i);
        lua_rawgeti(L, at->value, i);
        place inner = {at, lua_gettop(L), lua_gettop(L) - 1};
        write_value(w, &inner);
        lua_pop(L, 2);
    }
    if (is_json) add(w, "]", 1);
}

static void write_key(const writing *w, const place *at, int key) {
    if (lua_type(w->L, key) == LUA_TSTRING)
        write_string(w, at, key);
    else if (w->format == HOST_FOREIGN_JSON)
        refuse_kind(w, at, key, "has a key that is ");
    else if (lua_isinteger(w->L, key))
        write_int(w, lua_tointeger(w->L, key));
    else if (lua_type(w->L, key) == LUA_TNUMBER)
        write_float(w, at, lua_tonumber(w->L, key));
    else if (lua_isboolean(w->L, key))
        write_bool(w, lua_toboolean(w->L, key));
    else
        refuse_kind(w, at, key, "has a key that is ");
}

static void write_map(writing *w, const place *at, lua_Integer count) {
    lua_State *L = w->L;
    bool is_json = w->format == HOST_FOREIGN_JSON, is_first = true;
    if (count > HOST_FOREIGN_LIMIT) check_written(w, RT_ELIMIT);
    if (is_json)
        add(w, "{", 1);
    else
        check_written(w, rt_msgpack_encode_map(w->to, (uint32_t)count));
    for (lua_pushnil(L); lua_next(L, at->value); lua_pop(L, 1)) {
        if (is_json && !is_first) add(w, ",", 1);
        is_first = false;
        place inner = {at, lua_gettop(L), lua_gettop(L) - 1};
        write_key(w, at, inner.key);
        if (is_json) add(w, ":", 1);
        write_value(w, &inner);
    }
    if (is_json) add(w, "}", 1);
}

static void write_table(writing *w, const place *at) {
    for (const place *outer = at->outer; outer; outer = outer->outer)
        if (lua_rawequal(w->L, outer->value, at->value))
            refuse(w, at, "is a table that it is in itself");
    if (lua_getmetatable(w->L, at->value))
        refuse_kind(w, at, at->value, "is an object: ");
    if (++w->depth > HOST_FOREIGN_DEPTH)
        host_raise(w->L, "send", "value has more than %d tables in each other",
                   HOST_FOREIGN_DEPTH);
    shape s = look(w->L, at->value);
    if (s.is_list)
        write_list(w, at, s.count);
    else
        write_map(w, at, s.count);
    w->depth--;
}

static void write_value(writing *w, const place *at) {
    lua_State *L = w->L;
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    switch (lua_type(L, at->value)) {
    case LUA_TNIL:
        write_nil(w);
        return;
    case LUA_TBOOLEAN:
        write_bool(w, lua_toboolean(L, at->value));
        return;
    case LUA_TNUMBER:
        if (lua_isinteger(L, at->value))
            write_int(w, lua_tointeger(L, at->value));
        else
            write_float(w, at, lua_tonumber(L, at->value));
        return;
    case LUA_TSTRING:
        write_string(w, at, at->value);
        return;
    case LUA_TTABLE:
        write_table(w, at);
        return;
    }
    refuse_kind(w, at, at->value, "is ");
}

void host_foreign_write(lua_State *L, int index, host_foreign_format format,
                        rt_buffer *to) {
    writing w = {.L = L, .to = to, .format = format};
    place whole = {.value = lua_absindex(L, index)};
    write_value(&w, &whole);
}
