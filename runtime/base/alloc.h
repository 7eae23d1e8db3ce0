/* alloc.h - the one allocation hook of the runtime.
 *
 * Counts live blocks, and can be told to fail the nth request so that tests
 * walk every out-of-memory path. Any thread may call any function here. */
#ifndef RT_BASE_ALLOC_H
#define RT_BASE_ALLOC_H

#include <stddef.h>

/* Each returns NULL when memory has run out (or a test says so). */
void *rt_alloc(size_t size);
void *rt_calloc(size_t size); /* zeroed */
void *rt_realloc(void *block, size_t size);
char *rt_strdup(const char *text);
void *rt_memdup(const void *bytes, size_t size);

/* Accepts NULL. */
void rt_free(void *block);

/* Live blocks now. */
size_t rt_alloc_count(void);

/* Makes the nth request from now fail (1 is the next), and all later ones too
 * if `and_later`; 0 turns it off. Tests only. */
void rt_alloc_fail(size_t nth, int and_later);

#endif
