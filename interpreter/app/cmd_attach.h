/* cmd_attach.h - `plait attach`: a prompt of another program. */
#ifndef PLAIT_APP_CMD_ATTACH_H
#define PLAIT_APP_CMD_ATTACH_H

#include "app/app.h"

extern const app_command app_attach_command;

#endif
