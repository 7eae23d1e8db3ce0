/* left.h - who has not stopped when a program ends all the same. */
#ifndef HOST_EMBED_LEFT_H
#define HOST_EMBED_LEFT_H

struct host_program;

typedef enum {
    HOST_LEFT_ALL,
    HOST_LEFT_SAFE /* in a signal handler: names what can be named there */
} host_left_scope;

/* Writes a line for each of them to stderr. On the main thread. */
void host_left_report(struct host_program *program, host_left_scope scope);

#endif
