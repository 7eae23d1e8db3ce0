/* ending.h - how a program ends whose main state is closed by somebody else.
 *
 * When lua_close comes, strands that are no daemons are waited for, as at the end
 * of a plait program; daemons are cancelled, errors that nobody received are
 * printed. Then the state's finalizers run, and at last threads and children are
 * ended. In the stand-alone interpreter the exit status becomes 1 (70 after a
 * deadlock) if it would have been 0 in spite of such errors. */
#ifndef HOST_MODULE_ENDING_H
#define HOST_MODULE_ENDING_H

#include "embed/program.h"

/* From here on. [-0, +0, raises memory] */
void host_ending_attach(lua_State *L, host_program *program);

#endif
