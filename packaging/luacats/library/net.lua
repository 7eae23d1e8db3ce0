---@meta plait.net

-- Sockets; whoever calls waits. Failures are nil, message, code; nil, "timeout"; nil, "closed".

---@class plait.net
local net = {}

---@alias plait.Address string|{host: string, port: integer|string}|{path: string}

---@class plait.TlsOptions
---@field ca? string
---@field cert? string
---@field key? string
---@field server_name? string
---@field verify? boolean
---@field alpn? string[]
---@field timeout? number

---@class plait.ConnectOptions
---@field timeout? number
---@field nodelay? boolean
---@field keepalive? boolean|number
---@field from? plait.Address
---@field tls? boolean|plait.TlsOptions

---@class plait.ListenOptions
---@field timeout? number
---@field nodelay? boolean
---@field keepalive? boolean|number
---@field backlog? integer
---@field reuse_port? boolean
---@field mode? string
---@field tls? plait.TlsOptions

---@async
---@param address plait.Address
---@param options? plait.ConnectOptions|number
---@return plait.Connection?
---@return string? message
---@return integer? code
function net.connect(address, options) end

---@async
---@param address plait.Address
---@param options? plait.ListenOptions|number
---@return plait.Listener?
---@return string? message
---@return integer? code
function net.listen(address, options) end

---A UDP socket, at any free port unless said.
---@async
---@param address? plait.Address
---@param options? {broadcast?: boolean, reuse?: boolean, timeout?: number}
---@return plait.UdpSocket?
---@return string? message
---@return integer? code
function net.udp(address, options) end

---A host's addresses, the best first.
---@async
---@param name string
---@param options? {family?: "ipv4"|"ipv6", timeout?: number}|number
---@return string[]?
---@return string? message
---@return integer? code
function net.resolve(name, options) end

---@class plait.Listener
---@field address string
---@field port? integer
---@operator call: plait.Connection?
local Listener = {}

---@async
---@param timeout? number
---@return plait.Connection?
---@return string? message
---@return integer? code
function Listener:accept(timeout) end

---@return true?
function Listener:close() end

---@class plait.Connection: plait.Stream
---@field address? string
---@field peer? string
local Connection = {}

---Nothing more is written; reading goes on.
---@async
---@param timeout? number
---@return true?
---@return string? message
---@return integer? code
function Connection:shutdown(timeout) end

---@class plait.TlsInfo
---@field version string
---@field cipher string
---@field alpn? string
---@field peer? string
---@field issuer? string
---@field verified boolean

---What TLS has agreed upon; nil without TLS.
---@async
---@param timeout? number
---@return plait.TlsInfo?
---@return string? message
---@return integer? code
function Connection:tls(timeout) end

---The connection uses TLS from now on.
---@async
---@param options? plait.TlsOptions|{server: boolean}
---@return plait.Connection?
---@return string? message
---@return integer? code
function Connection:start_tls(options) end

---@class plait.UdpSocket
---@field address string
---@field port integer
local UdpSocket = {}

---@async
---@param data string
---@param address? plait.Address
---@param timeout? number
---@return plait.UdpSocket?
---@return string? message
---@return integer? code
function UdpSocket:send(data, address, timeout) end

---The next datagram, and who has sent it.
---@async
---@param timeout? number
---@return string? data
---@return string? from
---@return integer? code
function UdpSocket:receive(timeout) end

---@async
---@param address plait.Address
---@param timeout? number
---@return plait.UdpSocket?
---@return string? message
---@return integer? code
function UdpSocket:connect(address, timeout) end

---@param group string
---@param interface? string
---@return plait.UdpSocket?
---@return string? message
---@return integer? code
function UdpSocket:join(group, interface) end

---@return true?
function UdpSocket:close() end

return net
