/* helper.c */
#include "module/helper.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "ipc/launch.h"

/* dir/where/plait, if that can be run; else NULL. */
static char *look(const char *dir, size_t size, const char *where) {
    static const char name[] = "/plait";
    size_t where_size = strlen(where);
    char *path = rt_alloc(size + where_size + sizeof name);
    if (!path) return NULL;
    memcpy(path, dir, size);
    memcpy(path + size, where, where_size);
    memcpy(path + size + where_size, name, sizeof name);
    if (access(path, X_OK) == 0) return path;
    rt_free(path);
    return NULL;
}

/* Where this code has been loaded from, links resolved. */
static char *look_beside(void) {
    Dl_info info;
    if (!dladdr((void *)host_helper_find, &info)) return NULL;
    char *library = realpath(info.dli_fname, NULL);
    if (!library) return NULL;
    static const char *const places[] = {"", "/../bin", "/../../bin", NULL};
    size_t size = (size_t)(strrchr(library, '/') - library);
    char *path = NULL;
    for (const char *const *place = places; *place && !path; place++)
        path = look(library, size, *place);
    free(library);
    return path;
}

char *host_helper_find(void) {
    const char *named = getenv("PLAIT_HELPER");
    if (named) return access(named, X_OK) == 0 ? rt_strdup(named) : NULL;
    char *path = look_beside();
    if (!path) (void)rt_launch_find("plait", &path);
    return path;
}
