/* record.h - what a strand that waits is doing, as a table of Lua.
 *
 * {kind = "main" | "task" | "thread" | "process", id =, name =, pid =,
 *  key = "task 3 of thread 12", state = "waiting",
 *  wait = "lock", place = "app.lua:7",
 *  object = "Lock 7", held_by = "task 4", held_at = "app.lua:9",
 *  awaits = {"thread 2", ...}, started_at = "app.lua:3"}
 *
 * The keys of the strands of a program differ: held_by and awaits are such keys.
 * What is not known is left out. A key of a strand of another process ends in
 * "of process 4711". */
#ifndef HOST_CORE_RECORD_H
#define HOST_CORE_RECORD_H

#include "core/state.h"

/* Pushes the list of the records of all strands of L's state that wait, in the
 * order of their age. The main strand waits on L, in the C function at that level
 * of its stack. [-0, +1, raises memory] */
void host_records_push(lua_State *L, int level);

/* Pushes what the C function that runs on L waits for, or was about to: " for Lock 7,
 * held by task 3, acquired at app.lua:14"; "" if it does not say. `wait` is the
 * wait's name. [-0, +1, raises memory] */
void host_record_push_subject(lua_State *L, const char *wait);

#endif
