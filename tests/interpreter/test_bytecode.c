/* test_bytecode.c - what ship/bytecode finds in functions that Lua compiled.
 *
 * Each test compiles a chunk that returns a function, dumps that function and
 * compares the accesses, one a line: the source line, then
 *   read NAME.key.key          assign NAME
 *   write NAME.key.key[key]    call NAME.key#argument/arguments NAME.key
 * with `?` for a key or a number of arguments known only at run time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lua.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/status.h"
#include "ship/bytecode.h"

static int add_chunk(lua_State *L, const void *bytes, size_t size, void *to) {
    (void)L;
    return rt_buffer_add(to, bytes, size);
}

/* Dumps what `source` returns: a function. */
static void dump(rt_buffer *to, const char *source, bool strip) {
    lua_State *L = luaL_newstate();
    rt_buffer_init(to);
    if (luaL_loadbuffer(L, source, strlen(source), "=test") ||
        lua_pcall(L, 0, 1, 0))
        fail_msg("%s", lua_tostring(L, -1));
    assert_true(lua_isfunction(L, -1));
    assert_int_equal(lua_dump(L, add_chunk, to, strip), 0);
    lua_close(L);
}

static void print_path(FILE *to, const host_bytecode *code,
                       const host_path *path) {
    assert_in_range(path->upvalue, 0, code->upvalue_count - 1);
    host_text name = code->upvalues[path->upvalue];
    fprintf(to, "%.*s", (int)name.size, name.bytes);
    for (int i = 0; i < path->key_count; i++) {
        host_text key = path->keys[i];
        if (key.bytes)
            fprintf(to, ".%.*s", (int)key.size, key.bytes);
        else
            fprintf(to, ".?");
    }
}

static void print_access(FILE *to, const host_bytecode *code,
                         const host_access *access) {
    static const char *const names[] = {
        [HOST_ACCESS_READ] = "read",
        [HOST_ACCESS_ASSIGN] = "assign",
        [HOST_ACCESS_WRITE] = "write",
        [HOST_ACCESS_CALL] = "call",
    };
    fprintf(to, "%d %s ", access->line, names[access->kind]);
    if (access->kind == HOST_ACCESS_CALL) {
        print_path(to, code, &access->function);
        fprintf(to, "#%d/", access->argument);
        if (access->argument_count < 0)
            fprintf(to, "? ");
        else
            fprintf(to, "%d ", access->argument_count);
    }
    print_path(to, code, &access->path);
    if (access->key.bytes)
        fprintf(to, "[%.*s]", (int)access->key.size, access->key.bytes);
    else if (access->kind == HOST_ACCESS_WRITE)
        fprintf(to, "[?]");
    fprintf(to, "\n");
}

enum { READS = 1, OTHERS = 2 };

/* malloc'd text of the accesses. */
static char *describe(const rt_buffer *from, int which) {
    host_bytecode code;
    assert_int_equal(host_bytecode_read(&code, from->bytes, from->size), RT_OK);
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    for (size_t i = 0; i < code.count; i++) {
        bool is_read = code.accesses[i].kind == HOST_ACCESS_READ;
        if (which & (is_read ? READS : OTHERS))
            print_access(to, &code, &code.accesses[i]);
    }
    fclose(to);
    host_bytecode_deinit(&code);
    return text;
}

static void check(const char *source, int which, const char *expected) {
    rt_buffer bytes;
    dump(&bytes, source, false);
    char *text = describe(&bytes, which);
    assert_string_equal(text, expected);
    free(text);
    rt_buffer_deinit(&bytes);
}

#define writes(source, expected) check(source, OTHERS, expected)
#define reads(source, expected) check(source, READS, expected)

/* A chunk returning a function with the captured tables t and results, the
 * captured number n, and `body` from line 2 on. */
#define FUNCTION(body)                                                         \
    "local t, results, n = {}, {}, 0; return function(p, q, ...)\n" body "\ne" \
    "nd"

/* ---- what is found ------------------------------------------------------ */

static void test_bytecode_finds_assigned_upvalue(void **state) {
    (void)state;
    writes(FUNCTION("n = n + 1"), "2 assign n\n");
    writes(FUNCTION("local a\na, n = 1, 2"), "3 assign n\n");
    writes(FUNCTION("if p then n = nil end"), "2 assign n\n");
}

static void test_bytecode_finds_assignment_three_functions_deep(void **state) {
    (void)state;
    writes(FUNCTION("local function a()\n"
                    "  return function()\n"
                    "    return function() n = 1\n results[n] = n end\n"
                    "  end\n"
                    "end\n"
                    "return a"),
           "4 assign n\n5 write results[?]\n");
}

static void test_bytecode_finds_global_assignment(void **state) {
    (void)state;
    writes(FUNCTION("count = 1\nfunction g() end\n_ENV.x = 1"),
           "2 write _ENV[count]\n3 write _ENV[g]\n4 write _ENV[x]\n");
    writes(FUNCTION("count = (count or 0) + 1"), "2 write _ENV[count]\n");
    writes(FUNCTION("_G.count = 1\n_G[p] = 1"),
           "2 write _ENV._G[count]\n3 write _ENV._G[?]\n");
    writes(FUNCTION("local g = _ENV\ng.x = 1\ng[p] = 2"),
           "3 write _ENV[x]\n4 write _ENV[?]\n");
    writes(FUNCTION("return function() count = 1 end"),
           "2 write _ENV[count]\n");
}

static void test_bytecode_finds_table_writes(void **state) {
    (void)state;
    writes(FUNCTION("t.n = t.n + 1"), "2 write t[n]\n");
    writes(FUNCTION("results[p] = q"), "2 write results[?]\n");
    writes(FUNCTION("results[3] = q"), "2 write results[?]\n");
    writes(FUNCTION("results[#results + 1] = q"), "2 write results[?]\n");
    writes(FUNCTION("t.a.b.c = 1"), "2 write t.a.b[c]\n");
    writes(FUNCTION("function t.f() end\nfunction t.a:m() end"),
           "2 write t[f]\n3 write t.a[m]\n");
    writes(FUNCTION("cfg.size = 1\ncfg.list[p] = 2"),
           "2 write _ENV.cfg[size]\n3 write _ENV.cfg.list[?]\n");
    writes(FUNCTION("t.a, results[1] = 1, 2"),
           "2 write results[?]\n2 write t[a]\n");
    writes(FUNCTION("t['a b'] = 1\nt[1.5] = 1\nt[true] = 1"),
           "2 write t[a b]\n3 write t[?]\n4 write t[?]\n");
}

static void test_bytecode_finds_writes_below_computed_keys(void **state) {
    (void)state;
    writes(FUNCTION("t[p][q] = 1\nt[1].x = 2\nt.a[p].b.c = 3"),
           "2 write t.?[?]\n3 write t.?[x]\n4 write t.a.?.b[c]\n");
}

/* What a value needs jumps for must not hide the table below it. */
static void test_bytecode_finds_writes_across_jumps(void **state) {
    (void)state;
    writes(FUNCTION("results[p] = (results[p] or 0) + 1"),
           "2 write results[?]\n");
    writes(FUNCTION("results[p and 1 or 2] = q == 1"), "2 write results[?]\n");
    writes(FUNCTION("t[p or q].x = p and q or t"), "2 write t.?[x]\n");
    writes(FUNCTION("t.x = not (p and q)\nt.y = p < q"),
           "2 write t[x]\n3 write t[y]\n");
}

static void test_bytecode_finds_calls_with_captured_arguments(void **state) {
    (void)state;
    writes(FUNCTION("table.insert(results, p)"),
           "2 call _ENV.table.insert#1/2 results\n");
    writes(FUNCTION("return table.insert(results, p, ...)"),
           "2 call _ENV.table.insert#1/? results\n");
    writes(FUNCTION("rawset(t, 'k', 1)\nrawset(t.a, p, 1)\nrawset(_G, 'x', 1)"),
           "2 call _ENV.rawset#1/3 t[k]\n3 call _ENV.rawset#1/3 t.a\n"
           "4 call _ENV.rawset#1/3 _ENV._G[x]\n");
    writes(FUNCTION("table.move(p, 1, 2, 3, results)"),
           "2 call _ENV.table.move#5/5 results\n");
    writes(FUNCTION("table.sort(results, function(a, b) return a < b end)"),
           "2 call _ENV.table.sort#1/2 results\n");
    writes(FUNCTION("local insert = table.insert\n"
                    "for i = 1, 3 do insert(results, i) end"),
           "3 call _ENV.table.insert#1/2 results\n");
    writes("local add, r = table, {}; return function(x)\n"
           "add(r, x)\nend",
           "2 call add#1/2 r\n");
    writes(FUNCTION("table.insert(results, p and q or {})"),
           "2 call _ENV.table.insert#1/2 results\n");
    writes(FUNCTION("p(results)\np.q(t)\n({}).f(t)"), "");
}

static void test_bytecode_finds_method_calls(void **state) {
    (void)state;
    writes(FUNCTION("t:add(p)"), "2 call t.add#1/2 t\n");
    writes(FUNCTION("t.list:add('k')"), "2 call t.list.add#1/2 t.list[k]\n");
    writes(FUNCTION("p:add(q)"), "");
    writes(FUNCTION("p:add(t)"), "");
}

static void test_bytecode_finds_writes_through_local_alias(void **state) {
    (void)state;
    writes(FUNCTION("local r = results\nr[1] = p"), "3 write results[?]\n");
    writes(FUNCTION("local r = results\nfor i = 1, 3 do r[i] = i end"),
           "3 write results[?]\n");
    writes(FUNCTION("local r = t.list\nfor _, v in pairs(p) do\n"
                    "  if v then r[#r + 1] = v end\nend"),
           "4 write t.list[?]\n");
    writes(
        FUNCTION("local r = t\nwhile p do r.x = 1\n if q then break end end"),
        "3 write t[x]\n");
    writes(FUNCTION("local r = t\nrepeat local s = r\n s.x = 1 until p"),
           "4 write t[x]\n");
    writes(FUNCTION("local r <const> = t\nr.x = 1"), "3 write t[x]\n");
    writes(FUNCTION("local r\nif p then r = t else r = t end\nr.x = 1"),
           "4 write t[x]\n");
    writes(FUNCTION("local k = 'x'\nt[k] = 1"), "3 write t[x]\n");
}

static void test_bytecode_finds_writes_through_captured_alias(void **state) {
    (void)state;
    writes(FUNCTION("local r = results\n"
                    "local function put(i) r[i] = i end\nreturn put"),
           "3 write results[?]\n");
    writes(FUNCTION("local r = t.a\n"
                    "return function() return function() r.x = 1 end end"),
           "3 write t.a[x]\n");
}

static void test_bytecode_finds_writes_around_goto(void **state) {
    (void)state;
    writes(FUNCTION("local r = t\n"
                    "::top:: r.x = 1\n"
                    "if p then goto top end\n"
                    "if q then goto done end\n"
                    "r.y = 1\n"
                    "::done:: r.z = 1"),
           "3 write t[x]\n6 write t[y]\n7 write t[z]\n");
    writes(FUNCTION("for i = 1, 9 do\n"
                    "  if i == p then goto continue end\n"
                    "  local r = results\n"
                    "  r[i] = i\n"
                    "  ::continue::\n"
                    "end"),
           "5 write results[?]\n");
}

static void test_bytecode_reports_globals_read(void **state) {
    (void)state;
    reads(FUNCTION("print(string.format('%d', limit))\nprint(_ENV.other)"),
          "2 read _ENV.print\n2 read _ENV.string\n2 read _ENV.string.format\n"
          "2 read _ENV.limit\n3 read _ENV.other\n");
    reads(FUNCTION("return function() return helper() end"),
          "2 read _ENV.helper\n");
    reads(FUNCTION("return t.a.b, t[p], t[p].x, obj:method()"),
          "2 read t.a\n2 read t.a.b\n2 read _ENV.obj\n"
          "2 read _ENV.obj.method\n");
    reads(FUNCTION("local _ENV = _ENV\nreturn x"), "3 read _ENV.x\n");
    reads(FUNCTION("if p then q = a else q = b end\nwhile c do d() end"),
          "2 read _ENV.a\n2 read _ENV.b\n3 read _ENV.c\n3 read _ENV.d\n");
}

/* ---- what must not be found --------------------------------------------- */

static void test_bytecode_ignores_own_values(void **state) {
    (void)state;
    writes(FUNCTION("p.x = 1\np[1] = 2\nq[p] = 3\np = 4\ntable.insert(q, 1)"),
           "");
    writes(FUNCTION("local a = {}\na.x = 1\na[1] = 2\ntable.insert(a, 1)"), "");
    writes(FUNCTION("local a, b = ...\na.x = 1\nb.x = 1"), "");
    writes(FUNCTION("for i, v in pairs(t) do v.x = 1\n i = v end"),
           "2 call _ENV.pairs#1/1 t\n");
    writes(FUNCTION("for i = 1, 3 do i = i + 1 end"), "");
    writes(FUNCTION("local v = make(p)\nv.x = 1\nmake(q).y = 1"), "");
    writes(FUNCTION("local c = setmetatable({}, t)\nc.x = 1\nreturn c"),
           "2 call _ENV.setmetatable#2/2 t\n");
    writes(FUNCTION("return {a = t, b = results, t, n}"), "");
}

static void test_bytecode_ignores_shadowing_locals(void **state) {
    (void)state;
    writes(FUNCTION("local t, n = {}, 1\nt.x = 1\nn = 2"), "");
    writes(FUNCTION("local t = t\nt = {}\nt.x = 1"), "");
    writes(FUNCTION("local _ENV = {}\nx = 1\ny.z = 2"), "");
    writes(FUNCTION("local function f(t) t.x = 1\n t = 2 end\nf({})"), "");
    writes(FUNCTION("do local results = {}\n results[1] = 1 end"), "");
}

static void test_bytecode_ignores_locals_of_the_dumped_function(void **state) {
    (void)state;
    writes(FUNCTION("local c = 0\n"
                    "local list = {}\n"
                    "return function() c = c + 1\n list[c] = c end"),
           "");
    writes(FUNCTION("local function f() return f() end\n"
                    "local g\nfunction g() g = nil end\nreturn f, g"),
           "");
}

static void test_bytecode_ignores_values_that_may_be_others(void **state) {
    (void)state;
    writes(FUNCTION("local r = p and t or {}\nr.x = 1"), "");
    writes(FUNCTION("local r = p or t\nr.x = 1"), "");
    writes(FUNCTION("local r = t\nif p then r = {} end\nr.x = 1"), "");
    writes(FUNCTION("local r = t\nif p then r = {}\n r.x = 1 end"), "");
    writes(FUNCTION("local r = t\nfor i = 1, 3 do r[i] = 1\n r = {} end"), "");
    writes(FUNCTION("local r = t\nwhile p do r.x = 1\n r = r.next end"), "");
    writes(FUNCTION("local r = t\nrepeat r.x = 1\n r = {} until r.done"), "");
    writes(FUNCTION("local r = t\n"
                    "::top:: r.x = 1\n"
                    "r = {}\n"
                    "if p then goto top end"),
           "");
    writes(FUNCTION("local a, b, c = t, t, t\n"
                    "for i = 1, 3 do c.x = 1\n a, b, c = {}, a, b end"),
           "");
}

/* Instructions that change registers other than the one they name. */
static void test_bytecode_ignores_overwritten_registers(void **state) {
    (void)state;
    writes(FUNCTION("local r = {}\nr = t or r\nr.x = 1"), "");
    writes(FUNCTION("local r, s = t, t\nr = nil s = nil\ns.x = 1"), "");
    writes(FUNCTION("do local a, b, c, d, e, f = t, t, t, t, t, t end\n"
                    "for k, v in p do k.x = 1\n v.x = 1 end"),
           "");
    writes(FUNCTION("do local a, b, c, d, e = t, t, t, t, t end\n"
                    "for i = 1, 3 do i.x = 1 end\n"
                    "for i = 1, 3 do local a = i\n a.x = 1 end"),
           "");
    writes(FUNCTION("do local a, b, c = t, t, t end\n"
                    "local a, b, c = ...\na.x = 1\nc.x = 1"),
           "");
    writes(FUNCTION("do local a, b, c = t, t, t end\n"
                    "local a, b, c = p()\na.x = 1\nc.x = 1"),
           "");
    writes(FUNCTION("do local a, b, c = t, t, t end\n"
                    "local a, b, c = 'a' .. p, #p, -p\na.x = 1\nc.x = 1"),
           "");
    writes(FUNCTION("do local a, b, c = t, t, t end\n"
                    "p:m().x = 1\ntable.insert(p, t.x);\n(p == q).x = 1"),
           "4 call _ENV.table.insert#2/2 t.x\n");
}

/* A jump back into the middle of an inner loop from beyond its end. */
static void test_bytecode_ignores_what_tangled_gotos_change(void **state) {
    (void)state;
    writes(FUNCTION("local r = t\n"
                    "::a::\n"
                    "if p then goto x end\n"
                    "::b::\n"
                    "r.x = 1\n"
                    "if q then goto a end\n"
                    "do return end\n"
                    "::x::\n"
                    "r = {}\n"
                    "goto b"),
           "");
}

static void test_bytecode_ignores_locals_that_closures_assign(void **state) {
    (void)state;
    writes(FUNCTION("local r = t\n"
                    "local function fresh() r = {} end\n"
                    "fresh()\nr.x = 1"),
           "");
    writes(FUNCTION("local r\n"
                    "local function fresh() r = {} end\n"
                    "r = t\nfresh()\nr.x = 1"),
           "");
    writes(FUNCTION("local r = t\n"
                    "local function write() r.x = 1 end\n"
                    "local function fresh()\n"
                    "  return function() r = {} end\nend\n"
                    "return write, fresh"),
           "");
    writes(FUNCTION("local r = t\n"
                    "local function write() r.x = 1 end\n"
                    "r = {}\nwrite()"),
           "");
    /* The register of `r` is free again after its block. */
    writes(FUNCTION("do local r = t\n"
                    "  p(function() r = {} end)\n"
                    "  r.x = 1\nend\n"
                    "local s = t\ns.y = 1"),
           "7 write t[y]\n");
    writes(FUNCTION("for i = 1, 3 do local r = t\n"
                    "  p(function() r = {} end)\n"
                    "  r.x = 1\n"
                    "  if q then break end\nend\n"
                    "local a, b, c, d, s = 1, 2, 3, 4, t\ns.y = 1"),
           "8 write t[y]\n");
}

static void test_bytecode_ignores_what_never_runs(void **state) {
    (void)state;
    writes(FUNCTION("while true do p() end\nn = 1"), "");
    writes(FUNCTION("do return end\nn = 1"), "");
}

/* ---- sizes --------------------------------------------------------------- */

/* malloc'd: head, `piece` for 1 to count with `#` replaced, tail. */
static char *generate(const char *head, int count, const char *piece,
                      const char *tail) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    fputs(head, to);
    for (int i = 1; i <= count; i++) {
        for (const char *at = piece; *at; at++) {
            if (*at == '#')
                fprintf(to, "%d", i);
            else
                fputc(*at, to);
        }
    }
    fputs(tail, to);
    fclose(to);
    return text;
}

/* Instructions have 8 bits for a constant, so these use registers. */
static void test_bytecode_follows_keys_of_many_constants(void **state) {
    (void)state;
    char *source =
        generate("local t = {}; return function()\nlocal s = {", 400, "'s#',",
                 "}\ncount = 1\nt.late = other\n"
                 "t.a.b = 1\ntable.insert(t.list, 1)\nt:m()\n"
                 "count.x.y = 1\nend");
    check(source, OTHERS,
          "3 write _ENV[count]\n4 write t[late]\n5 write t.a[b]\n"
          "6 call _ENV.table.insert#1/2 t.list\n7 call t.m#1/1 t\n"
          "8 write _ENV.count.x[y]\n");
    check(source, READS,
          "4 read _ENV.other\n5 read t.a\n6 read _ENV.table\n"
          "6 read _ENV.table.insert\n6 read t.list\n7 read t.m\n"
          "8 read _ENV.count\n8 read _ENV.count.x\n");
    free(source);
}

/* More than LOADK can number: LOADKX and EXTRAARG. */
static void test_bytecode_follows_keys_of_extra_arguments(void **state) {
    (void)state;
    char *source =
        generate("local t = {}; return function()\nlocal s = {", 140000,
                 "'s#',", "}\ncount = 1\nt.late = other\nend");
    check(source, OTHERS | READS,
          "3 write _ENV[count]\n4 read _ENV.other\n4 write t[late]\n");
    free(source);
}

static void test_bytecode_knows_many_upvalues(void **state) {
    (void)state;
    char *locals =
        generate("", 120, "local u# = {}\n", "return function()\nlocal _ = 0");
    char *uses = generate(locals, 120, "\nu#.x = _", "\nend");
    char *expected = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&expected, &size);
    for (int i = 1; i <= 120; i++) fprintf(to, "%d write u%d[x]\n", 122 + i, i);
    fclose(to);
    check(uses, OTHERS, expected);
    free(locals);
    free(uses);
    free(expected);
}

/* ---- lines --------------------------------------------------------------- */

static void expect_line_of(int gap, int count) {
    char *text = NULL, *expected = NULL;
    size_t text_size = 0, expected_size = 0;
    FILE *to = open_memstream(&text, &text_size);
    FILE *lines = open_memstream(&expected, &expected_size);
    int line = 1;
    fputs("local n; return function(p)", to);
    for (int i = 0; i < count; i++) {
        for (int g = 0; g < gap; g++, line++) fputs("\n", to);
        fprintf(to, "p(%d, p, p.x) n = p ", i % 100);
        fprintf(lines, "%d assign n\n", line);
    }
    fputs("end", to);
    fclose(to);
    fclose(lines);
    check(text, OTHERS, expected);
    free(text);
    free(expected);
}

static void test_bytecode_knows_lines(void **state) {
    (void)state;
    expect_line_of(0, 200);  /* one long line */
    expect_line_of(1, 3000); /* absolute lines every 128 instructions */
    expect_line_of(3, 400);
    expect_line_of(126, 20);
    expect_line_of(127, 20);
    expect_line_of(128, 20); /* steps that do not fit a byte */
    expect_line_of(1000, 20);
}

static void test_bytecode_knows_lines_going_back(void **state) {
    (void)state;
    char *gap = generate("", 300, "\n", "");
    char *source = generate("local t, n = {}; return function(p)\nt[p(", 1, gap,
                            ")] = 1\nn = 1\nend");
    free(gap);
    rt_buffer bytes;
    dump(&bytes, source, false);
    char *text = describe(&bytes, OTHERS);
    assert_string_equal(text, "302 write t[?]\n303 assign n\n");
    free(text);
    free(source);
    rt_buffer_deinit(&bytes);
}

static void test_bytecode_describes_the_function(void **state) {
    (void)state;
    rt_buffer bytes;
    host_bytecode code;
    dump(&bytes, "local a, b\n\nreturn function() b = a + x end", false);
    assert_int_equal(host_bytecode_read(&code, bytes.bytes, bytes.size), RT_OK);
    assert_int_equal(code.upvalue_count, 3);
    assert_int_equal(code.upvalues[0].size, 1);
    assert_memory_equal(code.upvalues[0].bytes, "b", 1);
    assert_memory_equal(code.upvalues[1].bytes, "a", 1);
    assert_memory_equal(code.upvalues[2].bytes, "_ENV", 4);
    assert_int_equal(code.source.size, 5);
    assert_memory_equal(code.source.bytes, "=test", 5);
    assert_int_equal(code.line_defined, 3);
    host_bytecode_deinit(&code);
    rt_buffer_deinit(&bytes);
}

static void test_bytecode_reads_stripped_dumps(void **state) {
    (void)state;
    rt_buffer bytes;
    host_bytecode code;
    dump(&bytes, FUNCTION("n = 1\nlocal r = t\nr.x = 1"), true);
    assert_int_equal(host_bytecode_read(&code, bytes.bytes, bytes.size), RT_OK);
    assert_int_equal(code.count, 2);
    assert_int_equal(code.accesses[0].kind, HOST_ACCESS_ASSIGN);
    assert_int_equal(code.accesses[0].line, 0);
    assert_int_equal(code.accesses[1].kind, HOST_ACCESS_WRITE);
    assert_int_equal(code.accesses[1].path.upvalue, 1);
    assert_null(code.upvalues[0].bytes);
    host_bytecode_deinit(&code);
    rt_buffer_deinit(&bytes);
}

/* ---- damage -------------------------------------------------------------- */

#define SAMPLE                                                                 \
    FUNCTION("local r = t\nfor i = 1, 3 do r[i] = n\n n = i end\n"             \
             "table.insert(results, p or q)\nlocal k = 'key'\n"                \
             "return function() t[k].x = r\n return function() n = r end end")

static void test_bytecode_refuses_every_cut_dump(void **state) {
    (void)state;
    rt_buffer bytes;
    host_bytecode code;
    dump(&bytes, SAMPLE, false);
    for (size_t size = 0; size < bytes.size; size++) {
        char *cut = malloc(size + 1); /* exact, for the address sanitizer */
        memcpy(cut, bytes.bytes, size);
        assert_int_equal(host_bytecode_read(&code, cut, size), RT_EDAMAGED);
        assert_null(code.accesses);
        free(cut);
    }
    assert_int_equal(rt_buffer_add(&bytes, "x", 1), RT_OK);
    assert_int_equal(host_bytecode_read(&code, bytes.bytes, bytes.size),
                     RT_EDAMAGED);
    rt_buffer_deinit(&bytes);
}

static void test_bytecode_survives_every_damaged_byte(void **state) {
    (void)state;
    rt_buffer bytes;
    dump(&bytes, SAMPLE, false);
    for (size_t at = 0; at < bytes.size; at++) {
        for (int value = 0; value < 256; value++) {
            char old = bytes.bytes[at];
            host_bytecode code;
            bytes.bytes[at] = (char)value;
            int status = host_bytecode_read(&code, bytes.bytes, bytes.size);
            assert_true(status == RT_OK || status == RT_EDAMAGED);
            host_bytecode_deinit(&code);
            bytes.bytes[at] = old;
        }
    }
    rt_buffer_deinit(&bytes);
}

/* A dump of `depth` functions within each other, none with any code. */
static int read_nested(int depth) {
    /* No source, two lines; parameters, vararg, registers; no code,
     * constants, upvalues; one nested function. */
    static const char head[] = "\x80\x80\x80\0\0\2\x80\x80\x80\x81";
    static const char last[] = "\x80\x80\x80\0\0\2\x80\x80\x80\x80";
    static const char tail[] = "\x80\x80\x80\x80"; /* debug information */
    enum { HEADER = 31 };
    rt_buffer real, made;
    host_bytecode code;
    dump(&real, "return function() end", false);
    rt_buffer_init(&made);
    rt_buffer_add(&made, real.bytes, HEADER);
    rt_buffer_add(&made, "", 1); /* no upvalues */
    for (int i = 1; i < depth; i++) rt_buffer_add(&made, head, sizeof head - 1);
    rt_buffer_add(&made, last, sizeof last - 1);
    for (int i = 0; i < depth; i++) rt_buffer_add(&made, tail, sizeof tail - 1);
    int status = host_bytecode_read(&code, made.bytes, made.size);
    host_bytecode_deinit(&code);
    rt_buffer_deinit(&real);
    rt_buffer_deinit(&made);
    return status;
}

static void test_bytecode_refuses_deep_nesting(void **state) {
    (void)state;
    assert_int_equal(read_nested(1), RT_OK);
    assert_int_equal(read_nested(200), RT_OK);
    assert_int_equal(read_nested(201), RT_EDAMAGED);
    assert_int_equal(read_nested(100000), RT_EDAMAGED);
}

static void test_bytecode_reports_lack_of_memory(void **state) {
    (void)state;
    rt_buffer bytes;
    dump(&bytes, SAMPLE, false);
    size_t blocks = rt_alloc_count();
    int status = RT_ENOMEMORY;
    for (size_t nth = 1; status == RT_ENOMEMORY && nth < 10000; nth++) {
        host_bytecode code;
        rt_alloc_fail(nth, 0);
        status = host_bytecode_read(&code, bytes.bytes, bytes.size);
        rt_alloc_fail(0, 0);
        assert_true(status == RT_OK || status == RT_ENOMEMORY);
        if (status) assert_null(code.accesses);
        host_bytecode_deinit(&code);
        assert_int_equal(rt_alloc_count(), blocks);
    }
    assert_int_equal(status, RT_OK);
    rt_buffer_deinit(&bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytecode_finds_assigned_upvalue),
        cmocka_unit_test(test_bytecode_finds_assignment_three_functions_deep),
        cmocka_unit_test(test_bytecode_finds_global_assignment),
        cmocka_unit_test(test_bytecode_finds_table_writes),
        cmocka_unit_test(test_bytecode_finds_writes_below_computed_keys),
        cmocka_unit_test(test_bytecode_finds_writes_across_jumps),
        cmocka_unit_test(test_bytecode_finds_calls_with_captured_arguments),
        cmocka_unit_test(test_bytecode_finds_method_calls),
        cmocka_unit_test(test_bytecode_finds_writes_through_local_alias),
        cmocka_unit_test(test_bytecode_finds_writes_through_captured_alias),
        cmocka_unit_test(test_bytecode_finds_writes_around_goto),
        cmocka_unit_test(test_bytecode_reports_globals_read),
        cmocka_unit_test(test_bytecode_ignores_own_values),
        cmocka_unit_test(test_bytecode_ignores_shadowing_locals),
        cmocka_unit_test(test_bytecode_ignores_locals_of_the_dumped_function),
        cmocka_unit_test(test_bytecode_ignores_values_that_may_be_others),
        cmocka_unit_test(test_bytecode_ignores_overwritten_registers),
        cmocka_unit_test(test_bytecode_ignores_what_tangled_gotos_change),
        cmocka_unit_test(test_bytecode_ignores_locals_that_closures_assign),
        cmocka_unit_test(test_bytecode_ignores_what_never_runs),
        cmocka_unit_test(test_bytecode_follows_keys_of_many_constants),
        cmocka_unit_test(test_bytecode_follows_keys_of_extra_arguments),
        cmocka_unit_test(test_bytecode_knows_many_upvalues),
        cmocka_unit_test(test_bytecode_knows_lines),
        cmocka_unit_test(test_bytecode_knows_lines_going_back),
        cmocka_unit_test(test_bytecode_describes_the_function),
        cmocka_unit_test(test_bytecode_reads_stripped_dumps),
        cmocka_unit_test(test_bytecode_refuses_every_cut_dump),
        cmocka_unit_test(test_bytecode_survives_every_damaged_byte),
        cmocka_unit_test(test_bytecode_refuses_deep_nesting),
        cmocka_unit_test(test_bytecode_reports_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
