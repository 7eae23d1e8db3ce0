/* Libraries that are opened late. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/library.h"

static struct {
    RT_FUNCTION(floor);
    RT_FUNCTION(strlen);
} found;

static const rt_symbol symbols[] = {RT_SYMBOL(found, floor)};
static const rt_symbol missing_symbols[] = {
    RT_SYMBOL(found, floor), {"no_such_function", &found.strlen}};
static const char *const files[] = {"libno-such.so.1", "libm.so.6", NULL};
static const char *const missing_files[] = {"libno-such.so.1", NULL};

static void functions_are_found(void **state) {
    (void)state;
    static rt_library library = RT_LIBRARY(files, symbols);
    assert_null(rt_library_open(&library));
    assert_null(rt_library_open(&library));
    assert_true(found.floor(27.5) == 27.0);
}

static void what_is_missing_is_named(void **state) {
    (void)state;
    static rt_library no_file = RT_LIBRARY(missing_files, symbols);
    static rt_library no_function = RT_LIBRARY(files, missing_symbols);
    for (int i = 0; i < 2; i++) {
        assert_non_null(strstr(rt_library_open(&no_file), "libno-such.so.1"));
        assert_string_equal(rt_library_open(&no_function),
                            "libm.so.6 has no function no_such_function");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_found),
        cmocka_unit_test(what_is_missing_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
