/* Arrays of numbers: what each type holds, and memory that others may open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/array.h"
#include "failing.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ROUNDS = 5000, LIES = 2000 };
#else
enum { ROUNDS = 50000, LIES = 20000 };
#endif

static rt_item integer(int64_t value) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
}

static rt_item number(double value) {
    return (rt_item){.kind = RT_ITEM_FLOAT, .as.number = value};
}

static rt_array *new_array(rt_number_type type, size_t count) {
    rt_array *array;
    rt_error err = {.message = ""};
    if (rt_array_new(type, count, &array, &err))
        fail_msg("no array: %s", err.message);
    return array;
}

static void drop(rt_array *array) {
    rt_object_unref((rt_object *)(void *)array);
}

static int set(rt_array *array, size_t index, rt_item item) {
    return rt_array_set(array, index, &item);
}

static int64_t int_at(rt_array *array, size_t index) {
    rt_item item;
    rt_array_get(array, index, &item);
    assert_int_equal(item.kind, RT_ITEM_INT);
    return item.as.integer;
}

static double float_at(rt_array *array, size_t index) {
    rt_item item;
    rt_array_get(array, index, &item);
    assert_int_equal(item.kind, RT_ITEM_FLOAT);
    return item.as.number;
}

static int count_descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    assert_non_null(directory);
    while (readdir(directory)) count++;
    closedir(directory);
    return count;
}

/* ---- types ---- */

static void test_array_types_have_names(void **state) {
    (void)state;
    for (int type = RT_NUMBER_I8; type < RT_NUMBER_LAST; type++) {
        const char *name = rt_number_type_name((rt_number_type)type);
        assert_int_equal(rt_number_type_named(name), type);
        assert_int_equal(rt_number_type_is_float((rt_number_type)type),
                         name[0] == 'f');
        assert_non_null(rt_number_type_range((rt_number_type)type));
    }
    assert_int_equal(rt_number_type_named("f16"), 0);
    assert_int_equal(rt_number_type_named(""), 0);
}

static void test_array_begins_with_zeros(void **state) {
    (void)state;
    for (int type = RT_NUMBER_I8; type < RT_NUMBER_LAST; type++) {
        rt_array *array = new_array((rt_number_type)type, 1000);
        size_t width = rt_array_bytes(array) / 1000;
        assert_int_equal(rt_array_number_type(array), type);
        assert_int_equal(rt_array_count(array), 1000);
        assert_int_equal(width * 8,
                         atoi(rt_number_type_name((rt_number_type)type) + 1));
        for (size_t i = 0; i < 1000; i += 333) {
            rt_item item;
            rt_array_get(array, i, &item);
            assert_true(item.kind == RT_ITEM_INT ? item.as.integer == 0
                                                 : item.as.number == 0);
        }
        drop(array);
    }
}

typedef struct limits {
    rt_number_type type;
    int64_t least, most;
} limits;

static const limits small[] = {
    {RT_NUMBER_I8, INT8_MIN, INT8_MAX},
    {RT_NUMBER_I16, INT16_MIN, INT16_MAX},
    {RT_NUMBER_I32, INT32_MIN, INT32_MAX},
    {RT_NUMBER_U8, 0, UINT8_MAX},
    {RT_NUMBER_U16, 0, UINT16_MAX},
    {RT_NUMBER_U32, 0, UINT32_MAX},
};
enum { SMALL = sizeof small / sizeof *small };

static void test_array_integers_keep_to_their_limits(void **state) {
    (void)state;
    for (size_t i = 0; i < SMALL; i++) {
        rt_array *array = new_array(small[i].type, 3);
        assert_int_equal(set(array, 1, integer(small[i].least)), RT_OK);
        assert_true(int_at(array, 1) == small[i].least);
        assert_int_equal(set(array, 1, integer(small[i].most)), RT_OK);
        assert_true(int_at(array, 1) == small[i].most);
        rt_item wrong[] = {integer(small[i].most + 1),
                           integer(small[i].least - 1),
                           integer(INT64_MIN),
                           integer(INT64_MAX),
                           number((double)small[i].most + 1),
                           number(1e300),
                           number(-INFINITY)};
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
            assert_int_equal(set(array, 1, wrong[k]), RT_ELIMIT);
        assert_true(int_at(array, 1) == small[i].most);
        assert_true(int_at(array, 0) == 0 && int_at(array, 2) == 0);
        drop(array);
    }
}

static void test_array_64_bits_are_as_in_lua(void **state) {
    (void)state;
    const rt_number_type types[] = {RT_NUMBER_I64, RT_NUMBER_U64};
    for (int i = 0; i < 2; i++) {
        rt_array *array = new_array(types[i], 1);
        const int64_t values[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
        for (int k = 0; k < 5; k++) {
            assert_int_equal(set(array, 0, integer(values[k])), RT_OK);
            assert_true(int_at(array, 0) == values[k]);
        }
        assert_int_equal(set(array, 0, number(-0x1p63)), RT_OK);
        assert_true(int_at(array, 0) == INT64_MIN);
        assert_int_equal(set(array, 0, number(0x1p64)), RT_ELIMIT);
        assert_int_equal(set(array, 0, number(-0x1p63 - 4096)), RT_ELIMIT);
        assert_int_equal(set(array, 0, number(0x1.8p63)),
                         types[i] == RT_NUMBER_U64 ? RT_OK : RT_ELIMIT);
        assert_true(int_at(array, 0) ==
                    (types[i] == RT_NUMBER_U64 ? INT64_MIN / 2 : INT64_MIN));
        drop(array);
    }
}

static void test_array_integers_take_no_fractions(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_I32, 1);
    assert_int_equal(set(array, 0, number(7.0)), RT_OK);
    assert_int_equal(set(array, 0, number(7.5)), RT_ETYPE);
    assert_int_equal(set(array, 0, number(NAN)), RT_ETYPE);
    assert_int_equal(set(array, 0, (rt_item){.kind = RT_ITEM_NIL}), RT_ETYPE);
    assert_int_equal(set(array, 0, (rt_item){.kind = RT_ITEM_BOOL}), RT_ETYPE);
    assert_int_equal(int_at(array, 0), 7);
    drop(array);
}

static void test_array_floats_take_all_numbers(void **state) {
    (void)state;
    const rt_number_type types[] = {RT_NUMBER_F32, RT_NUMBER_F64};
    for (int i = 0; i < 2; i++) {
        rt_array *array = new_array(types[i], 2);
        const double values[] = {0.5,      -0.0,     INFINITY, -INFINITY,
                                 0x1p-149, 0x1p+127, -3.0};
        for (int k = 0; k < 7; k++) {
            assert_int_equal(set(array, 1, number(values[k])), RT_OK);
            double got = float_at(array, 1);
            assert_memory_equal(&got, &values[k], sizeof got);
        }
        assert_int_equal(set(array, 1, number(NAN)), RT_OK);
        assert_true(isnan(float_at(array, 1)));
        assert_int_equal(set(array, 1, integer(INT64_MIN)), RT_OK);
        assert_true(float_at(array, 1) == -0x1p63);
        assert_int_equal(set(array, 1, (rt_item){.kind = RT_ITEM_NIL}),
                         RT_ETYPE);
        assert_true(float_at(array, 0) == 0);
        drop(array);
    }
}

static void test_array_f32_refuses_what_would_be_infinite(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_F32, 1);
    assert_int_equal(set(array, 0, number((double)FLT_MAX)), RT_OK);
    assert_int_equal(set(array, 0, number(1e39)), RT_ELIMIT);
    assert_int_equal(set(array, 0, number(-1e300)), RT_ELIMIT);
    rt_item item = number((double)FLT_MAX);
    assert_int_equal(rt_array_add(array, 0, &item), RT_ELIMIT);
    assert_true(float_at(array, 0) == (double)FLT_MAX);
    item = number(-INFINITY);
    assert_int_equal(rt_array_add(array, 0, &item), RT_OK);
    item = number(1);
    assert_int_equal(rt_array_add(array, 0, &item), RT_OK);
    assert_true(item.as.number == -INFINITY);
    drop(array);
}

/* ---- add ---- */

static void test_array_add_refuses_sums_that_do_not_fit(void **state) {
    (void)state;
    for (size_t i = 0; i < SMALL; i++) {
        rt_array *array = new_array(small[i].type, 3);
        rt_item item = integer(small[i].most);
        assert_int_equal(rt_array_add(array, 1, &item), RT_OK);
        assert_true(item.as.integer == small[i].most);
        item = integer(1);
        assert_int_equal(rt_array_add(array, 1, &item), RT_ELIMIT);
        item = integer(INT64_MAX);
        assert_int_equal(rt_array_add(array, 1, &item), RT_ELIMIT);
        item = number(0.5);
        assert_int_equal(rt_array_add(array, 1, &item), RT_ETYPE);
        assert_true(int_at(array, 1) == small[i].most);
        item = integer(small[i].least - small[i].most);
        assert_int_equal(rt_array_add(array, 1, &item), RT_OK);
        assert_true(item.as.integer == small[i].least);
        item = number(-1);
        assert_int_equal(rt_array_add(array, 1, &item), RT_ELIMIT);
        assert_true(int_at(array, 1) == small[i].least);
        assert_true(int_at(array, 0) == 0 && int_at(array, 2) == 0);
        drop(array);
    }
}

static void test_array_add_wraps_64_bits(void **state) {
    (void)state;
    const rt_number_type types[] = {RT_NUMBER_I64, RT_NUMBER_U64};
    for (int i = 0; i < 2; i++) {
        rt_array *array = new_array(types[i], 1);
        rt_item item = integer(INT64_MAX);
        assert_int_equal(rt_array_add(array, 0, &item), RT_OK);
        item = number(1);
        assert_int_equal(rt_array_add(array, 0, &item), RT_OK);
        assert_int_equal(item.kind, RT_ITEM_INT);
        assert_true(item.as.integer == INT64_MIN);
        drop(array);
    }
}

static void *add_many(void *argument) {
    rt_array *array = argument;
    for (int i = 0; i < ROUNDS; i++) {
        rt_item item = number(i % 2 ? 3 : -2);
        if (rt_array_add(array, (size_t)i % 3, &item)) abort();
    }
    return NULL;
}

static double sum_of(rt_array *array) {
    double sum = 0;
    for (size_t i = 0; i < rt_array_count(array); i++) {
        rt_item item;
        rt_array_get(array, i, &item);
        sum +=
            item.kind == RT_ITEM_INT ? (double)item.as.integer : item.as.number;
    }
    return sum;
}

static void test_array_add_loses_nothing(void **state) {
    (void)state;
    const rt_number_type types[] = {RT_NUMBER_I32, RT_NUMBER_I64, RT_NUMBER_F32,
                                    RT_NUMBER_F64};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        rt_array *array = new_array(types[i], 3);
        pthread_t threads[4];
        for (int k = 0; k < 4; k++)
            assert_int_equal(pthread_create(&threads[k], NULL, add_many, array),
                             0);
        for (int k = 0; k < 4; k++) pthread_join(threads[k], NULL);
        assert_true(sum_of(array) == 4.0 * ROUNDS / 2);
        drop(array);
    }
}

/* ---- many elements ---- */

static void test_array_fill_sets_all(void **state) {
    (void)state;
    for (int type = RT_NUMBER_I8; type < RT_NUMBER_LAST; type++) {
        for (size_t count = 0; count < 20; count++) {
            rt_array *array = new_array((rt_number_type)type, count);
            rt_item item = integer(100), got;
            assert_int_equal(rt_array_fill(array, &item), RT_OK);
            for (size_t i = 0; i < count; i++) {
                rt_array_get(array, i, &got);
                assert_true(rt_item_equal(&got, &item));
            }
            item.kind = RT_ITEM_NIL;
            assert_int_equal(rt_array_fill(array, &item), RT_ETYPE);
            drop(array);
        }
    }
    rt_array *array = new_array(RT_NUMBER_I16, 5);
    rt_item item = integer(-2);
    assert_int_equal(rt_array_fill(array, &item), RT_OK);
    assert_int_equal(int_at(array, 0), -2);
    assert_int_equal(int_at(array, 4), -2);
    item = integer(40000);
    assert_int_equal(rt_array_fill(array, &item), RT_ELIMIT);
    assert_int_equal(int_at(array, 0), -2);
    drop(array);
}

/* Every range of an array, against the same range of plain memory. */
static void check_reading(rt_array *array, size_t width, const char *plain) {
    char got[200];
    size_t count = rt_array_count(array);
    for (size_t first = 0; first <= count; first++) {
        for (size_t n = 0; first + n <= count; n++) {
            memset(got, 0x55, sizeof got);
            rt_array_read(array, first, n, got);
            assert_memory_equal(got, plain + first * width, n * width);
            assert_int_equal(got[n * width], 0x55);
        }
    }
}

static void test_array_read_gives_the_bytes(void **state) {
    (void)state;
    const uint16_t shorts[19] = {1, 2, 3, 0xfffe, 5, 6, 7, 8, 9, 10, 11, 12};
    const float singles[19] = {1.5f, -2, 3, 4, 5, 6, 7, 8, 9};
    const uint8_t bytes[19] = {1, 2, 3, 4, 250, 6, 7, 8, 9, 10, 11, 12, 13};
    rt_array *s = new_array(RT_NUMBER_U16, 19);
    rt_array *f = new_array(RT_NUMBER_F32, 19);
    rt_array *b = new_array(RT_NUMBER_U8, 19);
    for (size_t i = 0; i < 19; i++) {
        (void)set(s, i, integer(shorts[i]));
        (void)set(f, i, number((double)singles[i]));
        (void)set(b, i, integer(bytes[i]));
    }
    check_reading(s, 2, (const char *)shorts);
    check_reading(f, 4, (const char *)singles);
    check_reading(b, 1, (const char *)bytes);
    drop(s);
    drop(f);
    drop(b);
}

/* ---- making ---- */

static void test_array_may_be_empty(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_F64, 0), *other;
    rt_array_card card;
    char nothing = 'x';
    rt_array_read(array, 0, 0, &nothing);
    assert_int_equal(rt_array_bytes(array), 0);
    rt_array_describe(array, &card);
    assert_true(rt_array_card_is_sound(&card));
    assert_int_equal(rt_array_open(&card, &other, NULL), RT_OK);
    assert_int_equal(rt_array_count(other), 0);
    drop(other);
    drop(array);
}

static void test_array_too_large_is_refused(void **state) {
    (void)state;
    const size_t counts[] = {SIZE_MAX, SIZE_MAX / 8, (size_t)INT64_MAX,
                             (size_t)1 << 50};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        rt_array *array;
        rt_error err;
        assert_int_equal(rt_array_new(RT_NUMBER_F64, counts[i], &array, &err),
                         RT_ELIMIT);
        assert_null(array);
        assert_non_null(strstr(err.message, "than this machine's memory"));
    }
}

static void test_array_reports_no_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_array *array = new_array(RT_NUMBER_I32, 10), *other;
    rt_array_card card;
    rt_array_describe(array, &card);
    size_t before = rt_alloc_count();
    int descriptors = count_descriptors();
    rt_alloc_fail(1, 0);
    assert_int_equal(rt_array_new(RT_NUMBER_I32, 10, &other, NULL),
                     RT_ENOMEMORY);
    assert_null(other);
    rt_alloc_fail(1, 0);
    assert_int_equal(rt_array_open(&card, &other, NULL), RT_ENOMEMORY);
    assert_null(other);
    rt_alloc_fail(0, 0);
    assert_int_equal(rt_alloc_count(), before);
    assert_int_equal(count_descriptors(), descriptors);
    drop(array);
}

static void test_array_reports_no_descriptors(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_I32, 10), *other;
    rt_array_card card;
    rt_array_describe(array, &card);
    struct rlimit old, none = {0, 0};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    size_t before = rt_alloc_count();
    rt_error err = {.message = ""};
    assert_int_equal(rt_array_new(RT_NUMBER_I32, 10, &other, &err), -EMFILE);
    assert_string_equal(err.message, rt_status_text(-EMFILE));
    assert_int_equal(rt_array_open(&card, &other, &err), -EMFILE);
    assert_int_equal(rt_alloc_count(), before);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    drop(array);
}

static void test_array_gives_everything_back(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    int descriptors = count_descriptors();
    for (int i = 0; i < 2000; i++) drop(new_array(RT_NUMBER_U8, 100));
    assert_int_equal(rt_alloc_count(), before);
    assert_int_equal(count_descriptors(), descriptors);
}

/* ---- cards ---- */

static void test_array_opened_is_the_same_memory(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_I64, 1000), *other, *third;
    rt_array_card card;
    rt_array_describe(array, &card);
    assert_int_equal(card.pid, getpid());
    assert_int_equal(rt_array_open(&card, &other, NULL), RT_OK);
    (void)set(array, 999, integer(77));
    assert_int_equal(int_at(other, 999), 77);
    drop(array);
    (void)set(other, 0, integer(78));
    rt_array_describe(other, &card); /* it can be opened by its own card */
    assert_int_equal(rt_array_open(&card, &third, NULL), RT_OK);
    assert_int_equal(int_at(third, 0), 78);
    assert_int_equal(int_at(third, 999), 77);
    drop(other);
    drop(third);
}

static void touch_in_child(const rt_array_card *card) {
    rt_array *array;
    if (rt_array_open(card, &array, NULL)) _exit(1);
    rt_item item = integer(5);
    if (rt_array_add(array, 1, &item) || item.as.integer != 12) _exit(2);
    _exit(0);
}

static void test_array_opens_in_another_process(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_I32, 2);
    (void)set(array, 1, integer(7));
    rt_array_card card;
    rt_array_describe(array, &card);
    pid_t pid = fork(); /* only this thread exists */
    assert_true(pid >= 0);
    if (pid == 0) touch_in_child(&card);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(int_at(array, 1), 12);
    drop(array);
}

static void refuses(const rt_array_card *card, int expected) {
    rt_array *array;
    rt_error err = {.message = ""};
    int status = rt_array_open(card, &array, &err);
    if (status != expected)
        fail_msg("opened with %d (%s), not %d", status, err.message, expected);
    assert_null(array);
    assert_true(err.message[0] != 0);
}

static void test_array_refuses_other_files(void **state) {
    (void)state;
    int unsealed = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int growing = memfd_create("growing", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int pair[2], ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(ftruncate(unsealed, 80), 0);
    assert_int_equal(ftruncate(growing, 80), 0);
    assert_int_equal(fcntl(growing, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    int plain = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int directory = open("/", O_RDONLY | O_CLOEXEC);
    const int files[] = {unsealed, growing, plain,  directory,
                         pair[0],  ends[0], ends[1]};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct stat info;
        assert_int_equal(fstat(files[i], &info), 0);
        rt_array_card card = {.type = RT_NUMBER_U8,
                              .pid = (uint32_t)getpid(),
                              .fd = (uint32_t)files[i],
                              .inode = info.st_ino,
                              .bytes = (uint64_t)info.st_size};
        assert_true(rt_array_card_is_sound(&card));
        rt_array *array;
        int status = rt_array_open(&card, &array, NULL);
        assert_true(status == RT_EDAMAGED || status == -EISDIR ||
                    status == -ENXIO || status == -ETXTBSY ||
                    status == -EACCES);
        assert_null(array);
        close(files[i]);
    }
    close(pair[1]);
}

static void test_array_refuses_cards_that_lie(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_I32, 10);
    rt_array_card right, card;
    rt_array_describe(array, &right);
    card = right;
    card.inode++;
    refuses(&card, RT_EDAMAGED);
    card = right;
    card.bytes += 4;
    refuses(&card, RT_EDAMAGED);
    card = right;
    card.fd = 1000000;
    refuses(&card, RT_EDIED);
    card = right;
    card.pid = INT32_MAX; /* larger than any */
    refuses(&card, RT_EDIED);
    drop(array);
    refuses(&right, RT_EDIED);

    card = right;
    card.bytes = 2; /* half an element */
    assert_false(rt_array_card_is_sound(&card));
    card = right;
    card.bytes = UINT64_MAX - 3;
    assert_false(rt_array_card_is_sound(&card));
    card = right;
    card.type = RT_NUMBER_LAST;
    assert_false(rt_array_card_is_sound(&card));
    card = right;
    card.type = (rt_number_type)0;
    assert_false(rt_array_card_is_sound(&card));
    card = right;
    card.pid = 0;
    assert_false(rt_array_card_is_sound(&card));
    card = right;
    card.fd = UINT32_MAX;
    assert_false(rt_array_card_is_sound(&card));
}

/* Random damage to a card is an error or the array: nothing else happens. */
static void test_array_survives_any_card(void **state) {
    (void)state;
    rt_array *array = new_array(RT_NUMBER_I32, 10);
    rt_array_card right;
    rt_array_describe(array, &right);
    unsigned seed = 20;
    int opened = 0;
    for (int i = 0; i < LIES; i++) {
        rt_array_card card = right;
        uint8_t *bytes = (uint8_t *)&card;
        for (int k = rand_r(&seed) % 3; k >= 0; k--)
            bytes[(size_t)rand_r(&seed) % sizeof card] ^=
                (uint8_t)(1 << rand_r(&seed) % 8);
        rt_array *other;
        if (!rt_array_card_is_sound(&card)) continue;
        if (rt_array_open(&card, &other, NULL)) continue;
        rt_item item;
        opened++;
        assert_int_equal(rt_array_bytes(other), 40);
        rt_array_get(other, rt_array_count(other) - 1, &item);
        drop(other);
    }
    assert_true(opened > 0); /* the type is not told by the file */
    drop(array);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_array_types_have_names),
        cmocka_unit_test(test_array_begins_with_zeros),
        cmocka_unit_test(test_array_integers_keep_to_their_limits),
        cmocka_unit_test(test_array_64_bits_are_as_in_lua),
        cmocka_unit_test(test_array_integers_take_no_fractions),
        cmocka_unit_test(test_array_floats_take_all_numbers),
        cmocka_unit_test(test_array_f32_refuses_what_would_be_infinite),
        cmocka_unit_test(test_array_add_refuses_sums_that_do_not_fit),
        cmocka_unit_test(test_array_add_wraps_64_bits),
        cmocka_unit_test(test_array_add_loses_nothing),
        cmocka_unit_test(test_array_fill_sets_all),
        cmocka_unit_test(test_array_read_gives_the_bytes),
        cmocka_unit_test(test_array_may_be_empty),
        cmocka_unit_test(test_array_too_large_is_refused),
        cmocka_unit_test(test_array_reports_no_memory),
        cmocka_unit_test(test_array_reports_no_descriptors),
        cmocka_unit_test(test_array_gives_everything_back),
        cmocka_unit_test(test_array_opened_is_the_same_memory),
        cmocka_unit_test(test_array_opens_in_another_process),
        cmocka_unit_test(test_array_refuses_other_files),
        cmocka_unit_test(test_array_refuses_cards_that_lie),
        cmocka_unit_test(test_array_survives_any_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
