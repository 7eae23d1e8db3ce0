/* output.h - what is told to the user outside of print and io.write: reports of
 * errors, warnings; to standard error, or to the host's on_write. */
#ifndef HOST_CORE_OUTPUT_H
#define HOST_CORE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/policy.h"
#include "exec/runtime.h"

/* Whether the host takes what would go to descriptors 1 and 2. */
bool host_output_is_taken(const rt_runtime *runtime);

/* Gives it to the host, in one piece, after what children have written before. Only
 * if it takes that. Any thread. */
void host_output_give(const rt_runtime *runtime, int fd, const char *text,
                      size_t size);

/* Gives the error to the host's on_error. False: there is none. */
bool host_output_give_error(const rt_runtime *runtime,
                            const host_unhandled *error);

/* Tells the text; what was printed before stands before it. Any thread. */
void host_tell(rt_runtime *runtime, const char *text, size_t size);

/* The same, as printf. What does not fit into a page is left out. */
void host_tell_format(rt_runtime *runtime, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was printed is to be seen: flushes standard output, if it is ours. */
void host_output_flush(const rt_runtime *runtime);

#endif
