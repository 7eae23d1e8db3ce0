/* parcels.h - parcels over a wire. For ipc/ only.
 *
 * The descriptors of a packet's parcels go with its first byte, in the order of
 * their references, and are a group. Where the receiver lacks descriptors the
 * kernel leaves out the last ones: their parcels are empty there. */
#ifndef RT_IPC_PARCELS_H
#define RT_IPC_PARCELS_H

#include "ipc/packet.h"

struct msghdr;

/* Numbers of references. One that is empty brings no descriptor, and those of a
 * packet that are all empty are no group. */
enum { RT_PARCELS_FULL = 1, RT_PARCELS_EMPTY = 2 };

enum {
    RT_PARCELS_MOST = 250, /* in a packet; the kernel takes 253 */
    RT_PARCELS_KEPT = 512,
    RT_PARCELS_CONTROL = 1100 /* bytes for so many */
};

/* Descriptors that were received, in groups, each with its end. */
typedef struct rt_parcels {
    int entries[RT_PARCELS_KEPT];
    int count;
} rt_parcels;

/* How many of the message's objects are parcels. */
size_t rt_parcels_count(const rt_message *message);

/* Writes the number of a reference: whether a descriptor goes with it. */
uint64_t rt_parcels_claim(rt_object *object);
void rt_parcels_unclaim(rt_object *object, uint8_t *reference);

/* It was sent, or never will be: closes the descriptors that are the packet's. */
void rt_parcels_release(rt_packet *packet);

/* Puts the packet's descriptors into the header, which has `control`, of
 * RT_PARCELS_CONTROL bytes. Without any it has no control. */
void rt_parcels_attach(rt_packet *packet, struct msghdr *header, char *control);

/* Adds what came with the header. False: there is no room; all is closed. */
bool rt_parcels_receive(rt_parcels *parcels, struct msghdr *header);

/* The next descriptor of the first group; -1: it has no more, or there is none. */
int rt_parcels_next(rt_parcels *parcels);

/* Closes what is left of the first group. False: there was something. */
bool rt_parcels_end_group(rt_parcels *parcels);

void rt_parcels_close(rt_parcels *parcels);

#endif
