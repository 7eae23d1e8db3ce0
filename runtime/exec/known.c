/* known.c */
#include "exec/known.h"

#include <stdio.h>
#include <unistd.h>

#include "exec/blocked.h"
#include "exec/record.h"

static void describe_process(rt_record *record, const rt_strand *strand) {
    record->key.kind = strand->external ? RT_RECORD_PROGRAM : RT_RECORD_PROCESS;
    record->key.pid = strand->pid;
    record->parent = getpid();
    rt_record_set(record, RT_RECORD_COMMAND, strand->command);
    if (strand->external) record->state = RT_RECORD_RUNNING;
    if (strand->pid == 0) record->state = RT_RECORD_READY;
}

int rt_known_add(rt_message *records, const rt_runtime *runtime,
                 rt_strand *strand, pid_t tid) {
    rt_record record = {.state = RT_RECORD_BLOCKED,
                        .tid = tid,
                        .parent = runtime->parent ? getppid() : 0,
                        .key = {.kind = RT_RECORD_MAIN, .pid = getpid()}};
    if (strand) {
        pthread_mutex_lock(&strand->lock);
        bool has_ended = strand->state >= RT_STRAND_DONE;
        record.handle = (int64_t)strand->object.id;
        rt_record_set(&record, RT_RECORD_NAME, strand->name);
        rt_record_set(&record, RT_RECORD_STARTED_AT, strand->started_at);
        if (strand->kind == RT_STRAND_PROCESS && tid == 0)
            describe_process(&record, strand);
        else if (strand->kind == RT_STRAND_PROCESS)
            record.key.kind = RT_RECORD_PROCESS; /* this one */
        pthread_mutex_unlock(&strand->lock);
        if (has_ended) return RT_OK;
        if (strand->kind == RT_STRAND_THREAD) {
            record.key.kind = RT_RECORD_THREAD;
            record.key.id = (uint32_t)record.handle;
            if (tid == 0) record.state = RT_RECORD_READY;
        }
    }
    rt_blocked_text wait, object;
    if (tid && rt_blocked_look(tid, wait, object)) {
        rt_record_set(&record, RT_RECORD_WAIT, wait);
        if (object[0]) rt_record_set(&record, RT_RECORD_OBJECT, object);
    }
    return rt_record_add(records, &record);
}

int rt_known_add_child(rt_message *records, rt_message *heard,
                       rt_strand *strand, const rt_message *told) {
    rt_record_reader reader;
    rt_record record;
    pthread_mutex_lock(&strand->lock);
    pid_t pid = strand->pid;
    pthread_mutex_unlock(&strand->lock);
    int status = rt_record_reader_init(&reader, told);
    while (status == RT_OK) {
        status = rt_record_read(&reader, &record);
        if (status != RT_OK) break;
        bool is_main = record.key.kind == RT_RECORD_PROCESS ||
                       record.key.kind == RT_RECORD_MAIN;
        if (is_main && record.key.pid == pid) {
            record.key.kind = RT_RECORD_PROCESS;
            record.handle = (int64_t)strand->object.id;
            rt_record_set(&record, RT_RECORD_NAME, strand->name);
            rt_record_set(&record, RT_RECORD_STARTED_AT, strand->started_at);
        }
        bool is_heard = record.state == RT_RECORD_HEARSAY;
        status = rt_record_add(is_heard ? heard : records, &record);
    }
    return status == RT_ECLOSED ? RT_OK : status;
}

static int add_heard(void *heard, const rt_party *who,
                     const rt_lock_holder *holder) {
    rt_record record = {.key = rt_record_key_of(who),
                        .state = RT_RECORD_HEARSAY,
                        .is_held = true,
                        .holder = rt_record_key_of(&holder->party)};
    char place[sizeof holder->source + 16];
    (void)snprintf(place, sizeof place, "%s:%d", holder->source, holder->line);
    if (holder->line > 0) rt_record_set(&record, RT_RECORD_HELD_AT, place);
    return rt_record_add(heard, &record);
}

int rt_known_add_heard(rt_message *heard, rt_runtime *runtime) {
    return rt_waits_visit(&runtime->waits, add_heard, heard);
}
