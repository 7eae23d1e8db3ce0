---@meta plait.http

-- HTTP; whoever calls waits. Failures are nil, message, code; nil, "timeout".

---@class plait.http
local http = {}

---@class plait.RequestOptions
---@field timeout? number
---@field connect_timeout? number
---@field limit? integer
---@field headers? table<string, string|number|(string|number)[]>
---@field query? table<string, string|number|(string|number)[]>
---@field form? table<string, string|number|(string|number)[]>
---@field auth? string[]
---@field follow? boolean|integer
---@field check? boolean
---@field decompress? boolean
---@field tls? {ca?: string, cert?: string, key?: string, verify?: boolean}
---@field proxy? string|false
---@field unix? string
---@field version? "1.0"|"1.1"|"2"
---@field user_agent? string
---@field stream? boolean
---@field into? string
---@field progress? plait.Progress

---@class plait.RequestSpec: plait.RequestOptions
---@field url string
---@field method? string
---@field body? plait.Body

---@alias plait.Body string|(fun(): string?, string?)|plait.Readable

---@async
---@param url string
---@param options? plait.RequestOptions
---@return plait.Response?
---@return string? message
---@return integer? code
function http.get(url, options) end

---@async
---@param url string
---@param options? plait.RequestOptions
---@return plait.Response?
---@return string? message
---@return integer? code
function http.head(url, options) end

---@async
---@param url string
---@param options? plait.RequestOptions
---@return plait.Response?
---@return string? message
---@return integer? code
function http.delete(url, options) end

---@async
---@param url string
---@param body? plait.Body
---@param options? plait.RequestOptions
---@return plait.Response?
---@return string? message
---@return integer? code
function http.post(url, body, options) end

---@async
---@param url string
---@param body? plait.Body
---@param options? plait.RequestOptions
---@return plait.Response?
---@return string? message
---@return integer? code
function http.put(url, body, options) end

---@async
---@param url string
---@param body? plait.Body
---@param options? plait.RequestOptions
---@return plait.Response?
---@return string? message
---@return integer? code
function http.patch(url, body, options) end

---Any method.
---@async
---@param request plait.RequestSpec
---@return plait.Response?
---@return string? message
---@return integer? code
function http.request(request) end

---The most connections of this state.
---@param limits {per_host?: integer, total?: integer, idle?: integer}
function http.connections(limits) end

---With `stream` it is read as it comes.
---@class plait.Response: plait.Readable
---@field status integer
---@field reason? string
---@field version string
---@field headers table<string, string>
---@field header_list string[][]
---@field body? string
---@field url string
---@field path? string with `into`
---@field size? integer with `into`
local Response = {}

---@return true?
function Response:close() end

---Answers requests by what handler(request) returns.
---@async
---@param address plait.Address|plait.Listener
---@param handler fun(request: plait.Request): string|plait.Answer|nil
---@param options? plait.ServeOptions
---@return plait.Server?
---@return string? message
---@return integer? code
function http.serve(address, handler, options) end

---A handler that answers with the files of a folder.
---@param folder string
---@param options? {index?: string, hidden?: boolean, links?: boolean, types?: table<string, string>, headers?: table<string, string>}
---@return fun(request: plait.Request): plait.Answer?
---@nodiscard
function http.files(folder, options) end

---@class plait.ServeOptions
---@field connections? integer
---@field head_limit? integer
---@field body_limit? integer
---@field read_timeout? number
---@field idle_timeout? number
---@field send_timeout? number
---@field grace? number
---@field tls? plait.TlsOptions
---@field reuse_port? boolean
---@field backlog? integer
---@field mode? string

---@class plait.Answer
---@field status? integer
---@field headers? table<string, string|number|(string|number)[]>
---@field body? plait.Body
---@field file? string

---@class plait.Request: plait.Readable
---@field method string
---@field version string
---@field path string
---@field query table<string, string>
---@field queries table<string, string[]>
---@field target string
---@field headers table<string, string>
---@field peer string
local Request = {}

---What has not been read of the body.
---@async
---@param timeout? number
---@return string?
---@return string? message
---@return integer? code
function Request:body(timeout) end

---@class plait.Server
---@field address string
---@field port? integer
---@field url string
---@field connections integer
---@field requests integer
local Server = {}

---Who has a request gets the answer within that time.
---@async
---@param seconds? number
---@return true
function Server:close(seconds) end

---Closes at once.
---@async
---@return true
function Server:stop() end

---Waits until it is closed and all its strands have ended.
---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Server:wait(timeout) end

return http
