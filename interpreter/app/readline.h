/* readline.h - lines for the prompt.
 *
 * At a terminal they are edited with GNU readline if the machine has it, and
 * Ctrl-C drops the line. Otherwise they are read plainly; what comes from a
 * pipe or a file is repeated after the prompt, so that the output reads like
 * a session, as it does with `lua`.
 *
 * The editor is global in readline, so it is here too. */
#ifndef PLAIT_APP_READLINE_H
#define PLAIT_APP_READLINE_H

#include <stddef.h>

typedef enum app_input {
    APP_INPUT_LINE,
    APP_INPUT_END,
    APP_INPUT_INTERRUPTED, /* Ctrl-C; nothing was read */
} app_input;

void app_readline_open(void);
void app_readline_close(void);

/* Shows `prompt` and reads a line, without its end.
 * Owns: `*line` stays ours, valid until the next call. */
app_input app_readline_next(const char *prompt, const char **line,
                            size_t *size);

/* Adds an entry of one or more lines to the history, unless it is empty. */
void app_readline_remember(const char *entry);

#endif
