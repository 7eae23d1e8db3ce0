/* frame.h - the units of the wire: a fixed header, then a body.
 *
 *   0 magic u16   2 version u8   3 type u8    4 flags u16 (0)
 *   6 reserved u16 (0)           8 length u32 of the body
 *  12 checksum u32 of all other bytes of the header
 *  16 request u64 (0 where the type has none)
 *
 * All little-endian. A body is: message bytes, fixed fields of the type,
 * object references of 35 bytes each, count of references u32; the types
 * without a message have the fixed fields only. The message comes first so
 * that a body that was received becomes the message without moving a byte.
 *
 *   reference: 0 direction u8   1 kind u8   2 id u64, then the card of an Array
 *              that the peer may have to open (data/array.h), else zero:
 *              10 type u8  11 pid u32  15 fd u32  19 inode u64  27 bytes u64
 *
 * The reader is total: any bytes in any pieces give frames or an error that
 * says what is wrong. It has no I/O and no threads. */
#ifndef RT_IPC_FRAME_H
#define RT_IPC_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

enum {
    RT_FRAME_HEADER = 24,
    RT_FRAME_MAGIC = 0x4C50, /* "PL" */
    RT_FRAME_VERSION = 1,
    RT_FRAME_LIMIT = 1 << 30, /* bytes in a body, unless agreed otherwise */
    RT_FRAME_REFERENCE = 35   /* bytes */
};

typedef enum {
    RT_FRAME_HELLO = 1, /* byte order, sizes, limit u32, version text */
    RT_FRAME_START,     /* message: the work of a child */
    RT_FRAME_RESULT,    /* message: its outcome; state u8 */
    RT_FRAME_CANCEL,    /* message: the reason, maybe none */
    RT_FRAME_CALL,      /* message: arguments; object u64, party u64,
                           operation u32 */
    RT_FRAME_REPLY,     /* message: result; status u32 */
    RT_FRAME_WITHDRAW,  /* the caller of `request` gave up: status u32 */
    RT_FRAME_GONE,      /* party u64 has ended; u8: 1 if it is a process (see
                           data/call.h) that died */
    RT_FRAME_DROP,      /* object u64, count u64 of references given back */
    RT_FRAME_BYE,       /* the last frame of a parent */
    /* Loans of channels (sync/loan.h), by the home to the borrower: */
    RT_FRAME_LEND,   /* object u64, places u64; 0: the channel is closed */
    RT_FRAME_STOCK,  /* message: items; object u64, record u32 of the ledger */
    RT_FRAME_RECALL, /* object u64: give all back */
    /* and by the borrower to the home: */
    RT_FRAME_WANT,   /* object u64: some strand waits for a place */
    RT_FRAME_FEED,   /* message: items for places; object u64 */
    RT_FRAME_TAKEN,  /* object u64: look at the record */
    RT_FRAME_RETURN, /* object u64, places u64, items u64 */
    /* Censuses (exec/census.h): */
    RT_FRAME_CENSUS,  /* by a parent: time to answer in u64 nanoseconds */
    RT_FRAME_RECORDS, /* message: records, maybe none */
    /* By a child: it was quiet (exec/quiet.h) when it had received and sent so
     * many frames that count: u64, u64. */
    RT_FRAME_QUIET,
    /* To a child that was told to stop, and from it (ipc/insist.h): */
    RT_FRAME_PROBE, /* by a parent: does the main thread keep to its rules? */
    RT_FRAME_ALIVE, /* it does */
    /* By a parent, before START: what the child may do (exec/runtime.h): memory
     * u64, denied u32. None: all. */
    RT_FRAME_BOUNDS,
    RT_FRAME_LAST
} rt_frame_type;

/* What a type's frames look like. */
typedef struct rt_frame_shape {
    const char *name;
    uint8_t field_bytes; /* for HELLO the least */
    bool has_message;    /* maybe an empty one, and references */
    bool needs_message;  /* never an empty one */
    bool has_request;
} rt_frame_shape;

/* Whether a child that is quiet may go on because of it. */
static inline bool rt_frame_counts(rt_frame_type type) {
    return type != RT_FRAME_QUIET && type != RT_FRAME_PROBE &&
           type != RT_FRAME_ALIVE && type != RT_FRAME_BOUNDS;
}

/* `type` must be one of the above. */
const rt_frame_shape *rt_frame_shape_of(rt_frame_type type);

/* Writes a header of RT_FRAME_HEADER bytes. */
void rt_frame_header(uint8_t *to, rt_frame_type type, uint32_t length,
                     uint64_t request);

typedef struct rt_frame {
    rt_frame_type type;
    uint64_t request;
    const uint8_t *body; /* borrowed until the next read */
    size_t size;
    rt_buffer *owned; /* holds the body, may be emptied by moving it away;
                         NULL: the body is in the bytes that were fed */
} rt_frame;

typedef struct rt_frame_reader {
    uint32_t limit; /* longest body that is accepted */
    size_t head_size;
    uint8_t head[RT_FRAME_HEADER];
    rt_frame_type type; /* of the frame begun; 0 while the header is short */
    uint32_t length;
    uint64_t request;
    rt_buffer body; /* what came of a body that came in pieces */
    bool delivered; /* `body` was given out and is to be reused */
} rt_frame_reader;

void rt_frame_reader_init(rt_frame_reader *reader, uint32_t limit);
void rt_frame_reader_deinit(rt_frame_reader *reader);

/* Takes bytes until a frame is complete, and tells how many in `used`.
 * Returns: RT_OK (a frame); RT_PENDING (all used, no frame yet);
 * RT_EDAMAGED, with a message, and the reader is of no more use;
 * RT_ENOMEMORY, likewise. */
int rt_frame_read(rt_frame_reader *reader, const uint8_t *bytes, size_t size,
                  size_t *used, rt_frame *frame, rt_error *err);

/* Where the rest of a large body may be received directly; NULL if none is
 * begun. After that rt_frame_filled, then rt_frame_read with no bytes. */
uint8_t *rt_frame_space(rt_frame_reader *reader, size_t *size);
void rt_frame_filled(rt_frame_reader *reader, size_t size);

/* At the end of the stream. Returns: RT_OK; RT_ECLOSED with a message if it
 * ended inside a frame. */
int rt_frame_end(const rt_frame_reader *reader, rt_error *err);

#endif
