/* ticket.c */
#include "core/ticket.h"

#include <lauxlib.h>

/* Registry: the newest ticket; and what all of them have. */
static const char key_ticket, key_metatable;

/* __gc. One that is not the newest says nothing. */
static int ticket_gc(lua_State *L) {
    host_ticket *ticket = host_of(L)->ticket;
    if (!ticket || ticket->current != lua_touserdata(L, 1)) return 0;
    ticket->current = NULL;
    ticket->on_close(L, ticket);
    return 0;
}

void host_ticket_make(lua_State *L) {
    host_ticket *ticket = host_of(L)->ticket;
    if (!ticket->current) return;
    luaL_checkstack(L, 3, "ticket");
    (void)lua_newuserdatauv(L, 0, 0);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_metatable);
    lua_setmetatable(L, -2);
    const void *newest = lua_touserdata(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_ticket);
    ticket->current = newest;
}

static int make(lua_State *L) {
    host_ticket_make(L);
    return 0;
}

void host_ticket_try(lua_State *L) {
    if (!lua_checkstack(L, 1)) return;
    lua_pushcfunction(L, make);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) lua_pop(L, 1);
}

void host_ticket_attach(lua_State *L, host_ticket *ticket) {
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, ticket_gc);
    lua_setfield(L, -2, "__gc");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_metatable);
    host_of(L)->ticket = ticket;
    ticket->current = ticket; /* anything */
    host_ticket_make(L);
}
