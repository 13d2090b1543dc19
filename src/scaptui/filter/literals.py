"""From the text of a value to a value of the kind the field has."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from scaptui.errors import FilterError
from scaptui.filter.expression import Address, Boolean, Double, Integer, Literal, Network, Text
from scaptui.filter.nearest import did_you_mean
from scaptui.filter.quoting import encoded
from scaptui.filter.services import service_ports
from scaptui.filter.syntax import Quoted, Word
from scaptui.filter.vocabulary import NUMBERS, Kind

if TYPE_CHECKING:  # few filters hold a time, a duration or an address
    from datetime import tzinfo
    from ipaddress import IPv4Address, IPv6Address

Value = Word | Quoted

_INTEGER: Final = r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|([0-9]+))"
_DECIMAL: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
_DURATION: Final = r"([0-9]+(?:\.[0-9]+)?)(ns|us|\xb5s|ms|s|m|h)"
_DATE: Final = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_COLONS: Final = r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})+"
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "\xb5s": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_NOUNS: Final[dict[Kind, str]] = {
    "int": "a whole number", "uint": "a whole number from 0",
    "port": "a port or the name of a service",
    "time": "a time: ns since the epoch, or \"2026-01-31 12:00:00\"",
    "duration": "a duration: nanoseconds, or a number with ns, us, ms, s, m or h",
    "mode": "a whole number from 0", "bool": "true or false", "double": "a number",
    "ip": "an IP address", "net": "a network",
}  # fmt: skip
_RANGES: Final[dict[Kind, tuple[int, int]]] = {
    "port": (0, 2**16 - 1),
    "int": (-(2**63), 2**63 - 1),
}
_UNSIGNED: Final = (0, 2**64 - 1)
# More digits are never in range, and Python refuses to convert thousands of them.
_MOST_DIGITS: Final = 70


class Mistyped(Exception):
    """A text is not a value of the wanted kind. Caught where the field is known."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


def typed(value: Value, kind: Kind, of: str, *, zone: "tzinfo | None" = None) -> Literal:
    """The value as the kind says. `of` is what it is compared with, for the message.

    Raises:
        FilterError: the text is no value of that kind, or out of its range.
    """
    try:
        return _READERS[kind](value, zone)
    except Mistyped as wrong:
        noun = _NOUNS.get(kind)
        message = f"{of} is {noun}, not {shown(value)}" if noun and not wrong.why else wrong.why
        raise FilterError(message, value.span, wrong.hint) from None


def seconds(value: Value, of: str) -> Literal:
    """A number of seconds as nanoseconds.

    Raises:
        FilterError: it is no number, or negative.
    """
    from decimal import Decimal

    text = _text(value)
    if re.fullmatch(_DECIMAL, text) and len(text) < _MOST_DIGITS:
        number = int(Decimal(text) * 10**9)
        if _UNSIGNED[0] <= number <= _UNSIGNED[1]:
            return Integer(number)
    raise FilterError(f"{of} is a number of seconds, not {shown(value)}", value.span)


def hex_digits(value: Value, of: str) -> Literal:
    """Bytes given as pairs of hex digits, with or without colons.

    Raises:
        FilterError: it is anything else.
    """
    digits = _text(value).replace(":", "")
    try:
        return Text(bytes.fromhex(digits) if digits.isalnum() else _fail())
    except (ValueError, Mistyped):
        raise FilterError(
            f"{of} takes pairs of hex digits, not {shown(value)}", value.span, "474554 is GET"
        ) from None


def guessed(value: Value) -> Literal:
    """The value of a field whose kind depends on the event: a number when it looks like one."""
    text = _text(value)
    if isinstance(value, Word) and len(text) < _MOST_DIGITS:
        if re.fullmatch(_INTEGER, text):
            return _integer(value, *(-(2**63), _UNSIGNED[1]))
        if re.fullmatch(_DECIMAL, text):
            return _double(value, None)
    return _any_text(value, None)


def number(value: Value) -> Literal:
    """A number inside of arithmetic.

    Raises:
        FilterError: it is no number.
    """
    try:
        if re.fullmatch(_INTEGER, _text(value)):
            return _integer(value, -(2**63), _UNSIGNED[1])
        return _double(value, None)
    except Mistyped as wrong:
        raise FilterError(
            wrong.why or f"a number is expected here, not {shown(value)}",
            value.span,
            "text with blanks needs quotes",
        ) from None


def is_colon_bytes(value: Value) -> bool:
    """Whether a word without quotes reads as bytes, aa:bb:cc."""
    return isinstance(value, Word) and re.fullmatch(_COLONS, value.text) is not None


def raw_bytes(value: Value) -> bytes:
    """The bytes of a value as typed."""
    return value.value if isinstance(value, Quoted) else encoded(value.text, value.span.start)


def shown(value: Value) -> str:
    """A value in an error message."""
    text = _text(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return f'"{text}"' if len(text) <= 40 else f'"{text[:39]}…"'


def _fail() -> bytes:
    raise Mistyped("")


def _text(value: Value) -> str:
    return value.text if isinstance(value, Word) else value.value.decode("utf-8", "replace")


def _integer(value: Value, least: int, most: int) -> Integer:
    text = _text(value)
    found = re.fullmatch(_INTEGER, text)
    if found is None:
        return Integer(_code_of_character(value))
    sign, hexadecimal, binary, decimal = found.groups()
    if len(text) > _MOST_DIGITS:
        raise Mistyped(f"{shown(value)} is out of range", f"from {least} to {most}")
    magnitude = int(hexadecimal or binary or decimal, 16 if hexadecimal else 2 if binary else 10)
    result = -magnitude if sign == "-" else magnitude
    if not least <= result <= most:
        raise Mistyped(f"{shown(value)} is out of range", f"from {least} to {most}")
    return Integer(result)


def _code_of_character(value: Value) -> int:
    """'c' is a number in Wireshark's dialect; digits were read as numbers before."""
    if isinstance(value, Quoted) and value.quote == "'" and len(value.value) == 1:
        return value.value[0]
    hint = ""
    if isinstance(value, Word) and value.text[:1] in "<>":
        hint = f"did you mean {value.text[0]}= {value.text[1:]}?".replace("= ?", "=?")
    raise Mistyped("", hint)


def _whole(kind: Kind) -> "Callable[[Value, tzinfo | None], Literal]":
    least, most = _RANGES.get(kind, _UNSIGNED)
    return lambda value, _: _integer(value, least, most)


def _port(value: Value, _: "tzinfo | None") -> Literal:
    text = _text(value)
    if not re.fullmatch(_INTEGER, text):
        ports = service_ports()
        if text in ports:
            return Integer(ports[text])
        if not (isinstance(value, Quoted) and len(text) == 1):
            raise Mistyped("", did_you_mean(text, ports))
    return _integer(value, *_RANGES["port"])


def _time(value: Value, zone: "tzinfo | None") -> Literal:
    found = re.fullmatch(_DATE, _text(value))
    if found is None:
        return _integer(value, *_UNSIGNED)
    from datetime import UTC, datetime

    date, clock, fraction, offset = found.groups()
    try:
        moment = datetime.fromisoformat(f"{date} {clock}")
        moment = moment.replace(tzinfo=_zone(offset) or zone)
        if moment.tzinfo is None:
            moment = moment.astimezone()
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise Mistyped(f"there is no such time as {shown(value)}") from None
    nanoseconds = (since.days * 86400 + since.seconds) * 10**9 + int(
        (fraction or "0").ljust(9, "0")
    )
    if nanoseconds < 0:
        raise Mistyped(f"{shown(value)} is before 1970")
    return Integer(nanoseconds)


def _zone(offset: str | None) -> "tzinfo | None":
    if offset is None:
        return None
    from datetime import UTC, timedelta, timezone

    if offset == "Z":
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _duration(value: Value, _: "tzinfo | None") -> Literal:
    found = re.fullmatch(_DURATION, _text(value))
    if found is None or len(found[1]) > _MOST_DIGITS:
        return _integer(value, *_UNSIGNED)
    from decimal import Decimal

    nanoseconds = int(Decimal(found[1]) * _UNITS[found[2]])
    if nanoseconds > _UNSIGNED[1]:
        raise Mistyped(f"{shown(value)} is out of range")
    return Integer(nanoseconds)


def _boolean(value: Value, _: "tzinfo | None") -> Literal:
    word = _text(value).lower()
    if word not in ("true", "false", "1", "0"):
        raise Mistyped("")
    return Boolean(word in ("true", "1"))


def _double(value: Value, _: "tzinfo | None") -> Literal:
    text = _text(value)
    if not re.fullmatch(_DECIMAL, text):
        raise Mistyped("")
    result = float(text)
    if result in (float("inf"), float("-inf")):
        raise Mistyped(f"{shown(value)} is out of range")
    return Double(result)


def _address(value: Value, _: "tzinfo | None") -> Literal:
    text = _text(value)
    try:
        if "/" in text:
            return _network(value, None)
        return Address(_plain_address(text))
    except ValueError:
        raise Mistyped("", "write 10.0.0.1, ::1, or 10.0.0.0/8 for a network") from None


def _plain_address(text: str) -> "IPv4Address | IPv6Address":
    from ipaddress import AddressValueError, ip_address

    if "%" in text:  # a zone is no part of what was captured
        raise AddressValueError(text)
    return ip_address(text)


def _network(value: Value, _: "tzinfo | None") -> Literal:
    from ipaddress import AddressValueError, ip_network

    text = _text(value)
    address, slash, length = text.partition("/")
    try:
        _plain_address(address)
        if not slash:
            suffix = 128 if ":" in address else 32
            raise Mistyped(
                f"{shown(value)} is an address, not a network", f"write {address}/{suffix}"
            )
        if not (length.isascii() and length.isdigit()):  # a netmask in words of its own
            raise AddressValueError(text)
        return Network(ip_network(text, strict=False))
    except ValueError:
        raise Mistyped("", "write 10.0.0.0/8 or fd00::/8") from None


def _plain_text(value: Value, _: "tzinfo | None") -> Literal:
    result = raw_bytes(value)
    if 0 in result:
        raise Mistyped("text cannot hold a NUL", "payload can: evt.buffer")
    return Text(result)


def _any_text(value: Value, _: "tzinfo | None") -> Literal:
    return Text(raw_bytes(value))


def _payload(value: Value, _: "tzinfo | None") -> Literal:
    if is_colon_bytes(value):
        return Text(bytes.fromhex(_text(value).replace(":", "")))
    return _any_text(value, None)


_READERS: Final[dict[Kind, "Callable[[Value, tzinfo | None], Literal]"]] = {
    **{kind: _whole(kind) for kind in NUMBERS},
    "port": _port,
    "time": _time,
    "duration": _duration,
    "bool": _boolean,
    "double": _double,
    "ip": _address,
    "net": _network,
    "text": _plain_text,
    "path": _plain_text,
    "bytes": _payload,
    "dynamic": lambda value, _: guessed(value),
}


def plain(text: str) -> str:
    """A text in an error message: one line, not too long, nothing unprintable."""
    cut = text if len(text) <= 40 else text[:39] + "…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)
