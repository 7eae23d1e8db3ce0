/* lib_foreign.c - values of other languages as bytes that come and go.
 *
 *     local bytes = internal.foreign_encode("json", {1, 2})   -- "[1,2]\n"
 *     local frames = internal.foreign_frames("msgpack")
 *     frames:feed(bytes)                    -- whatever has come
 *     local is_there, value = frames:next() -- true, value; nil; false, message
 *     local rest = frames:rest()            -- at the end: nil, or a message
 *
 * Messages name a byte of all that came, of which the first is byte 1. */
#include "lib/lib_foreign.h"

#include <inttypes.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "core/foreign.h"
#include "data/msgpack.h"

#define FRAMES_TYPE "plait.frames"
#define BYTES_TYPE "plait.bytes"

enum { KEPT_BYTES = 1 << 16 }; /* of those that were taken */

typedef struct frames {
    host_foreign_format format;
    rt_buffer bytes;
    size_t begin;  /* of the value that is next */
    uint64_t gone; /* how many bytes were before `bytes` */
    rt_msgpack_scan scan;
    size_t looked; /* JSON: bytes of the value without a line end */
} frames;

static host_foreign_format check_format(lua_State *L, int arg) {
    static const char *const names[] = {"msgpack", "json", NULL};
    return (host_foreign_format)luaL_checkoption(L, arg, NULL, names);
}

/* ---- encoding ---- */

static int bytes_gc(lua_State *L) {
    rt_buffer_deinit(luaL_checkudata(L, 1, BYTES_TYPE));
    return 0;
}

/* foreign_encode(format, value) -> string; of JSON with its line end */
static int foreign_encode(lua_State *L) {
    host_foreign_format format = check_format(L, 1);
    lua_settop(L, 2);
    rt_buffer *to = lua_newuserdatauv(L, sizeof *to, 0);
    rt_buffer_init(to);
    if (luaL_newmetatable(L, BYTES_TYPE)) {
        lua_pushcfunction(L, bytes_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    host_foreign_write(L, 2, format, to);
    if (format == HOST_FOREIGN_JSON && rt_buffer_add(to, "\n", 1))
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, to->bytes, to->size);
    rt_buffer_deinit(to);
    rt_buffer_init(to);
    return 1;
}

/* ---- decoding ---- */

static frames *check_frames(lua_State *L) {
    return luaL_checkudata(L, 1, FRAMES_TYPE);
}

static int frames_gc(lua_State *L) {
    rt_buffer_deinit(&check_frames(L)->bytes);
    return 0;
}

/* Moves what is left to the front, if much was taken. */
static void tidy(frames *f) {
    size_t left = f->bytes.size - f->begin;
    if (f->begin < KEPT_BYTES && left > 0) return;
    if (left > 0) memmove(f->bytes.bytes, f->bytes.bytes + f->begin, left);
    f->gone += f->begin;
    f->bytes.size = left;
    f->begin = 0;
}

/* frames:feed(string) */
static int frames_feed(lua_State *L) {
    frames *f = check_frames(L);
    size_t size;
    const char *bytes = luaL_checklstring(L, 2, &size);
    tidy(f);
    if (rt_buffer_add(&f->bytes, bytes, size))
        return luaL_error(L, "not enough memory");
    return 0;
}

static int push_wrong(lua_State *L, const frames *f, size_t at,
                      const char *why) {
    char text[200];
    (void)snprintf(text, sizeof text, "%s at byte %" PRIu64, why,
                   f->gone + f->begin + at + 1);
    lua_pushboolean(L, 0);
    lua_pushstring(L, text);
    return 2;
}

static const char *begin_of(const frames *f) {
    return f->bytes.bytes + f->begin;
}

static int push_msgpack(lua_State *L, frames *f) {
    size_t left = f->bytes.size - f->begin;
    int status = rt_msgpack_scan_on(&f->scan, begin_of(f), left);
    if (status == RT_PENDING && left <= HOST_FOREIGN_LIMIT) return 0;
    if (status == RT_ETYPE)
        return push_wrong(L, f, f->scan.at, "an extension type");
    if (status != RT_OK && status != RT_PENDING)
        return push_wrong(L, f, f->scan.at, "no MessagePack");
    if (status == RT_PENDING || f->scan.at > HOST_FOREIGN_LIMIT)
        return push_wrong(L, f, 0, "a value of more than 64 MiB");
    host_foreign_error err;
    lua_pushboolean(L, 1);
    if (!host_foreign_push_msgpack(L, begin_of(f), f->scan.at, &err))
        return push_wrong(L, f, err.at, err.why);
    f->begin += f->scan.at;
    f->scan = (rt_msgpack_scan){0};
    return 2;
}

static bool is_blank(const char *line, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (!line[i] || !strchr(" \t\r", line[i])) return false;
    return true;
}

static int push_json(lua_State *L, frames *f) {
    for (;;) {
        const char *line = begin_of(f);
        size_t left = f->bytes.size - f->begin;
        const char *end = left > f->looked
                              ? memchr(line + f->looked, '\n', left - f->looked)
                              : NULL;
        size_t size = end ? (size_t)(end - line) : left;
        f->looked = end ? 0 : left;
        if (size > HOST_FOREIGN_LIMIT)
            return push_wrong(L, f, 0, "a line of more than 64 MiB");
        if (!end) return 0;
        if (is_blank(line, size)) {
            f->begin += size + 1;
            continue;
        }
        host_foreign_error err;
        lua_pushboolean(L, 1);
        if (!host_foreign_push_json(L, line, size, &err))
            return push_wrong(L, f, err.at, err.why);
        f->begin += size + 1;
        return 2;
    }
}

/* frames:next() -> true, value;  nothing: it has not come yet;  false, message */
static int frames_next(lua_State *L) {
    frames *f = check_frames(L);
    lua_settop(L, 1);
    if (f->begin == f->bytes.size) return 0;
    return f->format == HOST_FOREIGN_JSON ? push_json(L, f)
                                          : push_msgpack(L, f);
}

/* frames:rest() -> nil: there is nothing of another value; or a message */
static int frames_rest(lua_State *L) {
    const frames *f = check_frames(L);
    size_t left = f->bytes.size - f->begin;
    if (left == 0 ||
        (f->format == HOST_FOREIGN_JSON && is_blank(begin_of(f), left)))
        return 0;
    (void)push_wrong(L, f, left, "the end in the middle of a value");
    return 1;
}

/* foreign_frames(format) -> frames */
static int foreign_frames(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"feed", frames_feed}, {"next", frames_next}, {"rest", frames_rest},
        {"__gc", frames_gc},   {NULL, NULL},
    };
    host_foreign_format format = check_format(L, 1);
    frames *f = lua_newuserdatauv(L, sizeof *f, 0);
    *f = (frames){.format = format};
    rt_buffer_init(&f->bytes);
    if (luaL_newmetatable(L, FRAMES_TYPE)) {
        luaL_setfuncs(L, methods, 0);
        lua_pushvalue(L, -1);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
    return 1;
}

void host_open_foreign(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, foreign_encode);
    lua_setfield(L, -2, "foreign_encode");
    lua_pushcfunction(L, foreign_frames);
    lua_setfield(L, -2, "foreign_frames");
    lua_pop(L, 2);
}
