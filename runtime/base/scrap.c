/* scrap.c */
#include "base/scrap.h"

#include <string.h>
#include <unistd.h>

void rt_scrap_add(rt_scrap *scrap, const char *text) {
    size_t size = strlen(text);
    size_t room = sizeof scrap->bytes - scrap->size;
    if (size > room) size = room;
    memcpy(scrap->bytes + scrap->size, text, size);
    scrap->size += size;
}

void rt_scrap_add_number(rt_scrap *scrap, uint64_t number) {
    char digits[24];
    char *p = digits + sizeof digits;
    *--p = '\0';
    do {
        *--p = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    rt_scrap_add(scrap, p);
}

void rt_scrap_add_name(rt_scrap *scrap, const char *name) {
    if (!name) return;
    rt_scrap_add(scrap, " '");
    rt_scrap_add(scrap, name);
    rt_scrap_add(scrap, "'");
}

void rt_scrap_tell(const rt_scrap *scrap) {
    (void)!write(STDERR_FILENO, scrap->bytes, scrap->size);
}
