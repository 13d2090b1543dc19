"""Values: what is typed as what, and what is out of range or no value at all."""

from ipaddress import ip_address, ip_network

import pytest

from scaptui.errors import FilterError
from scaptui.filter.expression import (
    Address,
    Boolean,
    Check,
    Double,
    Integer,
    Literal,
    Network,
    Text,
)
from scaptui.filter.services import service_ports
from tests.filter.table import read


def value(text: str) -> object:
    test = read(text)
    assert isinstance(test, Check)
    return test.right


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fd.num=0010", Integer(10)),
        ("fd.num=0x1F", Integer(31)),
        ("fd.num=0b101", Integer(5)),
        ("fd.num=-2", Integer(-2)),
        ("fd.num=+2", Integer(2)),
        ('fd.num="80"', Integer(80)),
        ("fd.num='c'", Integer(99)),
        ("fd.num='5'", Integer(5)),
        ("fd.num=-9223372036854775808", Integer(-(2**63))),
        ("evt.num=18446744073709551615", Integer(2**64 - 1)),
        ("fd.sport=https", Integer(443)),
        ("fd.sport=65535", Integer(65535)),
        ("evt.failed=TRUE", Boolean(True)),
        ("evt.failed=0", Boolean(False)),
        ("fd.cip=10.0.0.1", Address(ip_address("10.0.0.1"))),
        ("fd.cip=::1", Address(ip_address("::1"))),
        ("fd.cip=10.1.2.3/8", Network(ip_network("10.0.0.0/8"))),
        ("fd.net=fd00::/8", Network(ip_network("fd00::/8"))),
        ("proc.fdusage>12", Double(12.0)),
        ("proc.fdusage>1.5e1", Double(15.0)),
        ("evt.latency>1s", Integer(10**9)),
        ("evt.latency>1.5ms", Integer(1_500_000)),
        ("evt.latency>20us", Integer(20_000)),
        ("evt.latency>3", Integer(3)),
        ('evt.rawtime>"2017-09-23 00:44:29.900617765"', Integer(1506127469900617765)),
        ("evt.rawtime>2017-09-23T02:44:29+02:00", Integer(1506127469000000000)),
        ("frame.time_epoch>1506127469.9", Integer(1506127469900000000)),
        ("evt.rawarg.res<0", Integer(0)),
        ("evt.rawarg.res=foo", Text(b"foo")),
        ('evt.rawarg.res="0"', Text(b"0")),
        ("evt.buffer contains 47:45:54", Text(b"GET")),
        ('evt.buffer contains "47:45:54"', Text(b"47:45:54")),
        ("evt.buffer bcontains 00ff", Text(b"\x00\xff")),
        ("evt.type=getpid", Text(b"getpid")),
    ],
)
def test_a_value_is_read_as_its_field_says(text: str, expected: Literal) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("quoted", "expected"),
    [
        (r'"a\"b"', b'a"b'),
        (r"'a\'b'", b"a'b"),
        (r'"\\.so"', b"\\.so"),
        (r'r"\.so"', b"\\.so"),
        (r"r'\d+'", b"\\d+"),
        (r'"\b\f\n\r\t\/"', b"\b\f\n\r\t/"),
        (r'"\a\v"', b"\a\v"),
        (r'"\x41\101"', b"AA"),
        (r'"é\U0001F600"', "é😀".encode()),
        (r'"\xff"', b"\xff"),
    ],
)
def test_escapes_of_both_dialects_are_read(quoted: str, expected: bytes) -> None:
    assert value(f"proc.name = {quoted}") == Text(expected)


def test_a_regular_expression_keeps_what_the_escapes_leave() -> None:
    assert value('fd.name matches "\\\\.SO"') == Text(b"\\.SO")


def test_a_byte_of_the_command_line_that_is_no_utf8_stays_that_byte() -> None:
    assert value("proc.name=caf\udce9") == Text(b"caf\xe9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fd.num=abc", 'fd.num is a whole number, not "abc"'),
        ("fd.num=1.5", 'fd.num is a whole number, not "1.5"'),
        ("fd.num=9223372036854775808", '"9223372036854775808" is out of range'),
        ("evt.num=-1", '"-1" is out of range'),
        ("fd.num=" + "9" * 9000, "out of range"),
        ("fd.sport=65536", '"65536" is out of range'),
        ("evt.cpu=32768", '"32768" is out of range'),
        ("evt.cpu in (1, -32769)", '"-32769" is out of range'),
        ("fd.sport=nosuchservice", "fd.sport is a port or the name of a service"),
        ("evt.failed=yes", 'evt.failed is true or false, not "yes"'),
        ("fd.cip=10.0.0.300", "fd.cip is an IP address"),
        ("fd.cip=fe80::1%eth0", "fd.cip is an IP address"),
        ("fd.net=10.0.0.1", '"10.0.0.1" is an address, not a network'),
        ("fd.net=10.0.0.0/33", "fd.net is a network"),
        ("proc.fdusage>lots", "proc.fdusage is a number"),
        ("proc.fdusage>1e999", "out of range"),
        ("evt.rawtime>2017-13-40T00:00:00", "there is no such time"),
        ("evt.latency>99999999999999h", "out of range"),
        ("evt.buffer bcontains 47455", "bcontains takes pairs of hex digits"),
        ("evt.buffer bcontains GET", "bcontains takes pairs of hex digits"),
        (r'proc.name="a\x00"', "text cannot hold a NUL"),
        (r'proc.name="\q"', r"the escape '\q' is unknown"),
        (r'proc.name="\ud800"', r"the escape '\ud800' is unknown"),
        (r'proc.name="\400"', r"the escape '\400' is unknown"),
        ("frame.time_relative>soon", "is a number of seconds"),
    ],
)
def test_what_is_no_value_of_its_field_is_refused(text: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        read(text)
    assert message in caught.value.message


def test_payload_may_hold_a_nul() -> None:
    assert value(r'evt.buffer contains "\x00\x01"') == Text(b"\0\1")


def test_common_services_are_known_without_any_file() -> None:
    assert service_ports()["http"] == 80
