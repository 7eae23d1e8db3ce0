/* editor.h - lines that are typed at a terminal.
 *
 * They are edited with GNU readline if the machine has it, else read as the terminal
 * gives them. While a line is awaited the main strand waits, so tasks, timers and all
 * that the loop serves go on; with readline, what is printed meanwhile appears above
 * the line (above.h), and the errors of strands that fail are reported there.
 *
 * Readline is one for the process, so the editor is, too. */
#ifndef PLAIT_APP_EDITOR_H
#define PLAIT_APP_EDITOR_H

#include <stddef.h>

#include "embed/program.h"

typedef enum app_input {
    APP_INPUT_LINE,
    APP_INPUT_END,
    APP_INPUT_INTERRUPTED, /* Ctrl-C */
    APP_INPUT_OVER /* the program ends by a signal; or app_editor_leave */
} app_input;

/* What may stand where the cursor is, which is at the end of `before`. Sets `*from`,
 * where what is completed begins, and returns the texts it may become, in an array
 * from malloc that ends in NULL, as are they; or NULL for the name of a file. */
typedef char **app_complete(const char *before, size_t size, size_t *from);

/* app_sigint_start has been called. Returns: RT_OK; what polling.h says. */
int app_editor_open(host_program *program, app_complete *complete);
void app_editor_close(void);

/* Once no strand is left: writes what programs have printed that were started while
 * a line was edited. */
void app_editor_finish(void);

/* Ends the input, now and from here on: app_editor_read returns APP_INPUT_OVER. */
void app_editor_leave(void);

/* Shows `prompt` and reads a line, without its end; with readline it may have ends of
 * lines inside, if it was pasted or comes from the history. What is typed next, or
 * printed, stands on a new line of the screen in any case.
 * Owns: `*line` stays ours, valid until the next call. */
app_input app_editor_read(const char *prompt, const char **line, size_t *size);

/* Adds an entry of one or more lines to those that can be called back. */
void app_editor_remember(const char *entry);

/* Columns of the terminal. */
int app_editor_columns(void);

#endif
