"""Event parameters as the bytes a recorder writes, by the types of the event table."""

import ipaddress
import struct
from collections.abc import Callable, Sequence
from typing import Final

Value = int | str | bytes | Sequence[str]

AF_INET: Final = 2


def _number(code: str) -> Callable[[Value], bytes]:
    packing = struct.Struct("<" + code)

    def encode(value: Value) -> bytes:
        if not isinstance(value, int):
            raise TypeError(value)
        return packing.pack(value)

    return encode


def _text(value: Value) -> bytes:
    """Text ends in a NUL that is counted."""
    if isinstance(value, bytes):
        return value + b"\0"
    if isinstance(value, str):
        return value.encode() + b"\0"
    raise TypeError(value)


def _buffer(value: Value) -> bytes:
    """Bytes as they are; a list of texts (args, env, cgroups) ends each item with a NUL."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, int | str):
        raise TypeError(value)
    return b"".join(item.encode() + b"\0" for item in value)


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(value)
    return value


_ENCODERS: Final[dict[str, Callable[[Value], bytes]]] = {
    **dict.fromkeys(["int8"], _number("b")),
    **dict.fromkeys(["int16"], _number("h")),
    **dict.fromkeys(["int32"], _number("i")),
    **dict.fromkeys(["int64", "errno", "fd", "pid"], _number("q")),
    **dict.fromkeys(["uint8", "sigtype", "flags8", "enumflags8"], _number("B")),
    **dict.fromkeys(["uint16", "flags16", "enumflags16", "syscallid", "port"], _number("H")),
    **dict.fromkeys(["uint32", "flags32", "enumflags32", "uid", "gid", "mode"], _number("I")),
    **dict.fromkeys(["uint64", "reltime", "abstime"], _number("Q")),
    **dict.fromkeys(["charbuf", "fspath", "fsrelpath"], _text),
    **dict.fromkeys(["bytebuf"], _buffer),
    **dict.fromkeys(["sockaddr", "socktuple", "fdlist", "dyn"], _bytes),
}
# What a parameter nobody gave a value for holds: zero, or nothing.
_EMPTY: Final = {
    "charbuf",
    "fspath",
    "fsrelpath",
    "bytebuf",
    "sockaddr",
    "socktuple",
    "fdlist",
    "dyn",
}


def parameter(kind: str, value: Value | None) -> bytes:
    """One parameter of the named type."""
    if value is None:
        return b"" if kind in _EMPTY else _ENCODERS[kind](0)
    return _ENCODERS[kind](value)


def inet_address(address: str, port: int) -> bytes:
    """An IPv4 socket address: family, address, port in host order."""
    return struct.pack("<B4sH", AF_INET, ipaddress.IPv4Address(address).packed, port)


def inet_tuple(source: tuple[str, int], target: tuple[str, int]) -> bytes:
    """Both ends of an IPv4 connection."""
    return struct.pack(
        "<B4sH4sH",
        AF_INET,
        ipaddress.IPv4Address(source[0]).packed,
        source[1],
        ipaddress.IPv4Address(target[0]).packed,
        target[1],
    )
