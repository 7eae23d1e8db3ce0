/* utf8.h - characters of UTF-8. */
#ifndef RT_BASE_UTF8_H
#define RT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many of the `left` bytes at `at`, at least one, are one character; 0: they are
 * none. */
static inline size_t rt_utf8_length(const char *bytes, size_t left) {
    const unsigned char *at = (const unsigned char *)bytes;
    if (at[0] < 0x80) return 1;
    size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4 || left < length) return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    /* Longer than need be, surrogates, and above 0x10ffff. */
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return length;
}

/* Whether that is all there is. */
static inline bool rt_utf8_is_valid(const char *bytes, size_t size) {
    size_t length;
    for (size_t i = 0; i < size; i += length)
        if ((length = rt_utf8_length(bytes + i, size - i)) == 0) return false;
    return true;
}

#endif
