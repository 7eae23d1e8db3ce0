/* tsan_longjmp.c - Debian's Lua leaves its functions by glibc's checked longjmp,
 * which ThreadSanitizer does not know: each C function left so stayed on its
 * shadow stack, which ended a program after some 65,000 yields. Linked into what
 * runs Lua under ThreadSanitizer, before glibc. */
#include <setjmp.h>

_Noreturn void __longjmp_chk(struct __jmp_buf_tag *where, int value);

_Noreturn void __longjmp_chk(struct __jmp_buf_tag *where, int value) {
    longjmp(where, value);
}
