/* above.h - what is printed while a line is edited.
 *
 * From app_above_begin to app_above_end whatever this process writes to its standard
 * output and error goes into a pipe, if they are the terminal: of print, of C code, of
 * any thread; and of programs started meanwhile, as long as they run. A thread empties
 * the pipe, so nobody waits for the main thread, which shows it above the line. While
 * no line is edited that thread writes to the terminal what yet comes.
 *
 * There is one for the process, as there is one standard output. */
#ifndef PLAIT_APP_ABOVE_H
#define PLAIT_APP_ABOVE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buffer.h"

/* `on_output` is called on any thread when there is something to be taken, and once
 * more only after it was. False: it cannot be had, and output is left alone. */
bool app_above_open(void (*on_output)(void));
/* Writes what is left. */
void app_above_close(void);

/* The terminal itself: a descriptor and a file that both belong to this file. */
int app_above_fd(void);
FILE *app_above_file(void);

void app_above_begin(void);
void app_above_end(void); /* what has come can yet be taken */

/* Adds what has come to `text`. */
void app_above_take(rt_buffer *text);

/* Writes to the terminal, all of it. */
void app_above_write(const char *text, size_t size);

#endif
