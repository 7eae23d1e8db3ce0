/* http_reader.c - the parser calls back for parts of a name or a value, however
 * the bytes are cut; they are put together in one buffer. It is paused at the
 * end of each request, so that the next one is not begun before its turn. */
#include "io/http_reader.h"

#include <http_parser.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/library.h"
#include "base/list.h"

enum { MOST_FIELDS = 256 };

/* Why the parser was paused: what has to stand there is not looked at by one that
 * is not built to be strict, and Debian's is not. */
typedef enum {
    PAUSE_NONE,
    PAUSE_HEAD, /* before the LF that ends the head */
    PAUSE_LINE, /* behind the CRLF of a chunk's size, or of the chunk */
} pause_reason;

typedef enum { PLACE_IDLE, PLACE_HEAD, PLACE_BODY, PLACE_END } place;

struct rt_http_reader {
    http_parser parser;
    rt_http_head head;
    rt_buffer text;   /* the target, then names and values */
    rt_buffer fields; /* of rt_http_field */
    rt_buffer *body;  /* of the call that feeds */
    size_t limit;
    size_t head_size;
    place place;
    pause_reason pause;
    char last;     /* byte of the request that was read; 0: none */
    bool in_lines; /* what comes is no body: each line ends with CR LF */
    bool is_in_value;
    int refusal; /* a status of HTTP, or of ours; 0: none */
    const char *problem;
};

/* ---- the library ---- */

static struct {
    RT_FUNCTION(http_parser_init);
    RT_FUNCTION(http_parser_execute);
    RT_FUNCTION(http_parser_pause);
    RT_FUNCTION(http_should_keep_alive);
    RT_FUNCTION(http_method_str);
    RT_FUNCTION(http_errno_description);
} lib;

static const rt_symbol symbols[] = {
    RT_SYMBOL(lib, http_parser_init),  RT_SYMBOL(lib, http_parser_execute),
    RT_SYMBOL(lib, http_parser_pause), RT_SYMBOL(lib, http_should_keep_alive),
    RT_SYMBOL(lib, http_method_str),   RT_SYMBOL(lib, http_errno_description),
};

static const char *const files[] = {"libhttp_parser.so.2.9", NULL};
static rt_library library = RT_LIBRARY(files, symbols);

/* ---- callbacks: what is not RT_OK ends the reading ---- */

static rt_http_reader *of(http_parser *parser) {
    return rt_container_of(parser, rt_http_reader, parser);
}

static int refuse(rt_http_reader *r, int refusal, const char *problem) {
    r->refusal = refusal;
    r->problem = problem;
    return -1;
}

static int add(rt_http_reader *r, rt_buffer *buffer, const void *bytes,
               size_t size) {
    if (rt_buffer_add(buffer, bytes, size) == RT_OK) return 0;
    return refuse(r, RT_ENOMEMORY, "not enough memory");
}

/* Of the head, which grows by so much. */
static int grow(rt_http_reader *r, size_t size) {
    r->head_size += size;
    if (r->head_size <= r->limit) return 0;
    return refuse(r, 431, "the head is too long");
}

static int on_begin(http_parser *parser) {
    rt_http_reader *r = of(parser);
    r->place = PLACE_HEAD;
    r->text.size = r->fields.size = 0;
    r->head = (rt_http_head){0};
    r->head_size = 0;
    r->is_in_value = false;
    return 0;
}

static int on_target(http_parser *parser, const char *bytes, size_t size) {
    rt_http_reader *r = of(parser);
    if (r->head_size + size > r->limit)
        return refuse(r, 414, "the target is too long");
    r->head.target_size += size;
    r->head_size += size;
    return add(r, &r->text, bytes, size);
}

static rt_http_field *last_field(rt_http_reader *r) {
    return (rt_http_field *)(void *)(r->fields.bytes + r->fields.size) - 1;
}

static size_t count_fields(const rt_http_reader *r) {
    return r->fields.size / sizeof(rt_http_field);
}

static int on_name(http_parser *parser, const char *bytes, size_t size) {
    rt_http_reader *r = of(parser);
    if (grow(r, size) != 0) return -1;
    if (r->place != PLACE_HEAD) return 0; /* behind the body: left out */
    if (r->is_in_value || r->fields.size == 0) {
        r->is_in_value = false;
        rt_http_field field = {.name = (uint32_t)r->text.size};
        if (count_fields(r) == MOST_FIELDS)
            return refuse(r, 431, "there are too many header fields");
        if (grow(r, sizeof ": \r\n" - 1) != 0) return -1;
        if (add(r, &r->fields, &field, sizeof field) != 0) return -1;
    }
    if (add(r, &r->text, bytes, size) != 0) return -1;
    char *end = r->text.bytes + r->text.size;
    for (char *c = end - size; c < end; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    last_field(r)->name_size += (uint32_t)size;
    return 0;
}

static int on_value(http_parser *parser, const char *bytes, size_t size) {
    rt_http_reader *r = of(parser);
    if (grow(r, size) != 0) return -1;
    if (r->place != PLACE_HEAD) return 0;
    rt_http_field *field = last_field(r);
    if (!r->is_in_value) field->value = (uint32_t)r->text.size;
    r->is_in_value = true;
    field->value_size += (uint32_t)size;
    return add(r, &r->text, bytes, size);
}

static bool is_named(const rt_http_reader *r, const rt_http_field *f,
                     const char *name) {
    return f->name_size == strlen(name) &&
           memcmp(r->text.bytes + f->name, name, f->name_size) == 0;
}

static bool is_token(const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!is_word && (!c || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return size > 0;
}

static bool is_chunked(const char *value, size_t size) {
    return size == sizeof "chunked" - 1 &&
           strncasecmp(value, "chunked", size) == 0;
}

static int check_target(rt_http_reader *r) {
    for (size_t i = 0; i < r->head.target_size; i++) {
        unsigned char c = (unsigned char)r->text.bytes[i];
        if (c <= ' ' || c == 127)
            return refuse(r, 400, "the target has a character that is none");
    }
    return 0;
}

/* What the parser lets pass, as Debian builds it: several servers in a row would
 * not read such requests alike. */
static int check_fields(rt_http_reader *r) {
    rt_http_field *fields = (void *)r->fields.bytes;
    int hosts = 0, codings = 0;
    for (size_t i = 0; i < count_fields(r); i++) {
        rt_http_field *f = &fields[i];
        const char *value = r->text.bytes + f->value;
        while (f->value_size > 0 && (value[f->value_size - 1] == ' ' ||
                                     value[f->value_size - 1] == '\t'))
            f->value_size--;
        if (!is_token(r->text.bytes + f->name, f->name_size))
            return refuse(r, 400, "the name of a header field is none");
        if (memchr(value, 0, f->value_size))
            return refuse(r, 400, "a header field has a NUL byte");
        if (is_named(r, f, "host")) hosts++;
        if (!is_named(r, f, "transfer-encoding")) continue;
        codings++;
        if (!is_chunked(value, f->value_size))
            return refuse(r, 501, "the transfer coding is not known");
    }
    if (hosts > 1) return refuse(r, 400, "there are several Host fields");
    if (hosts == 0 && r->parser.http_minor > 0)
        return refuse(r, 400, "there is no Host field");
    if (codings > 0 && r->parser.http_minor == 0)
        return refuse(r, 400, "HTTP/1.0 has no transfer codings");
    if (codings > 1 || (codings > 0 && !(r->parser.flags & F_CHUNKED)))
        return refuse(r, 501, "there are several transfer codings");
    return 0;
}

static int pause_for(rt_http_reader *r, pause_reason reason) {
    r->pause = reason;
    lib.http_parser_pause(&r->parser, 1);
    return 0;
}

static int on_head(http_parser *parser) {
    rt_http_reader *r = of(parser);
    if (parser->http_major != 1)
        return refuse(r, 505, "the version is not HTTP/1");
    if (check_target(r) != 0 || check_fields(r) != 0) return -1;
    rt_http_head *head = &r->head;
    bool has_size = parser->flags & F_CONTENTLENGTH;
    head->method = lib.http_method_str((enum http_method)parser->method);
    head->text = r->text.bytes;
    head->fields = (void *)r->fields.bytes;
    head->field_count = count_fields(r);
    head->minor_version = parser->http_minor;
    head->keeps_alive = lib.http_should_keep_alive(parser);
    head->is_chunked = parser->flags & F_CHUNKED;
    head->has_body =
        head->is_chunked || (has_size && parser->content_length > 0);
    head->body_size =
        head->is_chunked || !has_size ? 0 : parser->content_length;
    head->is_upgrade = parser->method == HTTP_CONNECT;
    parser->upgrade = head->is_upgrade; /* others are not taken up */
    r->place = PLACE_BODY;
    r->in_lines = head->is_chunked;
    return pause_for(r, PAUSE_HEAD);
}

static int on_chunk_size(http_parser *parser) {
    rt_http_reader *r = of(parser);
    r->in_lines = parser->content_length == 0;
    return pause_for(r, PAUSE_LINE);
}

/* The last chunk has no data, and what ends it are the fields behind it. */
static int on_chunk_end(http_parser *parser) {
    rt_http_reader *r = of(parser);
    if (parser->flags & F_TRAILING) return 0;
    r->in_lines = true;
    return pause_for(r, PAUSE_LINE);
}

static int on_body(http_parser *parser, const char *bytes, size_t size) {
    rt_http_reader *r = of(parser);
    return add(r, r->body, bytes, size);
}

static int on_end(http_parser *parser) {
    rt_http_reader *r = of(parser);
    r->place = PLACE_END;
    r->in_lines = true;
    return pause_for(r, PAUSE_NONE);
}

static const http_parser_settings settings = {
    .on_message_begin = on_begin,
    .on_url = on_target,
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_headers_complete = on_head,
    .on_body = on_body,
    .on_chunk_header = on_chunk_size,
    .on_chunk_complete = on_chunk_end,
    .on_message_complete = on_end,
};

/* ---- the reader ---- */

int rt_http_reader_new(size_t limit, rt_http_reader **reader, rt_error *err) {
    const char *missing = rt_library_open(&library);
    if (missing)
        return rt_error_set(err, RT_EUSAGE,
                            "%s; the Debian package libhttp-parser2.9 has it",
                            missing);
    rt_http_reader *r = *reader = rt_calloc(sizeof *r);
    if (!r) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    rt_buffer_init(&r->text);
    rt_buffer_init(&r->fields);
    r->limit = limit < RT_HTTP_HEAD_MOST ? limit : RT_HTTP_HEAD_MOST;
    r->in_lines = true;
    lib.http_parser_init(&r->parser, HTTP_REQUEST);
    return RT_OK;
}

void rt_http_reader_free(rt_http_reader *r) {
    if (!r) return;
    rt_buffer_deinit(&r->text);
    rt_buffer_deinit(&r->fields);
    rt_free(r);
}

static int status_of(enum http_errno error) {
    if (error == HPE_HEADER_OVERFLOW) return 431;
    if (error == HPE_INVALID_VERSION) return 505;
    return 400;
}

/* Whether there stands at `used` what the pause is for. */
static bool is_in_order(const rt_http_reader *r, const char *bytes,
                        size_t used) {
    size_t at = r->pause == PAUSE_HEAD ? used : used - 1;
    char before = at > 0 ? bytes[at - 1] : r->last;
    return before == '\r' && bytes[at] == '\n';
}

/* Whether there are only whole lines, none of which goes on with that before: others
 * end a line with LF, or take a field that goes on for two. */
static bool are_lines(const rt_http_reader *r, const char *bytes, size_t from,
                      size_t to) {
    char before = from > 0 ? bytes[from - 1] : r->last;
    for (size_t i = from; i < to; before = bytes[i++]) {
        bool is_blank = bytes[i] == ' ' || bytes[i] == '\t';
        if ((before == '\r') != (bytes[i] == '\n')) return false;
        if (before == '\n' && is_blank) return false;
    }
    return true;
}

/* Up to the end of the request, or of the bytes. */
static enum http_errno parse(rt_http_reader *r, const char *bytes, size_t size,
                             size_t *used) {
    for (;;) {
        size_t from = *used;
        bool in_lines = r->in_lines;
        r->pause = PAUSE_NONE;
        *used += lib.http_parser_execute(&r->parser, &settings, bytes + from,
                                         size - from);
        enum http_errno error = HTTP_PARSER_ERRNO(&r->parser);
        bool is_read = error == HPE_OK || error == HPE_PAUSED;
        if (is_read && in_lines && !are_lines(r, bytes, from, *used))
            return HPE_LF_EXPECTED;
        if (error != HPE_PAUSED || r->pause == PAUSE_NONE) return error;
        if (!is_in_order(r, bytes, *used)) return HPE_LF_EXPECTED;
        lib.http_parser_pause(&r->parser, 0);
        if (*used == size)
            return HPE_OK; /* without bytes it would be the end */
    }
}

int rt_http_reader_feed(rt_http_reader *r, const char *bytes, size_t size,
                        size_t *used, rt_buffer *body) {
    *used = 0;
    if (r->refusal) return r->refusal;
    if (size == 0) return RT_OK; /* as above */
    if (r->place == PLACE_END) {
        r->place = PLACE_IDLE;
        lib.http_parser_pause(&r->parser, 0);
    }
    r->body = body;
    enum http_errno error = parse(r, bytes, size, used);
    r->last = r->place == PLACE_END ? '\0' : bytes[size - 1];
    if (r->refusal) return r->refusal;
    if (error == HPE_OK || error == HPE_PAUSED) return RT_OK;
    (void)refuse(r, status_of(error), lib.http_errno_description(error));
    return r->refusal;
}

const rt_http_head *rt_http_reader_head(const rt_http_reader *r) {
    return r->place >= PLACE_BODY ? &r->head : NULL;
}

bool rt_http_reader_is_begun(const rt_http_reader *r) {
    return r->place == PLACE_HEAD || r->place == PLACE_BODY;
}

bool rt_http_reader_is_complete(const rt_http_reader *r) {
    return r->place == PLACE_END;
}

const char *rt_http_reader_problem(const rt_http_reader *r) {
    return r->problem;
}
