/* crew.h - whether libuv's pool of threads can be had. */
#ifndef RT_IO_CREW_H
#define RT_IO_CREW_H

/* To be asked before uv is handed work for its pool. Any thread.
 * Returns: RT_OK; -EAGAIN: threads cannot be had; RT_ENOMEMORY; -EMFILE and its like. */
int rt_crew_check(void);

#endif
