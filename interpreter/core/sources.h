/* sources.h - the Lua files that are compiled into libplait, and the manual.
 *
 * cmake/embed.cmake turns every file under interpreter/lua into one entry, in
 * the order of their paths; "threading.lua" is named "threading", and
 * "test/report.lua" is named "test.report". The last one, docs/manual.md, is named
 * "manual.md". The array never changes, so any thread may read it.
 */
#ifndef HOST_CORE_SOURCES_H
#define HOST_CORE_SOURCES_H

#include <stddef.h>

typedef struct {
    const char *name; /* NULL in the entry that ends the array */
    const char *text; /* any bytes; a zero follows the last one */
    size_t size;      /* of `text` in bytes, without that zero */
} host_source;

extern const host_source host_sources[];

#endif
