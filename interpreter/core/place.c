/* place.c */
#include "core/place.h"

#include <string.h>

bool host_place_find(lua_State *L, int level, lua_Debug *ar) {
    for (; lua_getstack(L, level, ar); level++) {
        lua_getinfo(L, "Sl", ar);
        if (ar->currentline <= 0) continue;
        if (*ar->source != '=' || strncmp(ar->source, "=plait.", 7) != 0)
            return true;
    }
    return false;
}
