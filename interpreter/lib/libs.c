/* libs.c */
#include "lib/libs.h"

#include <lauxlib.h>
#include <lualib.h>

#include "core/failure.h"
#include "core/state.h"
#include "exec/steer.h"
#include "lib/lib_array.h"
#include "lib/lib_barrier.h"
#include "lib/lib_batch.h"
#include "lib/lib_bound.h"
#include "lib/lib_census.h"
#include "lib/lib_channel.h"
#include "lib/lib_clock.h"
#include "lib/lib_collect.h"
#include "lib/lib_condition.h"
#include "lib/lib_console.h"
#include "lib/lib_coroutine.h"
#include "lib/lib_debug.h"
#include "lib/lib_deny.h"
#include "lib/lib_event.h"
#include "lib/lib_foreign.h"
#include "lib/lib_fs.h"
#include "lib/lib_fswatch.h"
#include "lib/lib_handle.h"
#include "lib/lib_http.h"
#include "lib/lib_http_server.h"
#include "lib/lib_internal.h"
#include "lib/lib_os.h"
#include "lib/lib_lock.h"
#include "lib/lib_net.h"
#include "lib/lib_order.h"
#include "lib/lib_output.h"
#include "lib/lib_plait.h"
#include "lib/lib_pool.h"
#include "lib/lib_process.h"
#include "lib/lib_protect.h"
#include "lib/lib_require.h"
#include "lib/lib_resolve.h"
#include "lib/lib_scope.h"
#include "lib/lib_select.h"
#include "lib/lib_sema.h"
#include "lib/lib_signal.h"
#include "lib/lib_sorted.h"
#include "lib/lib_stream.h"
#include "lib/lib_table.h"
#include "lib/lib_task.h"
#include "lib/lib_test.h"
#include "lib/lib_testlink.h"
#include "lib/lib_thread.h"
#include "lib/lib_tls.h"
#include "lib/lib_udp.h"
#include "lib/lib_value.h"
#include "lib/lib_watch.h"
#include "lib/lib_worker.h"

void host_open_replaced(lua_State *L) {
    host_open_coroutine(L);
    host_open_debug(L);
    host_open_deny(L); /* before those that call what it guards */
    host_open_output(L);
    host_open_protect(L);
    host_open_collect(L);
    host_open_exit(L);
    host_open_require(L);
}

void host_open_module(lua_State *L) {
    host_open_internal(L);
    host_open_clock(L);
    host_open_watch(L);
    host_open_worker(L);
    host_open_pool(L);
    host_open_batch(L);
    host_open_fs(L);
    host_open_fswatch(L);
    host_open_http(L);
    host_open_stream(L);
    host_open_console(L);
    host_open_http_server(L);
    host_open_foreign(L);
    host_open_net(L);
    host_open_resolve(L);
    host_open_tls(L);
    host_open_udp(L);
    host_open_test(L);
    host_open_testlink(L);
    lua_createtable(L, 0, 40); /* the module plait */
    host_open_plait(L);
    host_open_handle(L);
    host_open_task(L);
    host_open_bound(L);
    host_open_thread(L);
    host_open_process(L);
    host_open_scope(L);
    host_open_value(L);
    host_open_table(L);
    host_open_lock(L);
    host_open_channel(L);
    host_open_condition(L);
    host_open_select(L);
    host_open_array(L);
    host_open_sema(L);
    host_open_event(L);
    host_open_barrier(L);
    host_open_sorted(L);
    host_open_census(L);
    host_open_signal(L);
    host_open_modules(L);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "plait");
}

void host_open_libs(lua_State *L) {
    luaL_openlibs(L);
    if (rt_steer_is_on(host_of(L)->runtime)) host_open_order(L);
    host_open_replaced(L);
    host_open_warnings(L);
    host_open_os(L);
    host_state_seed(L);
    host_open_module(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_insert(L, -2);
    lua_setfield(L, -2, "plait");
    lua_pop(L, 1);
    host_memory_begin(host_of(L));
}
