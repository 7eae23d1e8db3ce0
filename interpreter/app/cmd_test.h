/* cmd_test.h - `plait test`: runs files of tests. */
#ifndef PLAIT_APP_CMD_TEST_H
#define PLAIT_APP_CMD_TEST_H

#include "app/app.h"

extern const app_command app_test_command;

/* The whole main() of a process that runs the tests of one file: `plait
 * --plait-test [options of plait] FILE`. It has its parent's orders on descriptor
 * 3. */
int app_test_child_main(int argc, char **argv);

#endif
