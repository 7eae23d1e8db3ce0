/* start - how long interpreters take to start, do nothing and end.
 *
 *     bench_start plait=build/release/plait lua=lua5.4
 *
 * runs `PROGRAM -e ''` of each, taking turns so that whatever disturbs the
 * machine disturbs all of them, and prints `name value_ns`: the best run. A
 * single run is short, so the best of many single runs is the steadiest
 * figure: a mean would count every interruption.
 */
#include "bench.h"

enum { MAX_PROGRAMS = 8, WARM_UPS = 5, RUNS = 60 };

typedef struct {
    const char *name;
    char *path;
    uint64_t best_ns;
} candidate;

/* Splits "name=path" in place. */
static candidate parse_candidate(char *argument) {
    char *equals = strchr(argument, '=');
    if (!equals) {
        fprintf(stderr, "expected name=program, got '%s'\n", argument);
        exit(2);
    }
    *equals = '\0';
    return (candidate){argument, equals + 1, UINT64_MAX};
}

static void time_start(candidate *c) {
    char *argv[] = {c->path, "-e", "", NULL};
    uint64_t start = bench_now_ns();
    bench_run_program(argv);
    uint64_t taken_ns = bench_now_ns() - start;
    if (taken_ns < c->best_ns) c->best_ns = taken_ns;
}

int main(int argc, char **argv) {
    candidate candidates[MAX_PROGRAMS];
    int count = argc - 1;
    if (count < 1 || count > MAX_PROGRAMS) {
        fprintf(stderr, "usage: %s name=program...\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < count; i++)
        candidates[i] = parse_candidate(argv[i + 1]);
    for (int run = 0; run < WARM_UPS + RUNS; run++)
        for (int i = 0; i < count; i++) {
            time_start(&candidates[i]);
            if (run < WARM_UPS) candidates[i].best_ns = UINT64_MAX;
        }
    for (int i = 0; i < count; i++)
        printf("%s %.1f\n", candidates[i].name, (double)candidates[i].best_ns);
    return 0;
}
