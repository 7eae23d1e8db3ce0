/* record_text.c - records for people, and as JSON. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "exec/record.h"

/* What is written to; the first failure stays. */
typedef struct writer {
    rt_buffer *to;
    const rt_message *records;
    int64_t pid;
    bool without_main;
    bool is_first_field; /* of a record in JSON */
    int status;
} writer;

static void put(writer *w, const char *bytes, size_t size) {
    if (w->status == RT_OK) w->status = rt_buffer_add(w->to, bytes, size);
}

static void put_text(writer *w, const char *text) {
    put(w, text, strlen(text));
}

/* For what is short. */
__attribute__((format(printf, 2, 3))) static void
put_format(writer *w, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size > 0)
        put(w, text,
            (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

/* Calls `write` of every record, with its number from 1 on. */
static int write_all(writer *w,
                     void (*write)(writer *w, const rt_record *record,
                                   uint32_t number)) {
    rt_record_reader reader;
    rt_record record;
    int status = rt_record_reader_init(&reader, w->records);
    for (uint32_t i = 1; status == RT_OK && w->status == RT_OK; i++) {
        status = rt_record_read(&reader, &record);
        if (status == RT_OK) write(w, &record, i);
    }
    if (w->status) return w->status;
    return status == RT_ECLOSED ? RT_OK : status;
}

/* ---- for people ---- */

/* Control characters would play tricks on a terminal. */
static void put_clean(writer *w, const char *bytes, size_t size) {
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= ' ' && c != 0x7f) continue;
        put(w, bytes + start, i - start);
        put_format(w, "\\%d", c);
        start = i + 1;
    }
    put(w, bytes + start, size - start);
}

static void put_field(writer *w, const char *before, const rt_record *record,
                      rt_record_text text, const char *after) {
    if (!record->texts[text]) return;
    put_text(w, before);
    put_clean(w, record->texts[text], record->sizes[text]);
    put_text(w, after);
}

static bool find(const writer *w, const rt_record_key *key, rt_record *record) {
    rt_record_reader reader;
    if (rt_record_reader_init(&reader, w->records)) return false;
    while (rt_record_read(&reader, record) == RT_OK)
        if (rt_record_key_equal(&record->key, key)) return true;
    return false;
}

static void put_key(writer *w, const rt_record_key *key) {
    char text[RT_RECORD_KEY_TEXT];
    rt_record_describe(key, w->pid, text);
    bool is_main =
        key->kind == RT_RECORD_MAIN || key->kind == RT_RECORD_PROCESS;
    if (is_main && key->pid != w->pid)
        put_format(w, "process %" PRId64, key->pid);
    else
        put_text(w, text);
}

static void put_holder(writer *w, const rt_record *record) {
    rt_record holder;
    if (!record->is_held) return;
    put_text(w, "    held by ");
    put_key(w, &record->holder);
    if (find(w, &record->holder, &holder))
        put_field(w, " '", &holder, RT_RECORD_NAME, "'");
    put_field(w, ", acquired at ", record, RT_RECORD_HELD_AT, "");
    put_text(w, "\n");
}

/* Each of its lines, further in. */
static void put_traceback(writer *w, const rt_record *record) {
    const char *at = record->texts[RT_RECORD_TRACEBACK];
    if (!at) return;
    const char *end = at + record->sizes[RT_RECORD_TRACEBACK];
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        put_text(w, "    ");
        put_clean(w, at, (size_t)(line_end - at));
        put_text(w, "\n");
        at = line_end + 1;
    }
}

static void put_state(writer *w, const rt_record *record) {
    switch (record->state) {
    case RT_RECORD_BLOCKED:
        put_text(w, " does not answer");
        put_field(w, ": it is in ", record, RT_RECORD_WAIT, "");
        put_field(w, " of ", record, RT_RECORD_OBJECT, "");
        return;
    case RT_RECORD_WAITING:
        put_text(w, " waits");
        put_field(w, " (", record, RT_RECORD_WAIT, ")");
        put_field(w, " at ", record, RT_RECORD_PLACE, "");
        put_field(w, " for ", record, RT_RECORD_OBJECT, "");
        return;
    case RT_RECORD_READY:
        put_text(w, " is ready");
        break;
    case RT_RECORD_RUNNING:
    case RT_RECORD_HEARSAY:
    case RT_RECORD_STATES:
        put_text(w, " runs");
        break;
    }
    put_field(w, " at ", record, RT_RECORD_PLACE, "");
    put_field(w, " '", record, RT_RECORD_COMMAND, "'");
}

static void put_strand(writer *w, const rt_record *record) {
    put_key(w, &record->key);
    put_field(w, " '", record, RT_RECORD_NAME, "'");
    put_state(w, record);
}

static void write_record(writer *w, const rt_record *record, uint32_t number) {
    (void)number;
    put_strand(w, record);
    put_text(w, "\n");
    put_holder(w, record);
    put_field(w, "    started at ", record, RT_RECORD_STARTED_AT, "\n");
    put_traceback(w, record);
}

static void write_line(writer *w, const rt_record *record, uint32_t number) {
    (void)number;
    if (w->without_main && record->key.kind == RT_RECORD_MAIN) return;
    put_text(w, "  ");
    put_strand(w, record);
    put_field(w, ", started at ", record, RT_RECORD_STARTED_AT, "");
    put_text(w, "\n");
}

int rt_records_write_lines(rt_buffer *to, const rt_message *records,
                           int64_t pid, bool without_main) {
    writer w = {
        .to = to, .records = records, .pid = pid, .without_main = without_main};
    return write_all(&w, write_line);
}

int rt_records_write_text(rt_buffer *to, const rt_message *records,
                          int64_t pid) {
    writer w = {.to = to, .records = records, .pid = pid};
    uint32_t count = rt_records_count(records);
    put_format(&w, "plait: process %" PRId64 ", %u strand%s\n", pid,
               (unsigned)count, count == 1 ? "" : "s");
    return write_all(&w, write_record);
}

/* ---- JSON ---- */

static void put_json_string(writer *w, const char *bytes, size_t size) {
    put_text(w, "\"");
    for (size_t i = 0; i < size;) {
        unsigned char c = (unsigned char)bytes[i];
        size_t length = rt_utf8_length(bytes + i, size - i);
        if (length == 0)
            put_text(w, "\\ufffd");
        else if (c == '"' || c == '\\')
            put_format(w, "\\%c", c);
        else if (c < ' ' || c == 0x7f)
            put_format(w, "\\u%04x", c);
        else
            put(w, bytes + i, length);
        i += length > 0 ? length : 1;
    }
    put_text(w, "\"");
}

int rt_json_add_string(rt_buffer *to, const char *bytes, size_t size) {
    writer w = {.to = to};
    put_json_string(&w, bytes, size);
    return w.status;
}

static void put_json_name(writer *w, const char *name) {
    put_format(w, "%s\"%s\": ", w->is_first_field ? "" : ", ", name);
    w->is_first_field = false;
}

static void put_json_number(void *to, const char *name, int64_t number) {
    put_json_name(to, name);
    put_format(to, "%" PRId64, number);
}

static void put_json_text(void *to, const char *name, const char *bytes,
                          size_t size) {
    put_json_name(to, name);
    put_json_string(to, bytes, size);
}

static void write_json(writer *w, const rt_record *record, uint32_t number) {
    rt_record_fields fields = {w, put_json_number, put_json_text};
    put_text(w, number > 1 ? ",\n  {" : "\n  {");
    w->is_first_field = true;
    rt_record_write(record, w->pid, &fields);
    put_text(w, "}");
}

int rt_records_write_json(rt_buffer *to, const rt_message *records,
                          int64_t pid) {
    writer w = {.to = to, .records = records, .pid = pid};
    put_text(&w, "[");
    int status = write_all(&w, write_json);
    put_text(&w, "\n]\n");
    return status ? status : w.status;
}
