/* echo - measures the echo server that has started it.
 *
 *     bench_echo PORT          prints the nanoseconds of a message of 32 bytes
 *                              there and back, on 50 connections at once
 *     bench_echo PORT bytes    prints the bytes an open connection takes
 */
#include "echo.h"

int main(int argc, char **argv) {
    int port = argc >= 2 ? atoi(argv[1]) : 0;
    if (port <= 0 || argc > 3 || (argc == 3 && strcmp(argv[2], "bytes") != 0)) {
        fprintf(stderr, "usage: bench_echo PORT [bytes]\n");
        return 2;
    }
    printf("%.1f\n", argc == 3 ? echo_measure_bytes(port, getppid())
                               : echo_measure_ns(port));
    return 0;
}
