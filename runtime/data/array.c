/* array.c - a memfd, mapped; elements are atomic accesses of their own width.
 *
 * The seals are what makes the memory safe to share: a file that could become
 * shorter would kill whoever touches what is no longer there (SIGBUS), so a
 * file without them is not mapped. Only a memfd can have them, so they also
 * tell that it is one.
 *
 * Many elements are read or filled by words of eight bytes, each of which holds
 * whole elements only. */
#include "data/array.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/call.h"

enum { WORD = sizeof(uint64_t) };

struct rt_array {
    rt_object object;
    rt_number_type type;
    unsigned shift; /* an element has 1 << shift bytes */
    size_t count;
    void *data; /* mapped; NULL: no elements */
    int fd;     /* open as long as the array is */
    uint64_t inode;
    rt_object *origin;
    void (*forget)(rt_array *array, rt_object *origin);
};

/* ---- types ---- */

typedef struct shape {
    const char *name;
    const char *range;
    unsigned shift;
    int64_t least, most; /* of integers */
} shape;

static const shape shapes[RT_NUMBER_LAST] = {
    [RT_NUMBER_I8] = {"i8", "-128 to 127", 0, INT8_MIN, INT8_MAX},
    [RT_NUMBER_I16] = {"i16", "-32768 to 32767", 1, INT16_MIN, INT16_MAX},
    [RT_NUMBER_I32] = {"i32", "-2147483648 to 2147483647", 2, INT32_MIN,
                       INT32_MAX},
    [RT_NUMBER_I64] = {"i64", "integers of 64 bits", 3, INT64_MIN, INT64_MAX},
    [RT_NUMBER_U8] = {"u8", "0 to 255", 0, 0, UINT8_MAX},
    [RT_NUMBER_U16] = {"u16", "0 to 65535", 1, 0, UINT16_MAX},
    [RT_NUMBER_U32] = {"u32", "0 to 4294967295", 2, 0, UINT32_MAX},
    [RT_NUMBER_U64] = {"u64", "integers of 64 bits", 3, INT64_MIN, INT64_MAX},
    [RT_NUMBER_F32] = {"f32", "numbers up to 3.4e38", 2, 0, 0},
    [RT_NUMBER_F64] = {"f64", "numbers", 3, 0, 0},
};

const char *rt_number_type_name(rt_number_type type) {
    return shapes[type].name;
}

const char *rt_number_type_range(rt_number_type type) {
    return shapes[type].range;
}

rt_number_type rt_number_type_named(const char *name) {
    for (int type = RT_NUMBER_I8; type < RT_NUMBER_LAST; type++)
        if (strcmp(shapes[type].name, name) == 0) return (rt_number_type)type;
    return (rt_number_type)0;
}

/* ---- accesses ---- */

static inline uint64_t load(const void *data, unsigned shift, size_t index) {
    switch (shift) {
    case 0:
        return __atomic_load_n((const uint8_t *)data + index, __ATOMIC_ACQUIRE);
    case 1:
        return __atomic_load_n((const uint16_t *)data + index,
                               __ATOMIC_ACQUIRE);
    case 2:
        return __atomic_load_n((const uint32_t *)data + index,
                               __ATOMIC_ACQUIRE);
    }
    return __atomic_load_n((const uint64_t *)data + index, __ATOMIC_ACQUIRE);
}

static inline void store(void *data, unsigned shift, size_t index,
                         uint64_t bits) {
    switch (shift) {
    case 0:
        __atomic_store_n((uint8_t *)data + index, (uint8_t)bits,
                         __ATOMIC_RELEASE);
        return;
    case 1:
        __atomic_store_n((uint16_t *)data + index, (uint16_t)bits,
                         __ATOMIC_RELEASE);
        return;
    case 2:
        __atomic_store_n((uint32_t *)data + index, (uint32_t)bits,
                         __ATOMIC_RELEASE);
        return;
    }
    __atomic_store_n((uint64_t *)data + index, bits, __ATOMIC_RELEASE);
}

#define SWAP(type)                                                             \
    type expected = (type)from;                                                \
    return __atomic_compare_exchange_n((type *)data + index, &expected,        \
                                       (type)to, false, __ATOMIC_SEQ_CST,      \
                                       __ATOMIC_RELAXED)

/* Whether the element was `from`, and is `to` now. */
static bool swap(void *data, unsigned shift, size_t index, uint64_t from,
                 uint64_t to) {
    switch (shift) {
    case 0: {
        SWAP(uint8_t);
    }
    case 1: {
        SWAP(uint16_t);
    }
    case 2: {
        SWAP(uint32_t);
    }
    }
    SWAP(uint64_t);
}

/* ---- numbers and bits ---- */

static inline int64_t to_signed(rt_number_type type, uint64_t bits) {
    switch (type) {
    case RT_NUMBER_I8:
        return (int8_t)bits;
    case RT_NUMBER_I16:
        return (int16_t)bits;
    case RT_NUMBER_I32:
        return (int32_t)bits;
    default:
        return (int64_t)bits; /* loaded without a sign, or of 64 bits */
    }
}

static inline double to_double(rt_number_type type, uint64_t bits) {
    if (type == RT_NUMBER_F32) {
        uint32_t half = (uint32_t)bits;
        float single;
        memcpy(&single, &half, sizeof single);
        return (double)single;
    }
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static inline void decode(rt_number_type type, uint64_t bits, rt_item *number) {
    if (rt_number_type_is_float(type)) {
        number->kind = RT_ITEM_FLOAT;
        number->as.number = to_double(type, bits);
    } else {
        number->kind = RT_ITEM_INT;
        number->as.integer = to_signed(type, bits);
    }
}

static int float_to_integer(double number, bool is_u64, int64_t *integer) {
    if (number != floor(number)) return RT_ETYPE; /* NaN too */
    if (number >= -0x1p63 && number < 0x1p63)
        *integer = (int64_t)number;
    else if (is_u64 && number > 0 && number < 0x1p64)
        *integer = (int64_t)(uint64_t)number;
    else
        return RT_ELIMIT;
    return RT_OK;
}

static inline int to_integer(rt_number_type type, const rt_item *number,
                             int64_t *integer) {
    if (number->kind == RT_ITEM_FLOAT)
        return float_to_integer(number->as.number, type == RT_NUMBER_U64,
                                integer);
    if (number->kind != RT_ITEM_INT) return RT_ETYPE;
    *integer = number->as.integer;
    return RT_OK;
}

static inline bool fits(rt_number_type type, int64_t integer) {
    return integer >= shapes[type].least && integer <= shapes[type].most;
}

static inline int to_number(const rt_item *number, double *value) {
    if (number->kind != RT_ITEM_FLOAT && number->kind != RT_ITEM_INT)
        return RT_ETYPE;
    *value = number->kind == RT_ITEM_INT ? (double)number->as.integer
                                         : number->as.number;
    return RT_OK;
}

/* `may_be_infinite`: what it was made of is. */
static int encode_float(rt_number_type type, double number,
                        bool may_be_infinite, uint64_t *bits) {
    if (type == RT_NUMBER_F64) {
        memcpy(bits, &number, sizeof number);
        return RT_OK;
    }
    float single = (float)number;
    if (isinf(single) && !may_be_infinite) return RT_ELIMIT;
    uint32_t half;
    memcpy(&half, &single, sizeof half);
    *bits = half;
    return RT_OK;
}

static inline int encode(rt_number_type type, const rt_item *number,
                         uint64_t *bits) {
    int status;
    if (rt_number_type_is_float(type)) {
        double value;
        status = to_number(number, &value);
        return status ? status : encode_float(type, value, isinf(value), bits);
    }
    int64_t integer;
    status = to_integer(type, number, &integer);
    if (status) return status;
    *bits = (uint64_t)integer;
    return fits(type, integer) ? RT_OK : RT_ELIMIT;
}

/* ---- elements ---- */

rt_number_type rt_array_number_type(const rt_array *array) {
    return array->type;
}

size_t rt_array_count(const rt_array *array) {
    return array->count;
}

size_t rt_array_bytes(const rt_array *array) {
    return array->count << array->shift;
}

void rt_array_get(const rt_array *array, size_t index, rt_item *number) {
    assert(index < array->count);
    decode(array->type, load(array->data, array->shift, index), number);
}

int rt_array_set(rt_array *array, size_t index, const rt_item *number) {
    assert(index < array->count);
    uint64_t bits;
    int status = encode(array->type, number, &bits);
    if (status == RT_OK) store(array->data, array->shift, index, bits);
    return status;
}

static int add_float(rt_array *array, size_t index, rt_item *number) {
    double by;
    int status = to_number(number, &by);
    if (status) return status;
    uint64_t from, to;
    do {
        from = load(array->data, array->shift, index);
        double old = to_double(array->type, from);
        status =
            encode_float(array->type, old + by, isinf(old) || isinf(by), &to);
        if (status) return status;
    } while (!swap(array->data, array->shift, index, from, to));
    decode(array->type, to, number);
    return RT_OK;
}

static int add_small(rt_array *array, size_t index, int64_t by, int64_t *sum) {
    uint64_t from;
    do {
        from = load(array->data, array->shift, index);
        if (__builtin_add_overflow(to_signed(array->type, from), by, sum) ||
            !fits(array->type, *sum))
            return RT_ELIMIT;
    } while (!swap(array->data, array->shift, index, from, (uint64_t)*sum));
    return RT_OK;
}

int rt_array_add(rt_array *array, size_t index, rt_item *number) {
    assert(index < array->count);
    if (rt_number_type_is_float(array->type))
        return add_float(array, index, number);
    int64_t by, sum = 0;
    int status = to_integer(array->type, number, &by);
    if (status) return status;
    if (array->shift == 3)
        sum = (int64_t)__atomic_add_fetch((uint64_t *)array->data + index,
                                          (uint64_t)by, __ATOMIC_SEQ_CST);
    else
        status = add_small(array, index, by, &sum);
    if (status) return status;
    number->kind = RT_ITEM_INT;
    number->as.integer = sum;
    return RT_OK;
}

int rt_array_fill(rt_array *array, const rt_item *number) {
    uint64_t bits;
    int status = encode(array->type, number, &bits);
    if (status) return status;
    unsigned width = 8u << array->shift; /* in bits */
    uint64_t word = width == 64 ? bits : bits & ((UINT64_C(1) << width) - 1);
    for (; width < 64; width *= 2) word |= word << width;
    size_t words = rt_array_bytes(array) / WORD;
    for (size_t i = 0; i < words; i++) store(array->data, 3, i, word);
    for (size_t i = (words * WORD) >> array->shift; i < array->count; i++)
        store(array->data, array->shift, i, bits);
    return RT_OK;
}

/* Elements from `first` up to `end`; returns where it stored on. */
static char *read_by(const rt_array *array, unsigned shift, size_t first,
                     size_t end, char *to) {
    size_t width = (size_t)1 << shift;
    size_t skip = BYTE_ORDER == BIG_ENDIAN ? WORD - width : 0;
    for (size_t i = first; i < end; i++, to += width) {
        uint64_t bits = load(array->data, shift, i);
        memcpy(to, (const char *)&bits + skip, width);
    }
    return to;
}

void rt_array_read(const rt_array *array, size_t first, size_t count,
                   void *to) {
    size_t end = first + count;
    assert(end <= array->count);
    size_t per_word = WORD >> array->shift;
    size_t first_word = (first + per_word - 1) / per_word;
    size_t end_word = end / per_word;
    if (first_word >= end_word) {
        (void)read_by(array, array->shift, first, end, to);
        return;
    }
    char *at = read_by(array, array->shift, first, first_word * per_word, to);
    at = read_by(array, 3, first_word, end_word, at);
    (void)read_by(array, array->shift, end_word * per_word, end, at);
}

/* ---- life ---- */

static void array_free(rt_object *object) {
    rt_array *array = (rt_array *)object;
    if (array->forget) array->forget(array, array->origin);
    if (array->data) (void)munmap(array->data, rt_array_bytes(array));
    if (array->fd >= 0) (void)close(array->fd);
    rt_free(array);
}

/* A process that knows an array has it mapped and needs no operations; but an
 * object without them is not sent to other processes. */
static void array_call(rt_object *object, rt_call *call) {
    (void)object;
    call->reply(call, RT_EUSAGE, NULL);
}

/* A page, and what the kernel keeps for a file and its mapping; the rest
 * stands for the descriptor, of which there are fewer than there is memory. */
enum { LEAST_SIZE = 64 * 1024 };

static size_t array_size(rt_object *object) {
    size_t bytes = rt_array_bytes((rt_array *)object);
    return bytes > LEAST_SIZE ? bytes : LEAST_SIZE;
}

const rt_object_type rt_array_type = {
    .name = "Array",
    .kind = RT_KIND_ARRAY,
    .free = array_free,
    .call = array_call,
    .size = array_size,
};

static rt_array *new_array(rt_number_type type, size_t count) {
    rt_array *array = rt_calloc(sizeof *array);
    if (!array) return NULL;
    rt_object_init(&array->object, &rt_array_type);
    array->type = type;
    array->shift = shapes[type].shift;
    array->count = count;
    array->fd = -1;
    return array;
}

static int system_error(rt_error *err) {
    int code = errno;
    return rt_error_set(err, -code, "%s", rt_status_text(-code));
}

static int map(rt_array *array, rt_error *err) {
    if (array->count == 0) return RT_OK;
    void *data = mmap(NULL, rt_array_bytes(array), PROT_READ | PROT_WRITE,
                      MAP_SHARED, array->fd, 0);
    if (data == MAP_FAILED) return system_error(err);
    array->data = data;
    return RT_OK;
}

/* ---- making ---- */

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL };

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 wants to be told */
#endif

static int make_memory(void) {
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = memfd_create("plait array", flags | MFD_NOEXEC_SEAL);
    return fd < 0 && errno == EINVAL ? memfd_create("plait array", flags) : fd;
}

static int make_file(rt_array *array, rt_error *err) {
    array->fd = make_memory();
    if (array->fd < 0) return system_error(err);
    struct stat info;
    if (ftruncate(array->fd, (off_t)rt_array_bytes(array)) < 0 ||
        fcntl(array->fd, F_ADD_SEALS, SEALS) < 0 || fstat(array->fd, &info) < 0)
        return system_error(err);
    array->inode = (uint64_t)info.st_ino;
    return RT_OK;
}

enum { COUNT_TO_CHECK = 1 << 20 };

/* Memory is taken page by page when it is touched, which cannot fail politely
 * any more; what can never be had is refused here. */
static int check_size(rt_number_type type, size_t count, rt_error *err) {
    if (count < COUNT_TO_CHECK) return RT_OK;
    struct sysinfo info;
    uint64_t most = SIZE_MAX / 2;
    if (sysinfo(&info) == 0) {
        uint64_t there = ((uint64_t)info.totalram + info.totalswap) *
                         (info.mem_unit ? info.mem_unit : 1);
        if (there < most) most = there;
    }
    if (count <= most >> shapes[type].shift) return RT_OK;
    return rt_error_set(err, RT_ELIMIT,
                        "%zu elements of %u bytes are more than this machine's "
                        "memory",
                        count, 1u << shapes[type].shift);
}

int rt_array_new(rt_number_type type, size_t count, rt_array **array,
                 rt_error *err) {
    *array = NULL;
    int status = check_size(type, count, err);
    if (status) return status;
    rt_array *made = new_array(type, count);
    if (!made) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    status = make_file(made, err);
    if (!status) status = map(made, err);
    if (status) {
        rt_object_unref(&made->object);
        return status;
    }
    *array = made;
    return RT_OK;
}

/* ---- between processes ---- */

void rt_array_describe(const rt_array *array, rt_array_card *card) {
    *card = (rt_array_card){.type = array->type,
                            .pid = (uint32_t)getpid(),
                            .fd = (uint32_t)array->fd,
                            .inode = array->inode,
                            .bytes = rt_array_bytes(array)};
}

bool rt_array_card_is_sound(const rt_array_card *card) {
    if (card->type < RT_NUMBER_I8 || card->type >= RT_NUMBER_LAST) return false;
    uint64_t rest =
        card->bytes & ((UINT64_C(1) << shapes[card->type].shift) - 1);
    return rest == 0 && card->bytes <= SIZE_MAX / 2 && card->pid > 0 &&
           card->pid <= INT32_MAX && card->fd <= INT32_MAX;
}

/* Whatever the name refers to, opening it has no effect and does not wait. */
static int open_file(rt_array *array, const rt_array_card *card,
                     rt_error *err) {
    char name[48];
    (void)snprintf(name, sizeof name, "/proc/%u/fd/%u", card->pid, card->fd);
    array->fd = open(name, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (array->fd >= 0) return RT_OK;
    if (errno == ENOENT || errno == ESRCH)
        return rt_error_set(err, RT_EDIED,
                            "the process that had its memory has ended");
    return system_error(err);
}

static int check_file(rt_array *array, const rt_array_card *card,
                      rt_error *err) {
    struct stat info;
    if (fstat(array->fd, &info) < 0) return system_error(err);
    int seals = fcntl(array->fd, F_GET_SEALS);
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_ino != card->inode ||
        (uint64_t)info.st_size != card->bytes || seals < 0 ||
        (seals & SEALS) != SEALS)
        return rt_error_set(err, RT_EDAMAGED,
                            "descriptor %u of process %u is not its memory",
                            card->fd, card->pid);
    array->inode = card->inode;
    return RT_OK;
}

int rt_array_open(const rt_array_card *card, rt_array **array, rt_error *err) {
    *array = NULL;
    assert(rt_array_card_is_sound(card));
    rt_array *made =
        new_array(card->type, (size_t)card->bytes >> shapes[card->type].shift);
    if (!made) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    int status = open_file(made, card, err);
    if (!status) status = check_file(made, card, err);
    if (!status) status = map(made, err);
    if (status) {
        rt_object_unref(&made->object);
        return status;
    }
    *array = made;
    return RT_OK;
}

void rt_array_set_origin(rt_array *array, rt_object *origin,
                         void (*forget)(rt_array *array, rt_object *origin)) {
    rt_object_ref(origin); /* until array_free */
    array->origin = origin;
    array->forget = forget;
}

rt_object *rt_array_origin(const rt_array *array) {
    return array->origin;
}
