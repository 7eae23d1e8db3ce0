/* lib_http_server.c - what lua/http_server.lua is made of.
 *
 *     local raw = require("plait.internal").http_server()
 *     local reader, why = raw.reader(16384)
 *     local from, body, is_complete = raw.feed(reader, bytes, 1)
 *     local method, target, headers, minor, keeps_alive, size = raw.head(reader, mt)
 *     raw.report(task)
 */
#include "lib/lib_http_server.h"

#include <lauxlib.h>
#include <string.h>

#include "core/end.h"
#include "core/task.h"
#include "io/http_reader.h"

#define READER_TYPE "plait.http.reader"

/* The body of one feed stays in `body` until it is a string of Lua. */
typedef struct reader_box {
    rt_http_reader *reader;
    rt_buffer body;
} reader_box;

static reader_box *check_reader(lua_State *L) {
    return luaL_checkudata(L, 1, READER_TYPE);
}

static int reader_gc(lua_State *L) {
    reader_box *box = check_reader(L);
    rt_http_reader_free(box->reader);
    box->reader = NULL;
    rt_buffer_deinit(&box->body);
    return 0;
}

/* reader(limit of a head) -> reader | nil, message */
static int server_reader(lua_State *L) {
    size_t limit = (size_t)luaL_checkinteger(L, 1);
    reader_box *box = lua_newuserdatauv(L, sizeof *box, 0);
    box->reader = NULL;
    rt_buffer_init(&box->body);
    if (luaL_newmetatable(L, READER_TYPE)) {
        lua_pushcfunction(L, reader_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    rt_error err;
    int status = rt_http_reader_new(limit, &box->reader, &err);
    if (status == RT_OK) return 1;
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    lua_pushstring(L, err.message);
    return 2;
}

/* feed(reader, bytes, from) -> where it goes on, what came of the body, whether
 * the request is complete | nil, status of HTTP, what is wrong */
static int server_feed(lua_State *L) {
    reader_box *box = check_reader(L);
    size_t size, used;
    const char *bytes = luaL_checklstring(L, 2, &size);
    size_t from = (size_t)luaL_checkinteger(L, 3) - 1;
    luaL_argcheck(L, from <= size, 3, "out of range");
    box->body.size = 0;
    int status = rt_http_reader_feed(box->reader, bytes + from, size - from,
                                     &used, &box->body);
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    if (status != RT_OK) {
        lua_pushnil(L);
        lua_pushinteger(L, status);
        lua_pushstring(L, rt_http_reader_problem(box->reader));
        return 3;
    }
    lua_pushinteger(L, (lua_Integer)(from + used) + 1);
    lua_pushlstring(L, box->body.size ? box->body.bytes : "", box->body.size);
    lua_pushboolean(L, rt_http_reader_is_complete(box->reader));
    return 3;
}

/* is_begun(reader) -> whether something of a request has come, but not all */
static int server_is_begun(lua_State *L) {
    lua_pushboolean(L, rt_http_reader_is_begun(check_reader(L)->reader));
    return 1;
}

/* Sets the field in the table on the top. One that comes several times is one
 * list, as the rules of HTTP have it; but Cookie has a separator of its own. */
static void set_field(lua_State *L, const rt_http_head *head,
                      const rt_http_field *field) {
    const char *name = head->text + field->name;
    const char *value = head->text + field->value;
    lua_pushlstring(L, name, field->name_size);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -3) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushlstring(L, value, field->value_size);
    } else {
        bool is_cookie = strcmp(lua_tostring(L, -2), "cookie") == 0;
        lua_pushstring(L, is_cookie ? "; " : ", ");
        lua_pushlstring(L, value, field->value_size);
        lua_concat(L, 3);
    }
    lua_rawset(L, -3);
}

/* head(reader, metatable of headers) -> method, target, headers, minor version,
 * whether the connection may go on, how many bytes the body has: 0, nil if that is
 * not known | nil: it is not complete */
static int server_head(lua_State *L) {
    const rt_http_head *head = rt_http_reader_head(check_reader(L)->reader);
    luaL_checktype(L, 2, LUA_TTABLE);
    if (!head) return 0;
    lua_pushstring(L, head->method);
    lua_pushlstring(L, head->text, head->target_size);
    lua_createtable(L, 0, (int)head->field_count);
    for (size_t i = 0; i < head->field_count; i++)
        set_field(L, head, &head->fields[i]);
    lua_pushvalue(L, 2);
    lua_setmetatable(L, -2);
    lua_pushinteger(L, head->minor_version);
    lua_pushboolean(L, head->keeps_alive && !head->is_upgrade);
    if (head->is_chunked)
        lua_pushnil(L);
    else
        lua_pushinteger(L, head->body_size > INT64_MAX
                               ? LUA_MAXINTEGER
                               : (lua_Integer)head->body_size);
    return 6;
}

/* report(task): one that has failed; nobody else will receive its error */
static int server_report(lua_State *L) {
    luaL_argcheck(L, host_task_test(L, 1), 1, "task expected");
    lua_settop(L, 1);
    host_task_observe(L, 1);
    host_task_push_error(L, 1);
    host_task_push_report(L, 1);
    host_report_task(L, 1, 2, 3);
    atomic_fetch_add(&host_of(L)->runtime->unhandled_count, 1);
    return 0;
}

static const luaL_Reg functions[] = {
    {"reader", server_reader}, {"feed", server_feed},
    {"head", server_head},     {"is_begun", server_is_begun},
    {"report", server_report}, {NULL, NULL},
};

static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_http_server(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "http_server");
    lua_pop(L, 2);
}
