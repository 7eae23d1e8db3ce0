/* relax.h - what a loop does that looks again and again: it leaves the
 * processor's other thread, and its power, alone for a moment. */
#ifndef RT_BASE_RELAX_H
#define RT_BASE_RELAX_H

static inline void rt_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
