/* sending.c */
#include "core/sending.h"

#include <lauxlib.h>

#include "core/proxy.h"

#define SENDING_TYPE "plait.sending"

static int sending_gc(lua_State *L) {
    host_sending *sending = luaL_checkudata(L, 1, SENDING_TYPE);
    rt_item_clear(&sending->item);
    return 0;
}

static int sending_tostring(lua_State *L) {
    const host_sending *sending = luaL_checkudata(L, 1, SENDING_TYPE);
    lua_pushfstring(L, "%s (to channel %d)", SENDING_TYPE,
                    (int)sending->channel->id);
    return 1;
}

host_sending *host_sending_push(lua_State *L, int index) {
    index = lua_absindex(L, index);
    host_sending *sending = lua_newuserdatauv(L, sizeof *sending, 1);
    sending->channel = host_proxy_test(L, index, RT_KIND_CHANNEL);
    sending->item.kind = RT_ITEM_NIL;
    lua_pushvalue(L, index);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, SENDING_TYPE);
    return sending;
}

host_sending *host_sending_test(lua_State *L, int index) {
    return luaL_testudata(L, index, SENDING_TYPE);
}

void host_sending_set_up(lua_State *L) {
    luaL_newmetatable(L, SENDING_TYPE);
    lua_pushcfunction(L, sending_gc);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, sending_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
