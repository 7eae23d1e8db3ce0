/* outside.h - the interruption of a wait by the program whose Lua state it is.
 *
 * The stand-alone `lua` has a handler for SIGINT that sets a hook in the main Lua
 * thread, which raises the error "interrupted!". While the main strand waits no
 * instruction runs there. So after each sleep an adopted state looks whether there
 * is a hook that was not there when the wait began: then the wait ends with that
 * error itself. */
#ifndef HOST_CORE_OUTSIDE_H
#define HOST_CORE_OUTSIDE_H

#include "core/state.h"

/* The main strand begins to wait. */
void host_outside_note(host_state *host);

/* Around a turn of the loop. Before one that may block: a handler for SIGINT ends
 * the sleep, wherever it finds the loop. */
void host_outside_guard(host_state *host);
void host_outside_look(host_state *host);

#endif
