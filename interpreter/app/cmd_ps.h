/* cmd_ps.h - `plait ps`: what running programs do. */
#ifndef PLAIT_APP_CMD_PS_H
#define PLAIT_APP_CMD_PS_H

#include "app/app.h"

extern const app_command app_ps_command;

#endif
