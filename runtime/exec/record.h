/* record.h - what one strand is doing, at one moment, as plain data.
 *
 * Records travel in messages (data/encode.h) as so many root values each, so
 * that they can be made without Lua, sent by a child, and read again, all by
 * the same rules. A text that is NULL is not known, or does not apply. */
#ifndef RT_EXEC_RECORD_H
#define RT_EXEC_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "data/encode.h"
#include "data/message.h"
#include "sync/party.h"

typedef enum {
    RT_RECORD_MAIN, /* of the program; in a child it is PROCESS */
    RT_RECORD_TASK,
    RT_RECORD_THREAD,
    RT_RECORD_PROCESS,
    RT_RECORD_PROGRAM, /* a child process that is another program */
    RT_RECORD_KINDS
} rt_record_kind;

typedef enum {
    RT_RECORD_RUNNING,
    RT_RECORD_READY, /* it could run, and others do */
    RT_RECORD_WAITING,
    RT_RECORD_BLOCKED, /* in a C function that does not return: its state did not
                          answer, and what is not known to others is left out */
    RT_RECORD_HEARSAY, /* of a strand elsewhere, not by it: who has the lock that it
                          waits for (rt_records_fold) */
    RT_RECORD_STATES
} rt_record_state;

typedef enum {
    RT_RECORD_NAME,
    RT_RECORD_WAIT,   /* "lock", "sleep" */
    RT_RECORD_OBJECT, /* "Lock 7" */
    RT_RECORD_PLACE,  /* "app.lua:7" */
    RT_RECORD_HELD_AT,
    RT_RECORD_STARTED_AT,
    RT_RECORD_TRACEBACK, /* a line for each call, innermost first; without an end
                            of line behind the last */
    RT_RECORD_COMMAND,   /* of a PROGRAM */
    RT_RECORD_TEXTS
} rt_record_text;

/* Who a strand is, in all processes of the program. */
typedef struct rt_record_key {
    rt_record_kind kind;
    int64_t id;     /* of the task or thread, as handles tell it; else 0 */
    int64_t thread; /* a task's: the thread it is one of; 0: of none */
    int64_t pid;    /* each as in rt_party */
} rt_record_key;

typedef struct rt_record {
    rt_record_key key;
    int64_t handle; /* the id of its handle; 0: it has none */
    int64_t parent; /* process that has started its process; 0: the shell */
    int64_t tid;    /* of its OS thread; 0: not known */
    rt_record_state state;
    bool is_held;                       /* what it waits for: */
    rt_record_key holder;               /* by this strand */
    const char *texts[RT_RECORD_TEXTS]; /* borrowed; they need no zero */
    size_t sizes[RT_RECORD_TEXTS];
} rt_record;

/* NULL: there is none. */
void rt_record_set(rt_record *record, rt_record_text which, const char *text);

/* Adds a record to a message that rt_records_new has made.
 * Returns: RT_OK; RT_ENOMEMORY (the message may be of no more use). */
int rt_record_add(rt_message *records, const rt_record *record);

/* An empty list. NULL: out of memory. */
rt_message *rt_records_new(void);

/* Adds all of `more`. Returns: RT_OK; RT_ENOMEMORY; RT_EDAMAGED. */
int rt_records_append(rt_message *records, const rt_message *more);

/* What was heard of strands, records of state HEARSAY, becomes a part of their own
 * records. What nobody here is meant by is added at the end if `keeps_rest`, else
 * dropped. Returns: RT_OK; RT_ENOMEMORY, RT_EDAMAGED: the list is as it was. */
int rt_records_fold(rt_message *records, const rt_message *heard,
                    bool keeps_rest);

/* How many there are. */
uint32_t rt_records_count(const rt_message *records);

/* Reads them one after another: texts are borrowed from the message. */
typedef struct rt_record_reader {
    rt_reader reader;
    uint32_t left;
} rt_record_reader;

/* For what comes from elsewhere: whether all of it can be read.
 * Returns: RT_OK; RT_EDAMAGED. */
int rt_records_check(const rt_message *records);

/* Returns: RT_OK; RT_EDAMAGED: these are no records. */
int rt_record_reader_init(rt_record_reader *reader, const rt_message *records);

/* Returns: RT_OK; RT_ECLOSED: there is none any more; RT_EDAMAGED. */
int rt_record_read(rt_record_reader *reader, rt_record *record);

/* A strand of this process, or of another one that has told who it is. */
rt_record_key rt_record_key_of(const rt_party *party);

bool rt_record_key_equal(const rt_record_key *a, const rt_record_key *b);

/* "task 3 of thread 12 of process 4711", "the main strand", "process 4711" for
 * another program; as rt_party_describe does. `pid`: the process it is told in,
 * which goes unnamed. */
enum { RT_RECORD_KEY_TEXT = RT_PARTY_TEXT };
void rt_record_describe(const rt_record_key *key, int64_t pid,
                        char text[RT_RECORD_KEY_TEXT]);

/* Where the fields of a record go that are known, one by one, under the names that
 * scripts see. */
typedef struct rt_record_fields {
    void *to;
    void (*number)(void *to, const char *name, int64_t number);
    void (*text)(void *to, const char *name, const char *bytes, size_t size);
} rt_record_fields;
void rt_record_write(const rt_record *record, int64_t pid,
                     const rt_record_fields *fields);

/* ---- for people and for scripts ---- */

/* Adds a readable text of all records to `to`, with a heading that says of which
 * process it is. Returns: RT_OK; RT_ENOMEMORY; RT_EDAMAGED. */
int rt_records_write_text(rt_buffer *to, const rt_message *records,
                          int64_t pid);

/* The same in one line each, further in, without heading and tracebacks; and
 * `without_main`, if the program's main strand has ended. */
int rt_records_write_lines(rt_buffer *to, const rt_message *records,
                           int64_t pid, bool without_main);

/* Adds a string as JSON has it. What is no UTF-8 is replaced. Returns: RT_OK;
 * RT_ENOMEMORY. */
int rt_json_add_string(rt_buffer *to, const char *bytes, size_t size);

/* Adds a JSON array of objects with the fields that scripts in Lua see.
 * Returns: as rt_records_write_text. */
int rt_records_write_json(rt_buffer *to, const rt_message *records,
                          int64_t pid);

#endif
