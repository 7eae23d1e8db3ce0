/* arrays.h - arrays over a wire. For ipc/ only.
 *
 * An array is granted like any object, and its reference carries a card. Who
 * receives it opens the memory before anything else is received, so that it
 * is there even if the sender ends right after, and from then on has an array
 * of its own. The remote end stays behind it: it gives the grant back when
 * the array is freed, and is how an array that is sent back is known. */
#ifndef RT_IPC_ARRAYS_H
#define RT_IPC_ARRAYS_H

#include "ipc/remote_object.h"

enum { RT_ARRAYS_CARD = 25 }; /* bytes */

/* The card of an array, or of a remote end of one that was not opened; other
 * objects have none, and nothing is written. */
void rt_arrays_write_card(uint8_t *to, const rt_object *object);

/* False if it cannot be true, or if there is one where it should not be. */
bool rt_arrays_read_card(const uint8_t *from, bool is_expected,
                         rt_array_card *card);

/* The remote end that `object` is or came by; NULL: it was made here. */
rt_remote *rt_arrays_origin(rt_object *object);

/* Puts arrays in the place of their remote ends. One that cannot be opened
 * stays as it is, so that its use tells why. Hub's thread, no lock held. */
void rt_arrays_open(rt_message *message);

#endif
