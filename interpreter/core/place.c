/* place.c */
#include "core/place.h"

#include <string.h>

bool host_place_is_own(const lua_Debug *ar) {
    return *ar->source == '=' && strncmp(ar->source, "=plait.", 7) == 0;
}

bool host_place_find(lua_State *L, int level, lua_Debug *ar) {
    for (; lua_getstack(L, level, ar); level++) {
        lua_getinfo(L, "Sl", ar);
        if (ar->currentline <= 0) continue;
        if (!host_place_is_own(ar)) return true;
    }
    return false;
}

int host_place_outermost(lua_State *L) {
    lua_Debug ar;
    int low = 0, high = 1;
    while (lua_getstack(L, high, &ar)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (lua_getstack(L, middle, &ar))
            low = middle;
        else
            high = middle;
    }
    return low;
}
