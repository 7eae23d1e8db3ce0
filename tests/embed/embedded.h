/* embedded.h - what tests of plait.h share. */
#ifndef TESTS_EMBEDDED_H
#define TESTS_EMBEDDED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>

#include "plait.h"

/* A runtime as plait_config_init has it, but with that signal. In its scripts plait's
 * function for waiting for some time is called pause. */
plait *open_runtime(int interrupt_signal);

/* A test is run with and without a signal: *state is the runtime. */
int set_up_signal(void **state);
int set_up_no_signal(void **state);
int tear_down(void **state);

#define BOTH_WAYS(test)                                                        \
    {#test " (signal)", test, set_up_signal, tear_down, NULL}, {               \
#test " (no signal)", test, set_up_no_signal, tear_down, NULL          \
    }

plait_status run(plait *p, const char *code);

/* It is PLAIT_OK; else the test fails with the error. */
void must_run(plait *p, const char *code);

/* Its status is that, and its message contains the text. */
void must_fail(plait *p, const char *code, plait_status status,
               const char *text);

/* plait_start without results; returns the id. */
plait_task start(plait *p, const char *code, plait_done done, void *data);

/* Steps, polling the descriptor between, until *flag; fails after a minute. */
void step_until(plait *p, const int *flag);

/* How many descriptors and threads the process has. */
int count_descriptors(void);
int count_threads(void);

#endif
