/* console_output.c - output is gathered in `waiting` while `sending` is written. */
#include <lauxlib.h>
#include <stdio.h>

#include "core/console_inside.h"
#include "core/wait.h"

/* How long a strand waits for room. */
#define PATIENCE_S 5.0

static size_t kept(const host_console *c) {
    return c->waiting.size + c->sending.size;
}

static void complete_all(rt_list *list) {
    for (rt_list *node; (node = rt_list_pop(list)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, RT_OK);
    }
}

void host_console_tell_room(host_console *c) {
    if (!host_console_is_full(c)) complete_all(&c->rooms);
    if (kept(c) == 0 || !c->out) complete_all(&c->drains);
}

/* Writes what there is, as far as the other end takes it. */
static void flush(host_console *c) {
    while (!c->is_sending && c->waiting.size > 0 && c->out) {
        rt_buffer other = c->sending;
        c->sending = c->waiting;
        c->waiting = other;
        c->waiting.size = 0;
        int status = rt_stream_write(c->out, c->sending.bytes, c->sending.size,
                                     &c->output);
        c->is_sending = status == RT_PENDING;
        if (!c->is_sending) c->sending.size = 0;
        if (status != RT_PENDING && status != RT_OK) {
            c->waiting.size = 0;
            host_console_hang_up(c);
        }
    }
}

void host_console_on_output(rt_waiter *waiter) {
    host_console *c = rt_container_of(waiter, host_console, output);
    if (waiter->status == RT_ECANCELLED) return;
    c->is_sending = c->is_lame = false;
    c->sending.size = 0;
    if (waiter->status != RT_OK) {
        c->waiting.size = 0;
        host_console_hang_up(c);
    }
    flush(c);
    host_console_tell_room(c);
}

static void add(host_console *c, char type, const void *bytes, size_t size) {
    char head[HOST_CONSOLE_HEAD] = {type, (char)(size >> 24),
                                    (char)(size >> 16), (char)(size >> 8),
                                    (char)size};
    rt_buffer *b = &c->waiting;
    if (rt_buffer_reserve(b, sizeof head + size) != RT_OK) {
        c->why = "not enough memory";
        host_console_hang_up(c);
        return;
    }
    if (host_console_has_frames(c)) (void)rt_buffer_add(b, head, sizeof head);
    (void)rt_buffer_add(b, bytes, size);
}

/* What is said now comes after what was lost. */
static void tell_lost(host_console *c) {
    char text[80];
    int size = snprintf(
        text, sizeof text,
        "\n(%zu bytes of output were lost: they were not read)\n", c->lost);
    c->lost = 0;
    add(c, HOST_CONSOLE_ERROR, text, (size_t)size);
}

void host_console_put(host_console *c, char type, const void *bytes,
                      size_t size) {
    if (!c->out || c->is_gone) return;
    if (c->lost > 0) tell_lost(c);
    add(c, type, bytes, size);
    flush(c);
}

/* What does not fit into a frame goes into several. */
void host_console_print(host_console *c, host_console_channel channel,
                        const char *text, size_t size) {
    if (!c->out || c->is_gone) return;
    if (c->is_lame ||
        (kept(c) > HOST_CONSOLE_ROOM && kept(c) + size > HOST_CONSOLE_MOST)) {
        c->lost += size;
        return;
    }
    while (size > HOST_CONSOLE_LONGEST) {
        host_console_put(c, (char)channel, text, HOST_CONSOLE_LONGEST);
        text += HOST_CONSOLE_LONGEST;
        size -= HOST_CONSOLE_LONGEST;
    }
    host_console_put(c, (char)channel, text, size);
}

bool host_console_is_full(const host_console *c) {
    return c->out && !c->is_lame && !c->is_gone && kept(c) > HOST_CONSOLE_ROOM;
}

static void leave_rooms(rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
}

int host_console_wait_for_room(host_console *c, rt_waiter *waiter,
                               bool is_all) {
    bool has_room = is_all ? kept(c) == 0 : !host_console_is_full(c);
    if (has_room || !c->out || c->is_gone) return RT_OK;
    rt_waiter_park(waiter, c, leave_rooms);
    rt_list_push(is_all ? &c->drains : &c->rooms, &waiter->link);
    return RT_PENDING;
}

void host_console_give_up(host_console *c) {
    c->is_lame = true;
    host_console_tell_room(c);
}

static int finish_result(lua_State *L, host_strand *strand, int status) {
    host_console *c = lua_touserdata(L, -2);
    if (status == RT_ETIMEOUT) host_console_give_up(c);
    (void)strand;
    return lua_isnil(L, -1) ? 0 : 1;
}

int host_console_print_value(lua_State *L, host_console *c,
                             host_console_channel channel, int result) {
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    host_console_print(c, channel, text, size);
    bool waits = host_console_is_full(c) && host_can_wait(L);
    lua_pushlightuserdata(L, c); /* the strand has a reference */
    if (result)
        lua_pushvalue(L, result);
    else
        lua_pushnil(L);
    if (!waits) return result ? 1 : 0;
    host_deadline deadline = host_deadline_in(L, PATIENCE_S);
    host_strand *strand = host_wait_begin(L, "its output to be read");
    int status = host_console_wait_for_room(c, &strand->waiter, false);
    return host_wait_end(L, strand, status, deadline, finish_result);
}
