/* survey.h - censuses (exec/census.h) over a wire: a parent asks its child, which
 * asks all it has in turn. Hub's thread; for ipc/ only. */
#ifndef RT_IPC_SURVEY_H
#define RT_IPC_SURVEY_H

#include "exec/census.h"
#include "ipc/wire.h"

/* A census on the hub's thread: `on_done` is called once, on that thread, later,
 * with records that are its own (NULL: there was no memory, or no time).
 * Returns: RT_OK; RT_ENOMEMORY, and it is not called. */
int rt_survey_take(rt_hub *hub, int64_t limit_ns,
                   void (*on_done)(void *context, rt_message *records),
                   void *context);

/* ---- the parent ---- */

/* Asks the child for its part; false: it cannot be asked, and `part` is not
 * answered. */
bool rt_survey_ask(rt_wire *wire, rt_part *part, int64_t limit_ns);

/* RECORDS has come. Owns: takes `records`, or NULL. Returns: RT_OK; RT_EDAMAGED:
 * nobody asked, objects came along, or these are no records. */
int rt_survey_told(rt_wire *wire, uint64_t request, rt_message *records,
                   rt_error *err);

/* The wire has ended: nobody will answer. */
void rt_survey_fail(rt_wire *wire);

/* ---- the child ---- */

/* CENSUS has come: it is answered, if with no records. */
void rt_survey_begin(rt_wire *wire, uint64_t request, int64_t limit_ns);

#endif
