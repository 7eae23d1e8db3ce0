/* ticket.h - an object whose finalizer is to come before those of whatever strands
 * may still use, when somebody else closes the state (module/ending.h).
 *
 * lua_close calls the finalizers of the newest objects first, so the ticket is made
 * anew where a strand may go on with objects of its own: when a task starts, and
 * when a wait of the main strand, during which others ran, is over. */
#ifndef HOST_CORE_TICKET_H
#define HOST_CORE_TICKET_H

#include "core/state.h"
#include "core/stock.h"

typedef struct host_ticket {
    const void *current; /* the newest one; NULL: it was used */
    /* lua_close has come. In the finalizer. */
    void (*on_close)(lua_State *L, struct host_ticket *ticket);
} host_ticket;

/* Makes the first one of the state, which has none. [-0, +0, raises memory] */
void host_ticket_attach(lua_State *L, host_ticket *ticket);

/* Makes it anew. The state has one. [-0, +0, raises memory] */
void host_ticket_make(lua_State *L);

/* The same for those who may not raise; without memory nothing happens. */
void host_ticket_try(lua_State *L);

/* What a state needs before a task starts: this, if it has one, and the names of the
 * stock functions. [-0, +0, raises memory] */
static inline void host_ticket_before_task(lua_State *L) {
    const host_state *host = host_of(L);
    if (!host->stocks) host_stock_note(L);
    if (host->ticket) host_ticket_make(L);
}

#endif
