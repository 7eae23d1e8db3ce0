/* array.h - numbers of one type in memory that processes share.
 *
 * The memory is a sealed memfd, so it has the size it was made with for ever.
 * Each process that uses the array opens that file and maps it: the array
 * there is as good as the first one, also when its maker has ended, and may be
 * opened by others in turn. What has to be told for that is a card.
 *
 * Each element is read and written whole, in one access: what a strand wrote
 * before it is seen by whoever reads it. Any thread may call any function
 * here; none of them waits. */
#ifndef RT_DATA_ARRAY_H
#define RT_DATA_ARRAY_H

#include "base/status.h"
#include "data/item.h"

/* Also on the wire between processes. Append only. */
typedef enum {
    RT_NUMBER_I8 = 1,
    RT_NUMBER_I16,
    RT_NUMBER_I32,
    RT_NUMBER_I64,
    RT_NUMBER_U8,
    RT_NUMBER_U16,
    RT_NUMBER_U32,
    RT_NUMBER_U64,
    RT_NUMBER_F32,
    RT_NUMBER_F64,
    RT_NUMBER_LAST
} rt_number_type;

typedef struct rt_array rt_array;

extern const rt_object_type rt_array_type;

/* "f64"; and back: 0 if there is no such type. */
const char *rt_number_type_name(rt_number_type type);
rt_number_type rt_number_type_named(const char *name);

/* What its elements can hold: "0 to 255". */
const char *rt_number_type_range(rt_number_type type);

static inline bool rt_number_type_is_float(rt_number_type type) {
    return type >= RT_NUMBER_F32;
}

/* All zero. With a reference, the caller's, in `*array`.
 * Returns: RT_OK; RT_ENOMEMORY; RT_ELIMIT (more than this machine's memory);
 * a code of the system, such as -EMFILE; each with a message. */
int rt_array_new(rt_number_type type, size_t count, rt_array **array,
                 rt_error *err);

rt_number_type rt_array_number_type(const rt_array *array);
size_t rt_array_count(const rt_array *array);
size_t rt_array_bytes(const rt_array *array);

/* ---- elements; indexes from 0, less than the count ----
 *
 * Numbers are items of kind INT or FLOAT. An array of integers takes a float
 * that has an integer's value. Those of u64 above the largest int64_t are the
 * negative ones with the same bits, as in Lua. An array of floats takes any
 * number, but one of f32 none that it would make infinite.
 * Functions that take a number return RT_OK; RT_ETYPE (it is no number, or no
 * integer where one is needed); RT_ELIMIT (it does not fit): then nothing was
 * written. */

void rt_array_get(const rt_array *array, size_t index, rt_item *number);
int rt_array_set(rt_array *array, size_t index, const rt_item *number);

/* Adds `number` in one step, and leaves the sum there. A sum of 64-bit integers
 * wraps around, as Lua's +; others must fit. */
int rt_array_add(rt_array *array, size_t index, rt_item *number);

/* All elements, one by one. */
int rt_array_fill(rt_array *array, const rt_item *number);

/* The bytes of `count` elements from `first` on, in this machine's order. */
void rt_array_read(const rt_array *array, size_t first, size_t count, void *to);

/* ---- between processes ---- */

/* Where another process of this machine and user finds the memory: as
 * /proc/PID/fd/FD, as long as an array of this process has it open. The rest is
 * to be sure that it is the right one. */
typedef struct rt_array_card {
    rt_number_type type;
    uint32_t pid;
    uint32_t fd;
    uint64_t inode;
    uint64_t bytes;
} rt_array_card;

/* This process's own card of the array. */
void rt_array_describe(const rt_array *array, rt_array_card *card);

/* Whether a card could be true. */
bool rt_array_card_is_sound(const rt_array_card *card);

/* Opens the memory of a sound card. With a reference, the caller's.
 * Returns: RT_OK; RT_EDIED (the process is gone, or has closed it);
 * RT_EDAMAGED (it is something else); RT_ENOMEMORY; a code of the system; each
 * with a message. */
int rt_array_open(const rt_array_card *card, rt_array **array, rt_error *err);

/* Ties an array to the remote end it came by: `origin`, which is kept until the
 * array is freed; then `forget` is called, which drops it. Once, before anybody
 * else knows the array. */
void rt_array_set_origin(rt_array *array, rt_object *origin,
                         void (*forget)(rt_array *array, rt_object *origin));

/* NULL: it was made here. */
rt_object *rt_array_origin(const rt_array *array);

#endif
