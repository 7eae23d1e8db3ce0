"""The channel of a program that plait has started: see docs/wire.md.

    channel = plait_channel.connect()
    for item in channel:
        channel.send(item * item)

Needs nothing but Python. Values are None, booleans, numbers, str, bytes (MessagePack only), lists and dicts.
"""
import json
import os
import struct


def connect():
    """The channel that plait has given to this program."""
    descriptor = int(os.environ["PLAIT_CHANNEL_FD"])
    codecs = {"msgpack": (pack, unpack), "json": (pack_line, unpack_line)}
    return Channel(descriptor, *codecs[os.environ["PLAIT_CHANNEL_FORMAT"]])


class Channel:
    """Sends values, and receives the items that it asks for."""

    def __init__(self, descriptor, write, read):
        self._to = os.fdopen(os.dup(descriptor), "wb", buffering=0)
        self._from = os.fdopen(descriptor, "rb")
        self._write, self._read = write, read

    def send(self, value):
        """Sends a value, which may not be None; waits while the channel is full."""
        if value is None:
            raise ValueError("None cannot be sent")
        self._put(value)

    def recv(self):
        """Asks for an item and waits for it. Raises EOFError when the channel is closed and empty."""
        self._put(None)
        return self._read(self._from)

    def __iter__(self):
        while True:
            try:
                item = self.recv()
            except EOFError:
                return
            yield item

    def _put(self, value):
        data = memoryview(self._write(value))
        while data:
            data = data[self._to.write(data):]


def serve(function):
    """For a Pool: answers each item by what function(item) returns, or by the error it raises."""
    channel = connect()
    for item in channel:
        try:
            answer = {"result": function(item)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        channel.send(answer)


# JSON: a line for each value.


def pack_line(value):
    return (json.dumps(value, allow_nan=False) + "\n").encode()


def unpack_line(stream):
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return json.loads(line)


# MessagePack.


def pack(value):
    out = bytearray()
    _pack(value, out)
    return out


def _pack(value, out):
    if value is None:
        out += b"\xc0"
    elif isinstance(value, bool):
        out += b"\xc3" if value else b"\xc2"
    elif isinstance(value, int):
        out += _pack_int(value)
    elif isinstance(value, float):
        out += struct.pack(">Bd", 0xCB, value)
    elif isinstance(value, str):
        data = value.encode()
        out += _head(len(data), (0xA0, 32), (0xD9, 0xDA, 0xDB)) + data
    elif isinstance(value, (bytes, bytearray)):
        out += _head(len(value), None, (0xC4, 0xC5, 0xC6)) + value
    elif isinstance(value, (list, tuple)):
        out += _head(len(value), (0x90, 16), (None, 0xDC, 0xDD))
        for element in value:
            _pack(element, out)
    elif isinstance(value, dict):
        out += _head(len(value), (0x80, 16), (None, 0xDE, 0xDF))
        for key, element in value.items():
            _pack(key, out)
            _pack(element, out)
    else:
        raise TypeError(f"{type(value).__name__} cannot be sent")


def _pack_int(value):
    if -32 <= value <= 127:
        return struct.pack(">b", value)
    signed = value < 0
    for tag, letter in zip((0xD0, 0xD1, 0xD2, 0xD3) if signed else (0xCC, 0xCD, 0xCE, 0xCF), "bhiq" if signed else "BHIQ"):
        try:
            return struct.pack(">B" + letter, tag, value)
        except struct.error:
            pass
    raise OverflowError("an integer of more than 64 bits")


def _head(size, short, tags):
    if short and size < short[1]:
        return bytes((short[0] | size,))
    for tag, letter, limit in zip(tags, "BHI", (1 << 8, 1 << 16, 1 << 32)):
        if tag and size < limit:
            return struct.pack(">B" + letter, tag, size)
    raise OverflowError("too long")


def _take(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _number(stream, letter):
    return struct.unpack(">" + letter, _take(stream, struct.calcsize(letter)))[0]


_NUMBERS = {0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q"}
_SIZES = {0xD9: "B", 0xDA: "H", 0xDB: "I", 0xC4: "B", 0xC5: "H", 0xC6: "I", 0xDC: "H", 0xDD: "I", 0xDE: "H", 0xDF: "I"}


def unpack(stream):
    tag = _take(stream, 1)[0]
    if tag <= 0x7F:
        return tag
    if tag >= 0xE0:
        return tag - 256
    if tag <= 0x8F:
        return _unpack_map(stream, tag & 15)
    if tag <= 0x9F:
        return [unpack(stream) for _ in range(tag & 15)]
    if tag <= 0xBF:
        return _take(stream, tag & 31).decode()
    if tag == 0xC0:
        return None
    if tag in (0xC2, 0xC3):
        return tag == 0xC3
    if tag in _NUMBERS:
        return _number(stream, _NUMBERS[tag])
    size = _number(stream, _SIZES[tag])
    if tag <= 0xC6:
        return _take(stream, size)
    if tag <= 0xDB:
        return _take(stream, size).decode()
    if tag <= 0xDD:
        return [unpack(stream) for _ in range(size)]
    return _unpack_map(stream, size)


def _unpack_map(stream, count):
    return {unpack(stream): unpack(stream) for _ in range(count)}
