/* exchange.h - what a program gets and what it prints, both at once: so neither
 * side waits for the other with a full pipe.
 *
 * Writes to one stream and reads others to their ends, for one waiter. What cannot
 * be written since nobody reads it is left. Belongs to the loop's thread. */
#ifndef RT_IO_EXCHANGE_H
#define RT_IO_EXCHANGE_H

#include "io/stream.h"

enum { RT_EXCHANGE_OUTPUTS = 2 };

typedef struct rt_exchange rt_exchange;

/* At most `limit` bytes of each output are kept. NULL: out of memory. */
rt_exchange *rt_exchange_new(rt_loop *loop, size_t limit);

/* Takes the stream and writes the bytes to it, which stay until the end; then
 * closes it. */
void rt_exchange_feed(rt_exchange *exchange, rt_stream *stream,
                      const void *bytes, size_t size);

/* Takes the stream, and reads it as output `index`. */
void rt_exchange_collect(rt_exchange *exchange, int index, rt_stream *stream);

/* Waits until all have ended, or one has failed. What goes on meanwhile goes on
 * if the wait is withdrawn, too.
 * Returns: RT_PENDING; RT_OK; RT_ELIMIT: an output is longer; RT_ENOMEMORY;
 * -errno. */
int rt_exchange_wait(rt_exchange *exchange, rt_waiter *waiter);

/* The output that has failed; -1: none. */
int rt_exchange_failed(const rt_exchange *exchange);

/* What has come of the output. */
const rt_buffer *rt_exchange_output(const rt_exchange *exchange, int index);

/* Closes what is open. Who waits is left alone. */
void rt_exchange_free(rt_exchange *exchange);

#endif
