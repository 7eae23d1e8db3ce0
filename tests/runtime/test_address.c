/* Addresses as text and back; what is no address is told what it lacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/address.h"

static int parse(const char *text, rt_place *place, rt_error *err) {
    return rt_place_parse(place, text, strlen(text), err);
}

static void assert_known(const char *text, const char *shown) {
    rt_place place;
    rt_error err;
    char again[RT_ADDRESS_TEXT];
    assert_int_equal(parse(text, &place, &err), RT_OK);
    assert_true(place.is_known);
    assert_string_equal(rt_address_format(&place.address, again), shown);
}

static void test_address_figures_and_back(void **state) {
    (void)state;
    assert_known("127.0.0.1:80", "127.0.0.1:80");
    assert_known("127.0.0.1:0", "127.0.0.1:0");
    assert_known("[::1]:65535", "[::1]:65535");
    assert_known("[0:0::1]:80", "[::1]:80");
    assert_known("[fe80::1%lo]:1", "[fe80::1%lo]:1");
    assert_known("[::ffff:1.2.3.4]:5", "1.2.3.4:5"); /* what it means */
    assert_known("unix:/tmp/x", "unix:/tmp/x");
    assert_known("unix:a:1", "unix:a:1");
    assert_known("unix:@x", "unix:@x");
}

static void test_address_names_are_for_the_resolver(void **state) {
    (void)state;
    rt_place place;
    assert_int_equal(parse("localhost:080", &place, NULL), RT_OK);
    assert_false(place.is_known);
    assert_string_equal(place.host, "localhost");
    assert_int_equal(place.port, 80);
    assert_int_equal(parse(":7", &place, NULL), RT_OK);
    assert_false(place.is_known);
    assert_string_equal(place.host, "");
    assert_int_equal(place.port, 7);
}

static void assert_refused(const char *text, int status, const char *why) {
    rt_place place;
    rt_error err;
    assert_int_equal(parse(text, &place, &err), status);
    assert_non_null(strstr(err.message, why));
    assert_non_null(strstr(err.message, text));
}

static void test_address_what_is_none_is_named(void **state) {
    (void)state;
    assert_refused("", RT_EUSAGE, "there is no port");
    assert_refused("localhost", RT_EUSAGE, "there is no port");
    assert_refused("[::1]", RT_EUSAGE, "there is no port");
    assert_refused("http://here:80/", RT_EUSAGE, "a URL is no address");
    assert_refused("::1:80", RT_EUSAGE, "stands in brackets");
    assert_refused("a:", RT_EUSAGE, "not a number from 0 to 65535");
    assert_refused("a:65536", RT_EUSAGE, "not a number from 0 to 65535");
    assert_refused("a:-1", RT_EUSAGE, "not a number from 0 to 65535");
    assert_refused("a:http", RT_EUSAGE, "not a number from 0 to 65535");
    assert_refused("a:99999999999999999999999", RT_EUSAGE, "0 to 65535");
    assert_refused("unix:", RT_EUSAGE, "the path is empty");
}

static void test_address_what_is_too_long(void **state) {
    (void)state;
    char text[700];
    rt_place place;
    rt_error err;
    (void)snprintf(text, sizeof text, "%0300d:80", 7);
    assert_int_equal(parse(text, &place, &err), -ENAMETOOLONG);
    assert_non_null(strstr(err.message, "File name too long"));
    (void)snprintf(text, sizeof text, "unix:/%0107d", 7);
    assert_int_equal(parse(text, &place, &err), -ENAMETOOLONG);
    assert_non_null(strstr(err.message, "more than 107 bytes"));
    (void)snprintf(text, sizeof text, "unix:/%0106d", 7);
    assert_int_equal(parse(text, &place, &err), RT_OK);
    char again[RT_ADDRESS_TEXT];
    assert_string_equal(rt_address_format(&place.address, again), text);
    (void)snprintf(text, sizeof text, "unix:/%0600d", 7);
    assert_int_equal(rt_place_parse(&place, text, 500, &err), -ENAMETOOLONG);
}

static void test_address_nul_bytes(void **state) {
    (void)state;
    rt_place place;
    rt_error err;
    assert_int_equal(rt_place_parse(&place, "a\0b:80", 6, &err), RT_EUSAGE);
    assert_int_equal(rt_place_parse(&place, "unix:a\0b", 8, &err), RT_EUSAGE);
}

static void test_address_of_a_host_and_a_port(void **state) {
    (void)state;
    rt_place place;
    rt_error err;
    char text[RT_ADDRESS_TEXT];
    assert_int_equal(rt_place_of_host(&place, "::1", 3, 80, NULL), RT_OK);
    assert_string_equal(rt_address_format(&place.address, text), "[::1]:80");
    assert_int_equal(rt_place_of_host(&place, "[::1]", 5, 80, NULL), RT_OK);
    assert_true(place.is_known);
    assert_int_equal(rt_place_of_host(&place, "a", 1, 70000, &err), RT_EUSAGE);
}

static void test_address_ports_and_mapping(void **state) {
    (void)state;
    rt_place place;
    char text[RT_ADDRESS_TEXT];
    assert_int_equal(parse("1.2.3.4:5", &place, NULL), RT_OK);
    rt_address_set_port(&place.address, 6);
    assert_int_equal(rt_address_port(&place.address), 6);
    rt_address_map(&place.address);
    assert_int_equal(place.address.any.sa_family, AF_INET6);
    assert_string_equal(rt_address_format(&place.address, text), "1.2.3.4:6");
    assert_string_equal(rt_address_format_host(&place.address, text),
                        "1.2.3.4");
    rt_address_any(&place.address, AF_INET, 9);
    assert_string_equal(rt_address_format(&place.address, text), "0.0.0.0:9");
    rt_address_any(&place.address, AF_INET6, 9);
    assert_string_equal(rt_address_format(&place.address, text), "[::]:9");
    place.address = (rt_address){.size = sizeof(sa_family_t)};
    place.address.any.sa_family = AF_UNIX; /* a client that is not bound */
    assert_string_equal(rt_address_format(&place.address, text), "unix:");
    assert_int_equal(rt_address_port(&place.address), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_figures_and_back),
        cmocka_unit_test(test_address_names_are_for_the_resolver),
        cmocka_unit_test(test_address_what_is_none_is_named),
        cmocka_unit_test(test_address_what_is_too_long),
        cmocka_unit_test(test_address_nul_bytes),
        cmocka_unit_test(test_address_of_a_host_and_a_port),
        cmocka_unit_test(test_address_ports_and_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
