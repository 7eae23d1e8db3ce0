/* capture.h - what a function that starts a strand takes along besides its
 * variables: the globals it names; and which of its writes would be lost. */
#ifndef HOST_SHIP_CAPTURE_H
#define HOST_SHIP_CAPTURE_H

#include "ship/shipper.h"

/* Looks into the function at stack index `function`, which has that many
 * upvalues: writes the globals it names to s->globals, and raises if it does
 * a write that would be lost. False: a global cannot travel (then a second,
 * tracking walk says which). */
bool host_capture_function(host_shipper *s, int function, int upvalue_count);

/* The value on the top is captured, or global, under that name: functions are
 * called by it in messages. */
void host_capture_name(host_shipper *s, const char *name);

#endif
