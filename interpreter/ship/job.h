/* job.h - jobs of a pool as messages (exec/pool.h), and their answers. */
#ifndef HOST_SHIP_JOB_H
#define HOST_SHIP_JOB_H

#include "exec/code.h"
#include "exec/pool.h"
#include "ship/ship.h"
#include "ship/shipper.h"

/* Where a job goes. */
typedef struct host_job_target {
    rt_object *code; /* what names the function there */
    host_ship_target target;
    const char *to; /* "thread", "process": for messages */
    int64_t group;  /* of the job; 0: none */
} host_job_target;

/* A job of the items `first` to `last` of the list at `list`; of mode MANY each
 * item is a list of values with their number n. Raises an error of kind "send"
 * that names what cannot travel. [-0, +0, raises] */
rt_message *host_ship_job(lua_State *L, const host_job_target *target,
                          rt_pool_mode mode, int list, lua_Integer first,
                          lua_Integer last);

/* A job of mode CALL with `count` values from `index` on. [-0, +0, raises] */
rt_message *host_ship_call(lua_State *L, const host_job_target *target,
                           int index, int count);

/* ---- answers ---- */

/* The answer in the making: a shipper whose values are the results. */

/* After host_shipper_enter: begins an answer, without results. */
void host_answer_open(host_shipper *s);

/* Adds the value on the top, which is left there; values that it refers to are
 * written at once. Raises if it cannot travel; then nothing was added. May
 * leave values on the stack. */
void host_answer_put(host_shipper *s);

/* The same for a value that is plain (host_shipper_put_plain). Raises memory. */
bool host_answer_put_plain(host_shipper *s);

/* The same for a number that tells how many follow. */
void host_answer_put_count(host_shipper *s, lua_Integer count);

/* Undoes what was put since host_answer_mark. */
typedef struct host_answer_place {
    size_t size, nodes_size, object_count;
    uint32_t root_count, node_count;
} host_answer_place;

host_answer_place host_answer_mark(const host_shipper *s);
void host_answer_undo(host_shipper *s, const host_answer_place *place);

/* The message as it is; a new answer begins. Runs no Lua, so it may be called
 * when an error has unwound the stack. NULL: out of memory. */
rt_message *host_answer_take(host_shipper *s);

#endif
