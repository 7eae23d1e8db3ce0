#include "base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char message[256];

/* `name`: that of the one that was opened. */
static void *open_first(rt_library *library, const char **name) {
    for (const char *const *file = library->files; *file; file++) {
        void *handle = dlopen(*file, RTLD_NOW | RTLD_LOCAL);
        *name = *file;
        if (handle) return handle;
    }
    (void)snprintf(message, sizeof message, "%s", dlerror());
    return NULL;
}

/* Returns: whether all are there. */
static bool find_all(rt_library *library, void *handle, const char *name) {
    for (size_t i = 0; i < library->count; i++) {
        const rt_symbol *symbol = &library->symbols[i];
        void *found = dlsym(handle, symbol->name);
        if (!found) {
            (void)snprintf(message, sizeof message, "%s has no function %s",
                           name, symbol->name);
            return false;
        }
        /* ISO C has no conversion between the two kinds of pointer. */
        memcpy(symbol->function, &found, sizeof found);
    }
    return true;
}

/* A library that was found wanting stays open, too: closing may run its code. */
static bool try_to_open(rt_library *library) {
    const char *name = NULL;
    void *handle = open_first(library, &name);
    return handle && find_all(library, handle, name);
}

const char *rt_library_open(rt_library *library) {
    if (atomic_load_explicit(&library->is_open, memory_order_acquire))
        return NULL;
    pthread_mutex_lock(&library->lock);
    bool opened =
        atomic_load_explicit(&library->is_open, memory_order_relaxed) ||
        try_to_open(library);
    atomic_store_explicit(&library->is_open, opened, memory_order_release);
    pthread_mutex_unlock(&library->lock);
    return opened ? NULL : message;
}
