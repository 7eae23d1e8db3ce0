/* prompt.h - a prompt over descriptors, in a program that does something else.
 *
 * Lines that come in are entries; they run in the main state, as tasks, in turns of its
 * loop. What they print, and what is printed by tasks that they start, goes out. Each
 * prompt has local variables and `_` of its own; the globals are those of the state.
 *
 * In the input, Ctrl-C (the byte 3) stops the entry that runs, or drops what was typed;
 * Ctrl-D (4) at the beginning of a line ends the prompt, as the end of the input does.
 * When a prompt ends, so do the strands that its entries have started.
 *
 * All here is called on the thread of the state, while none of its code runs or from
 * a function that a script has called. */
#ifndef HOST_EMBED_PROMPT_H
#define HOST_EMBED_PROMPT_H

#include <stdbool.h>

#include "core/state.h"

typedef struct host_prompt host_prompt;

typedef struct host_prompt_options {
    int in_fd,
        out_fd;       /* may be the same; they stay the caller's, and open until
                           on_end. A socket is set non-blocking */
    bool is_terminal; /* with colours, and as wide as it is */
    const char *name; /* in reports; NULL: "a prompt" */
    const char *banner; /* shown first; NULL: nothing */
    const char *prompt,
        *prompt2; /* before an entry's first line, and the others;
                                     NULL: "> ", ">> "; a script's _PROMPT wins */
    /* It is over, and this pointer not valid after that: called once, at the latest when
     * the state is closed. `why`: NULL, if the input has ended or it was to. */
    void (*on_end)(host_prompt *prompt, const char *why, void *context);
    void *context;
} host_prompt_options;

/* Starts it. Returns: RT_OK; RT_ENOMEMORY, -errno (a descriptor is wrong), RT_EUSAGE, with
 * a message. */
int host_prompt_open(host_state *host, const host_prompt_options *options,
                     host_prompt **prompt, rt_error *err);

/* Tells it to end; on_end is called later. The entry that runs is stopped. */
void host_prompt_close(host_prompt *prompt);

#endif
