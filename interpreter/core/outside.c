/* outside.c */
#include "core/outside.h"

#include "core/interrupt.h"
#include "core/userhook.h"

void host_outside_note(host_state *host) {
    host->outside_hook = lua_gethook(host->L);
}

void host_outside_look(host_state *host) {
    lua_Hook hook = lua_gethook(host->L);
    if (!hook || hook == host->outside_hook || hook == host_userhook_event ||
        host_interrupt_is_hook(hook))
        return;
    host->outside_hook = hook;
    if (!rt_waiter_cancel(&host->main.waiter, RT_EINTERRUPTED)) return;
    lua_sethook(host->L, NULL, 0, 0); /* it has been heard */
}
