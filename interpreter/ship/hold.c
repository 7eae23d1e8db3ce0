/* hold.c */
#include "ship/hold.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/held.h"
#include "core/holder.h"
#include "core/place.h"
#include "ship/item.h"

void host_hold_find_place(lua_State *L, lua_Debug *place) {
    if (host_place_find(L, 1, place)) return;
    place->short_src[0] = '\0';
    place->currentline = 0;
}

void host_hold_got(host_strand *strand, rt_lock *lock, const lua_Debug *place) {
    host_held_add(strand, lock);
    rt_lock_note(lock, place->short_src, place->currentline);
}

static rt_item integer(int64_t number) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
}

int host_hold_call(lua_State *L, host_strand *strand, rt_object *remote,
                   int operation, uint32_t depth) {
    rt_item items[1 + RT_LOCK_PLACE_ITEMS];
    size_t count = 0;
    lua_Debug place;
    host_hold_find_place(L, &place);
    if (depth > 0) items[count++] = integer(depth);
    rt_party_write(host_party(strand), &items[count]);
    count += RT_PARTY_ITEMS;
    items[count++] = integer(place.currentline);
    int status = rt_item_set_string(&items[count++], place.short_src,
                                    strlen(place.short_src));
    if (status != RT_OK) return status;
    return host_item_call(strand, remote, operation, items, count);
}

/* ---- errors ---- */

/* Who has it, in words, pushed. */
static const char *push_holder(lua_State *L, host_strand *strand,
                               rt_lock *lock) {
    if (lock)
        host_holder_push(L, lock);
    else
        host_item_push(L, &strand->item);
    return luaL_tolstring(L, -1, NULL);
}

/* The end of such words: where it was acquired; or "". */
static const char *find_acquired(const char *holder) {
    static const char words[] = ", acquired at ";
    const char *found = "";
    while ((holder = strstr(holder, words)) != NULL) found = holder++;
    return found;
}

static int raise_owner(lua_State *L, const char *holder, const char *what) {
    if (strcmp(holder, "free") == 0) holder = "not held";
    bool is_held = strncmp(holder, "held", 4) == 0;
    return host_raise(L, "usage", "%s: the lock is %s%s", what, holder,
                      is_held ? ", not by this strand" : "");
}

int host_hold_raise(lua_State *L, host_strand *strand, rt_lock *lock,
                    int status, const char *what) {
    switch (status) {
    case RT_EDEADLOCK:
        return host_raise(L, "deadlock", "lock is held by this very strand%s",
                          find_acquired(push_holder(L, strand, lock)));
    case RT_ERING:
        return host_raise(L, "deadlock", "%s", push_holder(L, strand, lock));
    case RT_EOWNER:
        return raise_owner(L, push_holder(L, strand, lock), what);
    case RT_EABANDONED:
        return host_raise(L, "abandoned",
                          "lock was abandoned: its owner ended without "
                          "releasing it; lock:recover() clears that");
    default:
        return host_raise_status(L, "lock", status);
    }
}
