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

/* In the table on top of the stack. */
static void set_number(void *L, const char *name, int64_t number) {
    lua_pushinteger(L, number);
    lua_setfield(L, -2, name);
}

static void set_text(void *L, const char *name, const char *bytes,
                     size_t size) {
    lua_pushlstring(L, bytes, size);
    lua_setfield(L, -2, name);
}

void host_census_push(lua_State *L, const rt_message *records) {
    luaL_checkstack(L, 6, "records");
    rt_record_reader reader;
    rt_record record;
    rt_record_fields fields = {L, set_number, set_text};
    lua_createtable(L, (int)rt_records_count(records), 0);
    if (rt_record_reader_init(&reader, records)) return;
    for (lua_Integer i = 1; rt_record_read(&reader, &record) == RT_OK; i++) {
        lua_createtable(L, 0, 16);
        rt_record_write(&record, getpid(), &fields);
        lua_rawseti(L, -2, i);
    }
}
