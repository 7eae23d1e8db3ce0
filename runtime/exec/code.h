/* code.h - a function that a pool's workers know: shipped once, and then named
 * by each of its jobs. */
#ifndef RT_EXEC_CODE_H
#define RT_EXEC_CODE_H

#include "base/object.h"
#include "data/message.h"

typedef struct rt_code {
    rt_object object; /* RT_KIND_CODE */
    rt_message *work; /* the host's; never changes; owned */
} rt_code;

extern const rt_object_type rt_code_type;

enum { RT_CODE_FETCH = 1 /* () -> the work */ };

/* Takes `work` if it succeeds. NULL: out of memory. */
rt_code *rt_code_new(rt_message *work);

#endif
