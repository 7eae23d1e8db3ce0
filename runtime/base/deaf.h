/* deaf.h - threads that take no signals: those are for the threads that expect them. */
#ifndef RT_BASE_DEAF_H
#define RT_BASE_DEAF_H

#include <pthread.h>

/* As pthread_create, which has the result. Any thread. */
int rt_deaf_thread(pthread_t *thread, void *(*run)(void *argument),
                   void *argument);

#endif
