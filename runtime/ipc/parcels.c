/* parcels.c */
#include "ipc/parcels.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "data/parcel.h"
#include "ipc/bytes.h"

enum { END_OF_GROUP = -1 };

static bool is_parcel(const rt_object *object) {
    return object->type == &rt_parcel_type;
}

size_t rt_parcels_count(const rt_message *message) {
    size_t count = 0;
    for (size_t i = 0; i < message->object_count; i++)
        count += is_parcel(message->objects[i]);
    return count;
}

/* ---- sending ---- */

uint64_t rt_parcels_claim(rt_object *object) {
    return rt_parcel_claim((rt_parcel *)(void *)object) >= 0 ? RT_PARCELS_FULL
                                                             : RT_PARCELS_EMPTY;
}

void rt_parcels_unclaim(rt_object *object, uint8_t *reference) {
    if (rt_get_u64(reference + 2) == RT_PARCELS_FULL)
        rt_parcel_unclaim((rt_parcel *)(void *)object);
    rt_put_u64(reference + 2, 0);
}

/* That of the packet's object, if it has claimed it; else NULL. */
static rt_parcel *claimed(rt_packet *packet, size_t index) {
    rt_object *object = packet->message->objects[index];
    bool is_ours =
        is_parcel(object) &&
        rt_get_u64(rt_packet_reference(packet, index) + 2) == RT_PARCELS_FULL;
    return is_ours ? (rt_parcel *)(void *)object : NULL;
}

void rt_parcels_release(rt_packet *packet) {
    for (size_t i = 0; i < packet->message->object_count; i++) {
        rt_parcel *parcel = claimed(packet, i);
        if (parcel) rt_parcel_close(parcel);
    }
}

void rt_parcels_attach(rt_packet *packet, struct msghdr *header,
                       char *control) {
    int fds[RT_PARCELS_MOST];
    size_t count = 0;
    for (size_t i = 0; i < packet->message->object_count; i++) {
        const rt_parcel *parcel = claimed(packet, i);
        if (parcel) fds[count++] = rt_parcel_fd(parcel);
    }
    if (count == 0) return;
    size_t size = count * sizeof *fds;
    header->msg_control = control;
    header->msg_controllen = CMSG_SPACE(size);
    memset(control, 0, header->msg_controllen);
    struct cmsghdr *item = CMSG_FIRSTHDR(header);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(item), fds, size);
}

/* ---- receiving ---- */

static bool add_group(rt_parcels *p, const unsigned char *data, size_t count) {
    bool has_room = p->count + (int)count < RT_PARCELS_KEPT;
    for (size_t i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, data + i * sizeof fd, sizeof fd);
        if (has_room)
            p->entries[p->count++] = fd;
        else
            (void)close(fd);
    }
    if (has_room) p->entries[p->count++] = END_OF_GROUP;
    return has_room;
}

bool rt_parcels_receive(rt_parcels *p, struct msghdr *header) {
    bool has_room = true, has_group = false;
    for (struct cmsghdr *item = CMSG_FIRSTHDR(header); item;
         item = CMSG_NXTHDR(header, item)) {
        if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        has_room = add_group(p, CMSG_DATA(item), count) && has_room;
        has_group = true;
    }
    /* Not one was left: what comes next is not this group's. */
    if (header->msg_flags & MSG_CTRUNC && !has_group)
        has_room = add_group(p, NULL, 0) && has_room;
    return has_room;
}

static int take_first(rt_parcels *p) {
    int first = p->entries[0];
    p->count--;
    memmove(p->entries, p->entries + 1, (size_t)p->count * sizeof *p->entries);
    return first;
}

int rt_parcels_next(rt_parcels *p) {
    return p->count > 0 && p->entries[0] != END_OF_GROUP ? take_first(p) : -1;
}

bool rt_parcels_end_group(rt_parcels *p) {
    bool was_empty = true;
    for (int fd; (fd = rt_parcels_next(p)) >= 0; was_empty = false)
        (void)close(fd);
    if (p->count > 0) (void)take_first(p);
    return was_empty;
}

void rt_parcels_close(rt_parcels *p) {
    while (p->count > 0) (void)rt_parcels_end_group(p);
}
