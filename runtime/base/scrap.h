/* scrap.h - a text that is put together in place, without memory from elsewhere:
 * for signal handlers. What does not fit is left out. */
#ifndef RT_BASE_SCRAP_H
#define RT_BASE_SCRAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct rt_scrap {
    size_t size; /* 0 at first */
    char bytes[4096];
} rt_scrap;

void rt_scrap_add(rt_scrap *scrap, const char *text);
void rt_scrap_add_number(rt_scrap *scrap, uint64_t number);

/* " 'name'"; nothing for NULL. */
void rt_scrap_add_name(rt_scrap *scrap, const char *name);

/* By one write to the standard error. */
void rt_scrap_tell(const rt_scrap *scrap);

#endif
