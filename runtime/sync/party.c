/* party.c - names of strands. */
#include "sync/party.h"

#include <stdio.h>
#include <unistd.h>

#include "base/status.h"

static int describe_strand(const rt_party *party, char *text, size_t size) {
    switch (party->kind) {
    case RT_PARTY_TASK:
        return snprintf(text, size, "task %u", (unsigned)party->id);
    case RT_PARTY_THREAD:
        return snprintf(text, size, "thread %u", (unsigned)party->id);
    case RT_PARTY_MAIN:
        break;
    }
    return snprintf(text, size, "the main strand");
}

void rt_party_describe(const rt_party *party, char text[RT_PARTY_TEXT]) {
    /* The longest text fits, so no length is ever cut. */
    size_t used = (size_t)describe_strand(party, text, RT_PARTY_TEXT);
    if (party->kind == RT_PARTY_TASK && party->thread)
        used += (size_t)snprintf(text + used, RT_PARTY_TEXT - used,
                                 " of thread %u", (unsigned)party->thread);
    if (party->process)
        (void)snprintf(text + used, RT_PARTY_TEXT - used, " of process %d",
                       (int)party->pid);
}

static rt_item integer(int64_t number) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
}

void rt_party_write(const rt_party *party, rt_item items[RT_PARTY_ITEMS]) {
    items[0] = integer(party->kind);
    items[1] = integer(party->id);
    items[2] = integer(party->thread);
    items[3] = integer(getpid());
}

int rt_party_read(rt_party *party, const rt_item items[RT_PARTY_ITEMS]) {
    static const int64_t limits[RT_PARTY_ITEMS] = {RT_PARTY_TASK, UINT32_MAX,
                                                   UINT32_MAX, INT32_MAX};
    for (int i = 0; i < RT_PARTY_ITEMS; i++)
        if (items[i].kind != RT_ITEM_INT || items[i].as.integer < 0 ||
            items[i].as.integer > limits[i])
            return RT_EDAMAGED;
    party->kind = (rt_party_kind)items[0].as.integer;
    party->id = (uint32_t)items[1].as.integer;
    party->thread = (uint32_t)items[2].as.integer;
    party->pid = (int32_t)items[3].as.integer;
    return RT_OK;
}
