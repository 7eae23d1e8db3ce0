/* record.c - the root values of a record, in order: the integers below, whether
 * it is held, then the texts, each a string or nil. */
#include "exec/record.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

enum {
    KIND,
    ID,
    THREAD,
    PID,
    HANDLE,
    PARENT,
    TID,
    STATE,
    IS_HELD,
    HOLDER_KIND,
    HOLDER_ID,
    HOLDER_THREAD,
    HOLDER_PID,
    NUMBERS
};

enum { VALUES = (int)NUMBERS + (int)RT_RECORD_TEXTS };

static const char *const kind_names[RT_RECORD_KINDS] = {
    [RT_RECORD_MAIN] = "main",       [RT_RECORD_TASK] = "task",
    [RT_RECORD_THREAD] = "thread",   [RT_RECORD_PROCESS] = "process",
    [RT_RECORD_PROGRAM] = "program",
};

static const char *const state_names[RT_RECORD_STATES] = {
    [RT_RECORD_RUNNING] = "running", [RT_RECORD_READY] = "ready",
    [RT_RECORD_WAITING] = "waiting", [RT_RECORD_BLOCKED] = "blocked",
    [RT_RECORD_HEARSAY] = "hearsay",
};

static const char *const text_names[RT_RECORD_TEXTS] = {
    [RT_RECORD_NAME] = "name",           [RT_RECORD_WAIT] = "wait",
    [RT_RECORD_OBJECT] = "object",       [RT_RECORD_PLACE] = "place",
    [RT_RECORD_HELD_AT] = "held_at",     [RT_RECORD_STARTED_AT] = "started_at",
    [RT_RECORD_TRACEBACK] = "traceback", [RT_RECORD_COMMAND] = "command",
};

/* ---- writing ---- */

rt_message *rt_records_new(void) {
    rt_message *records = rt_message_new();
    if (records && rt_encode_header(&records->bytes, 0, 0)) {
        rt_message_free(records);
        return NULL;
    }
    return records;
}

static uint32_t count_values(const rt_message *records) {
    rt_reader reader;
    uint32_t roots = 0, nodes = 0;
    rt_reader_init(&reader, records->bytes.bytes, records->bytes.size, NULL);
    (void)rt_reader_header(&reader, &roots, &nodes);
    return roots;
}

uint32_t rt_records_count(const rt_message *records) {
    return count_values(records) / VALUES;
}

void rt_record_set(rt_record *record, rt_record_text which, const char *text) {
    record->texts[which] = text;
    record->sizes[which] = text ? strlen(text) : 0;
}

static int add_text(rt_buffer *to, const char *text, size_t size) {
    return text ? rt_encode_str(to, text, size) : rt_encode_nil(to);
}

int rt_record_add(rt_message *records, const rt_record *r) {
    rt_buffer *to = &records->bytes;
    uint32_t values = count_values(records);
    const int64_t numbers[NUMBERS] = {
        [KIND] = r->key.kind,
        [ID] = r->key.id,
        [THREAD] = r->key.thread,
        [PID] = r->key.pid,
        [HANDLE] = r->handle,
        [PARENT] = r->parent,
        [TID] = r->tid,
        [STATE] = r->state,
        [IS_HELD] = r->is_held,
        [HOLDER_KIND] = r->holder.kind,
        [HOLDER_ID] = r->holder.id,
        [HOLDER_THREAD] = r->holder.thread,
        [HOLDER_PID] = r->holder.pid,
    };
    int status = RT_OK;
    for (int i = 0; i < NUMBERS && !status; i++)
        status = rt_encode_int(to, numbers[i]);
    for (int i = 0; i < RT_RECORD_TEXTS && !status; i++)
        status = add_text(to, r->texts[i], r->sizes[i]);
    if (!status) rt_encode_patch_header(to, values + VALUES, 0);
    return status;
}

int rt_records_append(rt_message *records, const rt_message *more) {
    rt_record_reader reader;
    int status = rt_record_reader_init(&reader, more);
    if (status) return status;
    uint32_t values = count_values(records);
    const uint8_t *from = reader.reader.at;
    status = rt_buffer_add(&records->bytes, from,
                           (size_t)(reader.reader.end - from));
    if (!status)
        rt_encode_patch_header(&records->bytes, values + reader.left * VALUES,
                               0);
    return status;
}

/* ---- reading ---- */

int rt_record_reader_init(rt_record_reader *r, const rt_message *records) {
    uint32_t values, nodes;
    rt_reader_init(&r->reader, records->bytes.bytes, records->bytes.size, NULL);
    int status = rt_reader_header(&r->reader, &values, &nodes);
    if (status) return status;
    if (nodes != 0 || values % VALUES != 0) return RT_EDAMAGED;
    r->left = values / VALUES;
    return RT_OK;
}

static int read_text(rt_reader *reader, rt_record *record, int i) {
    rt_token token;
    int status = rt_reader_next(reader, &token);
    record->texts[i] = NULL;
    record->sizes[i] = 0;
    if (status || token.kind == RT_TOKEN_NIL) return status;
    if (token.kind != RT_TOKEN_STR) return RT_EDAMAGED;
    record->texts[i] = token.as.str.bytes;
    record->sizes[i] = token.as.str.size;
    return RT_OK;
}

static bool is_in(int64_t number, int64_t limit) {
    return number >= 0 && number < limit;
}

static bool is_key(int64_t kind, int64_t id, int64_t thread, int64_t pid) {
    const int64_t ids = INT64_C(1) << 32, pids = INT64_C(1) << 31;
    return is_in(kind, RT_RECORD_KINDS) && is_in(id, ids) &&
           is_in(thread, ids) && is_in(pid, pids);
}

int rt_record_read(rt_record_reader *r, rt_record *record) {
    if (r->left == 0) return RT_ECLOSED;
    int64_t n[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
        rt_token token;
        int status = rt_reader_next(&r->reader, &token);
        if (status) return status;
        if (token.kind != RT_TOKEN_INT) return RT_EDAMAGED;
        n[i] = token.as.integer;
    }
    if (!is_in(n[STATE], RT_RECORD_STATES) ||
        !is_key(n[KIND], n[ID], n[THREAD], n[PID]) ||
        !is_key(n[HOLDER_KIND], n[HOLDER_ID], n[HOLDER_THREAD], n[HOLDER_PID]))
        return RT_EDAMAGED;
    record->key =
        (rt_record_key){(rt_record_kind)n[KIND], n[ID], n[THREAD], n[PID]};
    record->handle = n[HANDLE];
    record->parent = n[PARENT];
    record->tid = n[TID];
    record->state = (rt_record_state)n[STATE];
    record->is_held = n[IS_HELD] != 0;
    record->holder =
        (rt_record_key){(rt_record_kind)n[HOLDER_KIND], n[HOLDER_ID],
                        n[HOLDER_THREAD], n[HOLDER_PID]};
    for (int i = 0; i < RT_RECORD_TEXTS; i++) {
        int status = read_text(&r->reader, record, i);
        if (status) return status;
    }
    r->left--;
    return RT_OK;
}

int rt_records_check(const rt_message *records) {
    rt_record_reader reader;
    rt_record record;
    int status = rt_record_reader_init(&reader, records);
    while (status == RT_OK) status = rt_record_read(&reader, &record);
    if (status == RT_ECLOSED)
        return reader.reader.at == reader.reader.end ? RT_OK : RT_EDAMAGED;
    return status;
}

/* ---- hearsay ---- */

/* All records of a list, which borrow its texts. */
static int read_all(const rt_message *records, rt_record **list,
                    size_t *count) {
    rt_record_reader reader;
    *count = 0;
    *list = rt_calloc(rt_records_count(records) * sizeof **list);
    if (!*list) return RT_ENOMEMORY;
    int status = rt_record_reader_init(&reader, records);
    while (status == RT_OK) {
        status = rt_record_read(&reader, &(*list)[*count]);
        if (status == RT_OK) ++*count;
    }
    return status == RT_ECLOSED ? RT_OK : status;
}

/* The strand's own word goes first. */
static void take_heard(rt_record *record, rt_record *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rt_record *heard = &list[i];
        if (!rt_record_key_equal(&heard->key, &record->key)) continue;
        if (record->state == RT_RECORD_WAITING && !record->is_held) {
            record->is_held = true;
            record->holder = heard->holder;
            record->texts[RT_RECORD_HELD_AT] = heard->texts[RT_RECORD_HELD_AT];
            record->sizes[RT_RECORD_HELD_AT] = heard->sizes[RT_RECORD_HELD_AT];
        }
        heard->is_held = false; /* that was its use */
    }
}

static int add_folded(rt_message *to, const rt_message *records,
                      rt_record *list, size_t count) {
    rt_record_reader reader;
    rt_record record;
    int status = rt_record_reader_init(&reader, records);
    while (status == RT_OK) {
        status = rt_record_read(&reader, &record);
        if (status != RT_OK) break;
        take_heard(&record, list, count);
        status = rt_record_add(to, &record);
    }
    return status == RT_ECLOSED ? RT_OK : status;
}

int rt_records_fold(rt_message *records, const rt_message *heard,
                    bool keeps_rest) {
    if (rt_records_count(heard) == 0) return RT_OK;
    rt_message *folded = rt_records_new();
    rt_record *list = NULL;
    size_t count = 0;
    int status = folded ? read_all(heard, &list, &count) : RT_ENOMEMORY;
    if (!status) status = add_folded(folded, records, list, count);
    for (size_t i = 0; i < count && keeps_rest && !status; i++)
        if (list[i].is_held) status = rt_record_add(folded, &list[i]);
    rt_free(list);
    if (!status) {
        rt_buffer before = records->bytes;
        records->bytes = folded->bytes;
        folded->bytes = before;
    }
    rt_message_free(folded);
    return status;
}

/* ---- keys ---- */

rt_record_key rt_record_key_of(const rt_party *party) {
    static const rt_record_kind kinds[] = {
        [RT_PARTY_MAIN] = RT_RECORD_MAIN,
        [RT_PARTY_THREAD] = RT_RECORD_THREAD,
        [RT_PARTY_TASK] = RT_RECORD_TASK,
    };
    bool is_task = party->kind == RT_PARTY_TASK;
    return (rt_record_key){.kind = kinds[party->kind],
                           .id = party->id,
                           .thread = is_task ? party->thread : 0,
                           .pid = party->process ? party->pid : getpid()};
}

bool rt_record_key_equal(const rt_record_key *a, const rt_record_key *b) {
    bool is_main = a->kind == RT_RECORD_MAIN || a->kind == RT_RECORD_PROCESS;
    bool same_kind =
        a->kind == b->kind || (is_main && (b->kind == RT_RECORD_MAIN ||
                                           b->kind == RT_RECORD_PROCESS));
    return same_kind && a->pid == b->pid && a->thread == b->thread &&
           a->id == b->id;
}

void rt_record_describe(const rt_record_key *key, int64_t pid,
                        char text[RT_RECORD_KEY_TEXT]) {
    static const rt_party_kind kinds[RT_RECORD_KINDS] = {
        [RT_RECORD_TASK] = RT_PARTY_TASK,
        [RT_RECORD_THREAD] = RT_PARTY_THREAD,
    }; /* else RT_PARTY_MAIN */
    rt_party party = {.kind = kinds[key->kind],
                      .id = (uint32_t)key->id,
                      .thread = (uint32_t)key->thread,
                      .pid = (int32_t)key->pid,
                      /* Any: all that counts is that there is one. */
                      .process = key->pid != pid ? key : NULL};
    if (key->kind == RT_RECORD_PROGRAM)
        (void)snprintf(text, RT_RECORD_KEY_TEXT, "process %d", (int)party.pid);
    else
        rt_party_describe(&party, text);
}

/* ---- fields ---- */

static void write_number(const rt_record_fields *fields, const char *name,
                         int64_t number) {
    if (number != 0) fields->number(fields->to, name, number);
}

static void write_text(const rt_record_fields *fields, const char *name,
                       const char *text) {
    fields->text(fields->to, name, text, strlen(text));
}

static void write_key(const rt_record_fields *fields, const char *name,
                      const rt_record_key *key, int64_t pid) {
    char text[RT_RECORD_KEY_TEXT];
    rt_record_describe(key, pid, text);
    write_text(fields, name, text);
}

void rt_record_write(const rt_record *record, int64_t pid,
                     const rt_record_fields *fields) {
    write_text(fields, "kind", kind_names[record->key.kind]);
    write_key(fields, "key", &record->key, pid);
    write_number(fields, "id", record->handle);
    write_number(fields, "thread", record->key.thread);
    write_number(fields, "pid", record->key.pid);
    write_number(fields, "parent", record->parent);
    write_number(fields, "tid", record->tid);
    write_text(fields, "state", state_names[record->state]);
    if (record->is_held) write_key(fields, "held_by", &record->holder, pid);
    for (int i = 0; i < RT_RECORD_TEXTS; i++)
        if (record->texts[i])
            fields->text(fields->to, text_names[i], record->texts[i],
                         record->sizes[i]);
}
