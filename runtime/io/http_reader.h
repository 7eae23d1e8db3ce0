/* http_reader.h - requests of HTTP/1 out of bytes that come in pieces, by
 * libhttp_parser, which is opened when the first reader is made.
 *
 * Not thread-safe. */
#ifndef RT_IO_HTTP_READER_H
#define RT_IO_HTTP_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

typedef struct rt_http_reader rt_http_reader;

typedef struct rt_http_field {
    uint32_t name; /* where it begins in `text`, in lower case */
    uint32_t name_size;
    uint32_t value;
    uint32_t value_size;
} rt_http_field;

/* What is known of a request once its head is complete; the reader's, until the
 * next request is begun. */
typedef struct rt_http_head {
    const char *method;
    const char *text; /* the target stands at its beginning */
    size_t target_size;
    const rt_http_field *fields;
    size_t field_count;
    int minor_version; /* of HTTP/1 */
    bool keeps_alive;  /* the connection may be used for another request */
    bool has_body;
    bool is_chunked; /* the size of its body is not known */
    bool is_upgrade; /* CONNECT: what follows is not HTTP */
    uint64_t body_size;
} rt_http_head;

/* `limit`: the most bytes of a head, at most RT_HTTP_HEAD_MOST.
 * Returns: RT_OK; RT_ENOMEMORY; RT_EUSAGE: there is no libhttp_parser, and the
 * error says what to install. */
int rt_http_reader_new(size_t limit, rt_http_reader **reader, rt_error *err);
void rt_http_reader_free(rt_http_reader *reader); /* NULL is harmless */

enum { RT_HTTP_HEAD_MOST = 64 << 10 };

/* Reads on, up to the end of a request at most: what follows is left for the next
 * call, which begins another one. What came of the body is added to `body`.
 * Returns: RT_OK, and *used says how many bytes were; RT_ENOMEMORY; a status of
 * HTTP from 400 on: it is no request, and this reader reads no more. */
int rt_http_reader_feed(rt_http_reader *reader, const char *bytes, size_t size,
                        size_t *used, rt_buffer *body);

/* NULL: not complete. */
const rt_http_head *rt_http_reader_head(const rt_http_reader *reader);

/* Whether something of a request has come, and whether all of it has. */
bool rt_http_reader_is_begun(const rt_http_reader *reader);
bool rt_http_reader_is_complete(const rt_http_reader *reader);

/* What was wrong, after a status of HTTP. */
const char *rt_http_reader_problem(const rt_http_reader *reader);

#endif
