/* door.h - where other processes of the same user ask what a program does.
 *
 * It is there only when somebody has rung (rt_visit) and for a moment after that:
 * a socket in a private directory (door_path.h), served by the hub's thread. Who
 * comes must be the same user, or root.
 *
 * A visitor sends one byte, RT_DOOR_TEXT or RT_DOOR_JSON, and is told a line
 * "plait SIZE\n" and so many bytes. */
#ifndef RT_IPC_DOOR_H
#define RT_IPC_DOOR_H

#include "exec/monitor.h"

enum { RT_DOOR_TEXT = 'T', RT_DOOR_JSON = 'J' };

/* What is sent along with RT_SOFT_SIGNAL (sigqueue) to ring. */
enum { RT_DOOR_RING = 0x504c4149 };

/* runtime->on_bells. */
void rt_door_on_bells(rt_runtime *runtime, unsigned bells);

#endif
