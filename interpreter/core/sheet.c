/* sheet.c - looks at stacks, and writes into buffers of its own.
 *
 * It may be called at any instruction of the VM, so it must not raise, and so must
 * not make strings, tables or whatever else takes memory of Lua's. What it pushes
 * is there already, and finds room as lua_checkstack says. */
#include "core/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/objects.h"
#include "core/place.h"
#include "core/task.h"

/* The Lua threads of one strand: those it has resumed within each other. */
enum { MOST_THREADS = 32 };
typedef struct stacks {
    lua_State *threads[MOST_THREADS]; /* innermost first */
    int count;
    int level; /* where the innermost begins */
} stacks;

typedef struct host_sheet {
    host_state *host;
    lua_State *L; /* who runs, and has room */
    int level;
    rt_message *records;
    int status;
    rt_buffer texts[RT_RECORD_TEXTS];
} host_sheet;

/* ---- which Lua threads ---- */

static void add_thread(stacks *s, lua_State *L) {
    if (s->count < MOST_THREADS) s->threads[s->count++] = L;
}

/* Those that have led to `L`, which runs. */
static void follow_chain(stacks *s, lua_State *L, const host_link *chain) {
    add_thread(s, L);
    for (; chain; chain = chain->outer)
        if (chain->resumer != s->threads[s->count - 1])
            add_thread(s, chain->resumer);
}

/* What `co`, which waits, has resumed and waits for in turn (lib_coroutine.c):
 * the argument of resume or close, or the upvalue of what wrap has made. */
static lua_State *find_resumed(lua_State *co) {
    lua_Debug ar;
    if (!lua_checkstack(co, 3) || !lua_getstack(co, 0, &ar)) return NULL;
    int top = lua_gettop(co);
    lua_State *inner = NULL;
    lua_getinfo(co, "Sf", &ar);
    if (*ar.what == 'C') {
        if (lua_getlocal(co, &ar, 1)) inner = lua_tothread(co, -1);
        if (!inner && lua_getupvalue(co, top + 1, 1))
            inner = lua_tothread(co, -1);
    }
    lua_settop(co, top);
    bool is_in_flight = inner && lua_status(inner) == LUA_YIELD &&
                        (*(const uintptr_t *)lua_getextraspace(inner) & 1) != 0;
    return is_in_flight ? inner : NULL;
}

static void follow_resumed(stacks *s, lua_State *co) {
    for (; co && s->count < MOST_THREADS; co = find_resumed(co))
        add_thread(s, co);
    for (int i = 0; i < s->count / 2; i++) {
        lua_State *outer = s->threads[i];
        s->threads[i] = s->threads[s->count - 1 - i];
        s->threads[s->count - 1 - i] = outer;
    }
}

static stacks find_stacks(const host_sheet *sheet, const host_strand *strand) {
    const host_state *host = sheet->host;
    stacks s = {.count = 0};
    if (host->current == strand) {
        s.level = sheet->level;
        follow_chain(&s, sheet->L, host->chain);
    } else if (strand->is_main) {
        if (host->driver) follow_chain(&s, host->driver, host->driver_chain);
    } else if (host_task_of(strand)->state != RT_STRAND_PENDING) {
        follow_resumed(&s, strand->L);
    }
    return s;
}

/* ---- texts ---- */

__attribute__((format(printf, 3, 4))) static void
add(host_sheet *sheet, rt_record_text text, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size < 0) return;
    if ((size_t)size >= sizeof line) size = sizeof line - 1;
    if (rt_buffer_add(&sheet->texts[text], line, (size_t)size))
        sheet->status = RT_ENOMEMORY;
}

static void begin_record(host_sheet *sheet) {
    for (int i = 0; i < RT_RECORD_TEXTS; i++) sheet->texts[i].size = 0;
}

static void end_record(host_sheet *sheet, rt_record *record) {
    for (int i = 0; i < RT_RECORD_TEXTS; i++) {
        rt_buffer *text = &sheet->texts[i];
        if (text->size == 0) continue;
        record->texts[i] = text->bytes;
        record->sizes[i] = text->size;
    }
    if (sheet->status == RT_OK)
        sheet->status = rt_record_add(sheet->records, record);
}

/* ---- traceback ---- */

/* As in those of Lua: the first and the last of many. */
enum { FIRST_LINES = 10, LAST_LINES = 11 };

static void add_frame(host_sheet *sheet, lua_State *L, lua_Debug *ar) {
    const rt_record_text to = RT_RECORD_TRACEBACK;
    lua_getinfo(L, "Slnt", ar);
    if (sheet->texts[to].size > 0) add(sheet, to, "\n");
    if (ar->currentline > 0)
        add(sheet, to, "%s:%d: in ", ar->short_src, ar->currentline);
    else
        add(sheet, to, "%s: in ", ar->short_src);
    bool is_global = strcmp(ar->namewhat, "global") == 0;
    if (*ar->namewhat)
        add(sheet, to, "%s '%s'", is_global ? "function" : ar->namewhat,
            ar->name);
    else if (*ar->what == 'm')
        add(sheet, to, "main chunk");
    else if (*ar->what != 'C')
        add(sheet, to, "function <%s:%d>", ar->short_src, ar->linedefined);
    else
        add(sheet, to, "?");
    if (ar->istailcall) add(sheet, to, "\n(...tail calls...)");
}

static int count_levels(lua_State *L, int from) {
    lua_Debug ar;
    if (!lua_getstack(L, from, &ar)) return 0;
    return host_place_outermost(L) + 1 - from;
}

/* C functions without a name at the outer end are what has started it all. */
static bool is_nameless(lua_State *L, int level) {
    lua_Debug ar;
    if (!lua_getstack(L, level, &ar)) return false;
    lua_getinfo(L, "Sn", &ar);
    return *ar.what == 'C' && *ar.namewhat == '\0';
}

static void add_stack(host_sheet *sheet, lua_State *L, int level) {
    int count = count_levels(L, level);
    while (count > 0 && is_nameless(L, level + count - 1)) count--;
    int skipped = count - FIRST_LINES - LAST_LINES;
    for (int i = 0; i < count; i++) {
        lua_Debug ar;
        if (skipped > 0 && i == FIRST_LINES) {
            add(sheet, RT_RECORD_TRACEBACK, "\n...\t(skipping %d levels)",
                skipped);
            i += skipped;
        }
        if (lua_getstack(L, level + i, &ar)) add_frame(sheet, L, &ar);
    }
}

static void add_traceback(host_sheet *sheet, const stacks *s) {
    for (int i = 0; i < s->count; i++)
        add_stack(sheet, s->threads[i], i == 0 ? s->level : 0);
}

static void add_place(host_sheet *sheet, const stacks *s) {
    lua_Debug ar;
    for (int i = 0; i < s->count; i++) {
        if (!host_place_find(s->threads[i], i == 0 ? s->level : 0, &ar))
            continue;
        add(sheet, RT_RECORD_PLACE, "%s:%d", ar.short_src, ar.currentline);
        return;
    }
}

/* ---- what it is about ---- */

static void set_holder(host_sheet *sheet, rt_record *record, rt_lock *lock) {
    rt_lock_holder holder;
    rt_lock_look(lock, &holder);
    if (!holder.is_held) return;
    record->is_held = true;
    record->holder = rt_record_key_of(&holder.party);
    if (holder.line > 0)
        add(sheet, RT_RECORD_HELD_AT, "%s:%d", holder.source, holder.line);
}

static void describe_wait(host_sheet *sheet, rt_record *record,
                          const host_strand *strand, const stacks *s) {
    record->state = RT_RECORD_WAITING;
    const char *what = strand->waiting_for;
    add(sheet, RT_RECORD_WAIT, "%s", what ? what : "end");
    if (!what) return; /* the main strand waits for the others at the end */
    rt_lock *lock = rt_lock_awaited(&strand->waiter);
    host_objects_text text;
    if (s->count > 0 &&
        host_objects_find(s->threads[0], lock ? &lock->object : NULL, what,
                          text, &lock))
        add(sheet, RT_RECORD_OBJECT, "%s", text);
    if (lock) set_holder(sheet, record, lock);
}

static bool is_waiting(const host_sheet *sheet, host_strand *strand) {
    if (sheet->host->current == strand) return false;
    return rt_waiter_parked(&strand->waiter);
}

static void describe(host_sheet *sheet, rt_record *record,
                     host_strand *strand) {
    stacks s = find_stacks(sheet, strand);
    record->state =
        sheet->host->current == strand ? RT_RECORD_RUNNING : RT_RECORD_READY;
    if (is_waiting(sheet, strand)) describe_wait(sheet, record, strand, &s);
    add_place(sheet, &s);
    add_traceback(sheet, &s);
    end_record(sheet, record);
}

/* ---- who it is ---- */

static rt_record new_record(const host_sheet *sheet) {
    const host_state *host = sheet->host;
    return (rt_record){.parent = host->runtime->parent ? getppid() : 0,
                       .tid = host->member.tid,
                       .key.pid = getpid()};
}

static void add_main(host_sheet *sheet) {
    host_state *host = sheet->host;
    rt_record record = new_record(sheet);
    const rt_strand *self = host->self;
    record.key.kind = RT_RECORD_MAIN;
    begin_record(sheet);
    if (self) {
        bool is_thread = self->kind == RT_STRAND_THREAD;
        record.key.kind = is_thread ? RT_RECORD_THREAD : RT_RECORD_PROCESS;
        record.handle = (int64_t)self->object.id;
        if (is_thread) record.key.id = (uint32_t)record.handle;
        if (self->name) add(sheet, RT_RECORD_NAME, "%s", self->name);
        if (self->started_at)
            add(sheet, RT_RECORD_STARTED_AT, "%s", self->started_at);
    }
    describe(sheet, &record, &host->main);
}

static void add_task(host_sheet *sheet, host_slot *slot) {
    rt_record record = new_record(sheet);
    host_task *task = slot->task;
    record.key.kind = RT_RECORD_TASK;
    record.key.id = record.handle = task->number;
    record.key.thread = sheet->host->main.party.id;
    begin_record(sheet);
    lua_State *L = sheet->L;
    int top = lua_gettop(L);
    if (lua_checkstack(L, 6) && lua_checkstack(slot->strand.L, 2)) {
        host_task_push(L, task);
        const char *name = host_objects_name(L, top + 1);
        if (name) add(sheet, RT_RECORD_NAME, "%s", name);
        lua_settop(L, top + 1);
        if (lua_getiuservalue(L, top + 1, HOST_TASK_OUTCOME) == LUA_TFUNCTION) {
            lua_Debug ar;
            lua_getinfo(L, ">S", &ar); /* pops the function */
            if (!host_place_is_own(&ar))
                add(sheet, RT_RECORD_STARTED_AT, "%s:%d", ar.short_src,
                    task->line);
        }
        lua_settop(L, top);
    }
    describe(sheet, &record, &slot->strand);
}

rt_message *host_sheet_of(lua_State *L, int level) {
    host_state *host = host_of(L);
    host_sheet sheet = {
        .host = host, .L = L, .level = level, .records = rt_records_new()};
    if (!sheet.records) return NULL;
    for (int i = 0; i < RT_RECORD_TEXTS; i++) rt_buffer_init(&sheet.texts[i]);
    add_main(&sheet);
    for (rt_list *node = host->tasks.next;
         node != &host->tasks && sheet.status == RT_OK; node = node->next)
        add_task(&sheet, rt_container_of(node, host_slot, link));
    for (int i = 0; i < RT_RECORD_TEXTS; i++) rt_buffer_deinit(&sheet.texts[i]);
    if (sheet.status == RT_OK) return sheet.records;
    rt_message_free(sheet.records);
    return NULL;
}
