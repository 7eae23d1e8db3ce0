/* census.c - asking, answering, and records as tables. */
#include "core/census.h"

#include <lauxlib.h>
#include <unistd.h>

#include "core/interrupt.h"
#include "core/sheet.h"

/* ---- being asked ---- */

static void ask(rt_member *member) {
    host_order(rt_container_of(member, host_state, member), HOST_ORDER_DUMP);
}

void host_census_join(host_state *host) {
    host->member.ask = ask;
    rt_member_join(host->runtime, &host->member, host->owner != NULL);
}

void host_census_answer(lua_State *L, int level) {
    host_state *host = host_of(L);
    if (rt_member_begin(host->runtime, &host->member))
        rt_member_end(host->runtime, &host->member, host_sheet_of(L, level));
}

/* ---- asking ---- */

/* While it sleeps for the others: where it stands has not changed. */
typedef struct standing {
    lua_State *L;
    int level;
} standing;

static _Thread_local standing here;

static void answer(rt_member *member) {
    (void)member;
    host_census_answer(here.L, here.level);
}

rt_message *host_census_take(lua_State *L, int level) {
    host_state *host = host_of(L);
    standing before = here;
    here = (standing){L, level};
    rt_message *records = rt_census_take(host->runtime, &host->member,
                                         host_sheet_of(L, level), answer);
    here = before;
    /* Those who were ready meanwhile have not waited for what the strand does. */
    (void)atomic_fetch_and(&host->orders, ~(unsigned)HOST_ORDER_STALL);
    if (host->current) host_runs(host, host->current);
    return records;
}

/* ---- as tables ---- */

static void set_key(lua_State *L, const char *field, const rt_record_key *key) {
    char text[RT_RECORD_KEY_TEXT];
    rt_record_describe(key, getpid(), text);
    lua_pushstring(L, text);
    lua_setfield(L, -2, field);
}

static void set_number(lua_State *L, const char *field, int64_t number) {
    if (number == 0) return;
    lua_pushinteger(L, number);
    lua_setfield(L, -2, field);
}

static void push_record(lua_State *L, const rt_record *record) {
    lua_createtable(L, 0, 16);
    lua_pushstring(L, rt_record_kind_names[record->key.kind]);
    lua_setfield(L, -2, "kind");
    lua_pushstring(L, rt_record_state_names[record->state]);
    lua_setfield(L, -2, "state");
    set_key(L, "key", &record->key);
    if (record->is_held) set_key(L, "held_by", &record->holder);
    set_number(L, "id", record->handle);
    set_number(L, "thread", record->key.thread);
    set_number(L, "pid", record->key.pid);
    set_number(L, "parent", record->parent);
    set_number(L, "tid", record->tid);
    for (int i = 0; i < RT_RECORD_TEXTS; i++) {
        if (!record->texts[i]) continue;
        lua_pushlstring(L, record->texts[i], record->sizes[i]);
        lua_setfield(L, -2, rt_record_text_names[i]);
    }
}

void host_census_push(lua_State *L, const rt_message *records) {
    luaL_checkstack(L, 6, "records");
    rt_record_reader reader;
    rt_record record;
    lua_createtable(L, (int)rt_records_count(records), 0);
    if (rt_record_reader_init(&reader, records)) return;
    for (lua_Integer i = 1; rt_record_read(&reader, &record) == RT_OK; i++) {
        push_record(L, &record);
        lua_rawseti(L, -2, i);
    }
}
