/* listen.h - a Unix socket at which a program that runs serves prompts.
 *
 * The socket can be opened by its user alone: its mode is 0600, it lies in a directory
 * that nobody else can write to, and whoever connects is asked for his user. What is said
 * there is in docs/prompt.md. The socket keeps no program alive, and wakes nobody. */
#ifndef HOST_EMBED_LISTEN_H
#define HOST_EMBED_LISTEN_H

#include "embed/program.h"

/* Listens, in the main state, which has its libraries. A directory that is missing is made;
 * a socket that nobody listens to any more is replaced. `topic` is a function that
 * returns the text of a topic of the help; or NULL.
 * Returns: RT_OK; another code, with a message. */
int host_listen_open(host_program *program, const char *path,
                     lua_CFunction topic, rt_error *err);

/* Removes the socket, if it is there yet. Once more is harmless. Any thread. */
void host_listen_remove(host_program *program);

/* After that, the memory. */
void host_listen_free(host_program *program);

#endif
