/* helper.h - the plait program that a child process runs, when the program that
 * has started it is another one. */
#ifndef HOST_MODULE_HELPER_H
#define HOST_MODULE_HELPER_H

/* The program that the environment's PLAIT_HELPER names; without that, `plait` beside
 * this library, in the folder bin beside its own or above that, or in PATH. The
 * caller's, by rt_free. NULL: there is none that could be run. */
char *host_helper_find(void);

#endif
