---@meta plait.test

-- What a test file uses: docs/testing.md.

---@class plait.test: plait.Assertions
---@overload fun(name: string, f: plait.TestFunction)
---@overload fun(name: string, options: plait.TestOptions, f: plait.TestFunction)
local test = {}

---@alias plait.TestFunction fun(t: plait.TestContext, ...: any)

---@class plait.TestOptions
---@field timeout? number
---@field tags? string[]
---@field skip? boolean|string
---@field only? boolean
---@field fails? boolean
---@field fixtures? plait.Fixture[]
---@field leaks? "fail"|"strict"|"warn"|"off"
---@field retry? integer
---@field clock? "real"|"virtual"

---A test that is left out.
---@param name string
---@param options? plait.TestOptions|plait.TestFunction
---@param f? plait.TestFunction
function test.skip(name, options, f) end

---If a file has such tests, no others run.
---@param name string
---@param options plait.TestOptions|plait.TestFunction
---@param f? plait.TestFunction
function test.only(name, options, f) end

---A test that is known to fail.
---@param name string
---@param options plait.TestOptions|plait.TestFunction
---@param f? plait.TestFunction
function test.fails(name, options, f) end

---A test for each row.
---@param rows any[]
---@param name string
---@param options plait.TestOptions|plait.TestFunction
---@param f? plait.TestFunction
function test.each(rows, name, options, f) end

---f adds tests.
---@param name string
---@param options plait.TestOptions|fun()
---@param f? fun()
function test.group(name, options, f) end

---@param f fun(t: plait.TestContext)
function test.before_each(f) end

---@param f fun(t: plait.TestContext)
function test.after_each(f) end

---@param f fun(t: plait.TestContext)
function test.before_all(f) end

---@param f fun(t: plait.TestContext)
function test.after_all(f) end

---f acquires something, hands it over by use(value), and goes on when the test has ended.
---@param scope "test"|"file"|fun(t: plait.TestContext, use: fun(value: any))
---@param f? fun(t: plait.TestContext, use: fun(value: any))
---@return plait.Fixture
function test.fixture(scope, f) end

---@class plait.Fixture

---@class plait.Assertions
local Assertions = {}

---@param got any
---@param want any
---@param options? {exact?: boolean, eq?: boolean}|string
---@param note? string
function Assertions.eq(got, want, options, note) end

---@param got any
---@param other any
---@param options? {exact?: boolean, eq?: boolean}|string
---@param note? string
function Assertions.ne(got, other, options, note) end

---The same object.
---@param got any
---@param want any
---@param note? string
function Assertions.is(got, want, note) end

---@generic T
---@param value T
---@param note? string
---@return T
function Assertions.ok(value, note) end

---@param got number
---@param want number
---@param distance? number
---@param note? string
function Assertions.near(got, want, distance, note) end

---@param got any
---@param than any
---@param note? string
function Assertions.lt(got, than, note) end

---@param got any
---@param than any
---@param note? string
function Assertions.le(got, than, note) end

---@param got any
---@param than any
---@param note? string
function Assertions.gt(got, than, note) end

---@param got any
---@param than any
---@param note? string
function Assertions.ge(got, than, note) end

---@param text string
---@param pattern string
---@param note? string
---@return string
function Assertions.matches(text, pattern, note) end

---@param container string|table
---@param value any
---@param note? string
function Assertions.contains(container, value, note) end

---@param got table
---@param part any
---@param note? string
function Assertions.has(got, part, note) end

---@param value any
---@param name string
---@param note? string
function Assertions.type(value, name, note) end

---@async
---@param f fun(): ...
---@param want? any
---@param note? string
---@return any err
function Assertions.raises(f, want, note) end

---@async
---@generic T
---@param f fun(): T
---@param options? {within?: number, every?: number}
---@param note? string
---@return T
function Assertions.eventually(f, options, note) end

---@param message? string
function Assertions.fail(message) end

---@class plait.TestContext: plait.Assertions
---@field check plait.Assertions the same, and the test goes on; whether it holds
---@field name string
---@field id string
---@field file string
---@field line integer
local TestContext = {}

---A test inside of a test; whether it has passed.
---@async
---@param name string
---@param options plait.TestOptions|plait.TestFunction
---@param f? plait.TestFunction
---@return boolean
function TestContext:run(name, options, f) end

---It is as it was when its snapshot was written.
---@param value any
---@param name? string|{redact: table<string, string>}
function TestContext.snapshot(value, name) end

---The file, seen from the test file's folder, has that text.
---@param path string
---@param text string
function TestContext.golden(path, text) end

---f is called at the end of the test.
---@param f function
---@param ... any
function TestContext.defer(f, ...) end

---@return plait.Folder
function TestContext.tmpdir() end

---@param name string
---@param value? string
function TestContext.setenv(name, value) end

---@param path string
function TestContext.chdir(path) end

---@param table table
---@param key any
---@param value any
---@return any before
---@return any[][] calls
function TestContext.patch(table, key, value) end

---@param ... any
function TestContext.log(...) end

---Ends the test, which counts as skipped.
---@param reason? string
function TestContext.skip(reason) end

---The value of a fixture.
---@async
---@param fixture plait.Fixture
---@return any
function TestContext:use(fixture) end

---Runs a program to its end.
---@async
---@param command plait.TestCommand
---@return plait.TestCommandResult
function TestContext.cmd(command) end

---@class plait.TestCommand
---@field stdin? string
---@field stdout? string|file*
---@field stderr? string|file*
---@field timeout? number
---@field env? table<string, string|number|false>
---@field limit? integer
---@field cwd? string
---@field name? string
---@field [integer] string|number

---@class plait.TestCommandResult
---@field code? integer
---@field signal? integer
---@field stdout string
---@field stderr string
---@field seconds number
---@field timed_out boolean

---Runs a program in a terminal of its own.
---@param command plait.TestPtyCommand
---@return plait.TestTerminal
function TestContext.pty(command) end

---@class plait.TestPtyCommand
---@field cols? integer
---@field rows? integer
---@field env? table<string, string|number|false>
---@field cwd? string
---@field name? string
---@field timeout? number
---@field [integer] string|number

---@class plait.TestTerminal
local TestTerminal = {}

---Types it; Enter is "\r".
---@param ... string
function TestTerminal:send(...) end

---"Enter", "Up", "F1", "C-c", ...
---@param ... string
function TestTerminal:key(...) end

---@param text string
function TestTerminal:paste(text) end

---@param cols integer
---@param rows integer
function TestTerminal:resize(cols, rows) end

---Waits until the text is printed; what came before it.
---@async
---@param text string
---@param timeout? number
---@return string before
---@overload fun(self: plait.TestTerminal, options: {any: string[], timeout?: number}): integer, string
function TestTerminal:expect(text, timeout) end

---@async
---@param pattern string
---@param timeout? number
---@return string ...
function TestTerminal:expect_match(pattern, timeout) end

---Waits until these are the last lines of the screen.
---@async
---@param text string
---@param timeout? number
function TestTerminal:shows(text, timeout) end

---@return string
function TestTerminal:screen() end

---@return integer column
---@return integer row
function TestTerminal:cursor() end

---Waits until the program has ended.
---@async
---@param options? {timeout?: number, strict?: boolean}
---@return {code?: integer, signal?: integer}
function TestTerminal:wait(options) end

---@async
function TestTerminal:close() end

return test
