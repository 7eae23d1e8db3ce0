/* bench.h - how the C benchmark programs measure.
 *
 * All programs of this folder, whatever their language, measure alike: more
 * and more of the work is done until its amount for one repetition, which
 * takes about REPETITION_NS, is known, and by then it is warm; the best of
 * REPETITIONS counts. See README.md.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPETITIONS = 3, REPETITION_NS = 50 * 1000 * 1000 };

extern char **environ;

/* Does the measured thing `count` times. */
typedef void bench_work(uint64_t count, void *context);

static inline uint64_t bench_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Ends the program when `error`, an errno value, is not 0: a benchmark that
 * did not do its work has no figure. */
static inline void bench_check(int error, const char *what) {
    if (!error) return;
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    exit(1);
}

static inline uint64_t bench_time_ns(bench_work *work, uint64_t count,
                                     void *context) {
    uint64_t start = bench_now_ns();
    work(count, context);
    return bench_now_ns() - start;
}

/* Returns: how often `work` fits into one repetition. */
static inline uint64_t bench_calibrate(bench_work *work, void *context) {
    uint64_t count = 1;
    work(count, context); /* the very first is cold and tells nothing */
    uint64_t taken_ns = bench_time_ns(work, count, context);
    while (taken_ns < REPETITION_NS / 4) {
        count *= 2;
        taken_ns = bench_time_ns(work, count, context);
    }
    uint64_t fitting =
        (uint64_t)((double)count * REPETITION_NS / (double)taken_ns);
    return fitting ? fitting : 1;
}

/* Returns: the nanoseconds one unit of `work` takes, at best. */
static inline double bench_best_ns(bench_work *work, void *context) {
    uint64_t count = bench_calibrate(work, context);
    uint64_t best_ns = UINT64_MAX;
    for (int i = 0; i < REPETITIONS; i++) {
        uint64_t taken_ns = bench_time_ns(work, count, context);
        if (taken_ns < best_ns) best_ns = taken_ns;
    }
    return (double)best_ns / (double)count;
}

/* Returns: the memory of a process. */
static inline double bench_resident_bytes(pid_t pid) {
    char path[64];
    long pages = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        bench_check(ENOENT, path);
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* Runs a program to its end, its output discarded; it has to succeed. */
static inline void bench_run_program(char *const argv[]) {
    posix_spawn_file_actions_t actions;
    bench_check(posix_spawn_file_actions_init(&actions), "posix_spawn");
    bench_check(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
                                                 "/dev/null", O_WRONLY, 0),
                "posix_spawn");
    pid_t pid;
    bench_check(posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ),
                argv[0]);
    posix_spawn_file_actions_destroy(&actions);
    int status;
    if (waitpid(pid, &status, 0) < 0) bench_check(errno, "waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status)) {
        fprintf(stderr, "%s failed\n", argv[0]);
        exit(1);
    }
}

#endif
