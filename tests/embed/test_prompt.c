/* test_prompt.c - prompts on descriptors of the host's. */
#include "embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct seat {
    plait *p;
    plait_prompt *prompt;
    int own;  /* the user's end */
    int fd;   /* the prompt's */
    int ends; /* how often on_end was called */
    char why[100];
    char seen[4000]; /* what has come, not yet expected */
} seat;

static void on_end(plait_prompt *prompt, const char *why, void *data) {
    seat *s = data;
    assert_ptr_equal(prompt, s->prompt);
    snprintf(s->why, sizeof s->why, "%s", why ? why : "");
    s->ends++;
}

static void sit_down(seat *s, plait *p) {
    int ends[2];
    *s = (seat){.p = p};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                     0);
    s->own = ends[0];
    s->fd = ends[1];
    (void)fcntl(s->own, F_SETFL, O_NONBLOCK);
    plait_prompt_options options;
    plait_prompt_options_init(&options, sizeof options);
    options.in_fd = options.out_fd = s->fd;
    options.banner = "welcome\n";
    options.prompt = "? ";
    options.on_end = on_end;
    options.data = s;
    assert_int_equal(plait_prompt_open(p, &options, &s->prompt), PLAIT_OK);
    assert_non_null(s->prompt);
}

static void get_up(seat *s) {
    (void)close(s->own);
    (void)close(s->fd);
}

static void type(seat *s, const char *text) {
    assert_int_equal(write(s->own, text, strlen(text)), strlen(text));
}

/* Takes what has come; false: nothing. */
static int take(seat *s) {
    size_t used = strlen(s->seen);
    ssize_t count = read(s->own, s->seen + used, sizeof s->seen - 1 - used);
    if (count <= 0) return 0;
    s->seen[used + (size_t)count] = '\0';
    return 1;
}

/* Steps and polls until the text has come, and all before it is forgotten. */
static void expect(seat *s, const char *text) {
    for (;;) {
        char *found = strstr(s->seen, text);
        if (found) {
            found += strlen(text);
            memmove(s->seen, found, strlen(found) + 1);
            return;
        }
        if (plait_step(s->p, 5) == PLAIT_MORE || take(s)) {
            (void)take(s);
            continue;
        }
        struct pollfd fds[2] = {{.fd = plait_fd(s->p), .events = POLLIN},
                                {.fd = s->own, .events = POLLIN}};
        if (poll(fds, 2, 60000) == 0)
            fail_msg("\"%s\" instead of \"%s\"", s->seen, text);
    }
}

static void test_prompt_entries(void **state) {
    plait *p = *state;
    seat s;
    must_run(p, "shared = 'of the program'");
    sit_down(&s, p);
    expect(&s, "welcome\n");
    expect(&s, "? ");
    type(&s, "1 + 1\n");
    expect(&s, "2\n");
    type(&s, "local x = shared\n");
    type(&s, "x\n");
    expect(&s, "of the program");
    type(&s, "pause(0.001) print('waited')\n");
    expect(&s, "waited");
    type(&s, "error('oh')\n");
    expect(&s, "oh");
    type(&s, "async(function() pause(0.001) print('behind') end) and nil\n");
    expect(&s, "behind");
    type(&s, "while true do local t = {} end\n");
    for (int i = 0; i < 5; i++) (void)plait_step(p, 2);
    type(&s, "\003");
    type(&s, "'still here'\n");
    expect(&s, "still here");
    assert_int_equal(s.ends, 0);
    type(&s, "\004");
    step_until(p, &s.ends);
    assert_int_equal(s.ends, 1);
    assert_string_equal(s.why, "");
    get_up(&s);
    must_run(p, "assert(x == nil)"); /* locals are the prompt's */
}

static void test_prompt_two(void **state) {
    plait *p = *state;
    seat a, b;
    sit_down(&a, p);
    sit_down(&b, p);
    type(&a, "local n = 'first'\n");
    type(&b, "local n = 'second'\n");
    type(&a, "n\n");
    type(&b, "n\n");
    expect(&a, "first");
    expect(&b, "second");
    plait_prompt_close(a.prompt);
    step_until(p, &a.ends);
    type(&b, "n\n");
    expect(&b, "second");
    (void)close(b.own); /* its user goes away */
    b.own = dup(a.own);
    step_until(p, &b.ends);
    get_up(&a);
    get_up(&b);
}

static void test_prompt_closed_with_runtime(void **state) {
    (void)state;
    plait *p = open_runtime(0);
    seat s;
    sit_down(&s, p);
    type(&s, "pause(1000)\n");
    expect(&s, "? ");
    for (int i = 0; i < 10; i++) (void)plait_step(p, 1);
    assert_int_equal(plait_close(p, 2000), PLAIT_OK);
    assert_int_equal(s.ends, 1);
    get_up(&s);
}

static void test_prompt_arguments(void **state) {
    plait *p = *state;
    plait_prompt_options options;
    plait_prompt *prompt = (plait_prompt *)p;
    assert_int_equal(plait_prompt_open(p, NULL, &prompt), PLAIT_ERR_ARGUMENT);
    assert_null(prompt);
    plait_prompt_options_init(&options, sizeof options);
    options.in_fd = options.out_fd = -1;
    assert_int_equal(plait_prompt_open(p, &options, &prompt), PLAIT_ERR_FILE);
    assert_non_null(strstr(plait_last_error(p)->message, "prompt"));
    options.size = 1;
    assert_int_equal(plait_prompt_open(p, &options, NULL), PLAIT_ERR_ARGUMENT);
    plait_prompt_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(test_prompt_entries),
        BOTH_WAYS(test_prompt_two),
        cmocka_unit_test(test_prompt_closed_with_runtime),
        BOTH_WAYS(test_prompt_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
