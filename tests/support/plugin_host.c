/* plugin_host.c - opens a libplait.so, its first argument, for itself alone, and runs
 * the code that is its second one. Status 0: it ran. */
#include <dlfcn.h>
#include <plait.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    plait *p = NULL;
    void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library) {
        fprintf(stderr, "cannot open: %s\n", argc == 3 ? dlerror() : "usage");
        return 2;
    }
    __typeof__(plait_new) *make = (__typeof__(make))dlsym(library, "plait_new");
    __typeof__(plait_run_string) *run =
        (__typeof__(run))dlsym(library, "plait_run_string");
    __typeof__(plait_last_error) *error =
        (__typeof__(error))dlsym(library, "plait_last_error");
    __typeof__(plait_close) *end =
        (__typeof__(end))dlsym(library, "plait_close");
    if (!make || !run || !error || !end || make(NULL, &p)) return 2;
    int status = run(p, argv[2], strlen(argv[2]), "=code");
    if (status) fprintf(stderr, "%s\n", error(p)->message);
    (void)end(p, 1000);
    return status ? 1 : 0;
}
