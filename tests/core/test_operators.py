"""Every operator once through the command, and all that can stand beside one."""

from pathlib import Path

import pytest

from scaptui._core import Capture
from scaptui.demo.encoding import inet_address, inet_tuple
from scaptui.demo.process import AT_FDCWD, ENOENT
from scaptui.filter.functions import FUNCTIONS, Function
from scaptui.filter.operators import OPERATORS, QUANTIFIERS, Operator
from tests.core.asking import numbers, opened
from tests.core.building import Building
from tests.running import Run

OPEN, FAILED, WRITE, CONNECT, SLEEP = 1, 2, 3, 4, 5

# What each operator says of text, numbers, flags, bytes, addresses.
OPERATOR_CASES = {
    "fd.name = /etc/hosts": [OPEN, WRITE],
    "evt.rawres == 5": [WRITE],
    "evt.type eq nanosleep": [SLEEP],
    "proc.name != cat": [CONNECT, SLEEP],
    "evt.num ne 5": [OPEN, FAILED, WRITE, CONNECT],
    "evt.num < 3": [OPEN, FAILED],
    "evt.num <= 3": [OPEN, FAILED, WRITE],
    "evt.num gt 4": [SLEEP],
    "evt.num >= 4": [CONNECT, SLEEP],
    "fd.name < /etc/i": [OPEN, WRITE],  # "10.0.0.1:..." is greater: by bytes
    'proc.name === "cat"': [OPEN, FAILED, WRITE],
    'proc.name !== "cat"': [CONNECT, SLEEP],
    "fd.name contains osts": [OPEN, WRITE],
    "fd.name icontains HOSTS": [OPEN, WRITE],
    "proc.name startswith ca": [OPEN, FAILED, WRITE],
    "proc.exepath endswith /curl": [CONNECT, SLEEP],
    "evt.buffer bcontains 0d0a": [WRITE],
    "evt.buffer bstartswith 474554": [WRITE],
    "evt.buffer contains HTTP": [WRITE],
    "fd.name glob /etc/h*": [OPEN, WRITE],
    "proc.name iglob C?T": [OPEN, FAILED, WRITE],
    "proc.name regex 'c.*t'": [OPEN, FAILED, WRITE],
    "proc.name regex 'a'": [],  # anchored at both ends
    'proc.name matches "^CU"': [CONNECT, SLEEP],
    'proc.name ~ "ur"': [CONNECT, SLEEP],
    "evt.type in (openat, connect)": [OPEN, FAILED, CONNECT],
    "evt.num in {1, 3..4}": [OPEN, WRITE, CONNECT],
    "evt.num not in {1..4}": [SLEEP],
    "evt.num intersects (2, 9)": [FAILED],
    "fd.name pmatch (/etc, /usr)": [OPEN, FAILED, WRITE],
    "fd.sip exists": [CONNECT],
    "fd.sip": [CONNECT],
    # Modifiers.
    "proc.name contains oneof (c, u)": [OPEN, FAILED, WRITE],
    "proc.name = anyof (curl, bash)": [CONNECT, SLEEP],
    "proc.name contains allof (c, a)": [OPEN, FAILED, WRITE],
}
OTHER_CASES = {
    # Kinds of values.
    "evt.failed = true": [FAILED],
    "evt.failed == True": [FAILED],
    "fd.sport = 443": [CONNECT],
    "fd.sport = https": [CONNECT],
    "fd.sip = 10.0.0.2": [CONNECT],
    "fd.sip == 10.0.0.0/8": [CONNECT],
    "fd.snet = 10.0.0.0/24": [CONNECT],
    "fd.snet != 10.0.0.0/24": [],
    "fd.ip = 10.0.0.1": [CONNECT],
    "fd.ip != 10.0.0.1": [],  # both ends must differ
    "fd.port in (443, 80)": [CONNECT],
    "proc.fdusage < 1": [OPEN, FAILED, WRITE, CONNECT, SLEEP],
    # How tests are joined.
    "evt.num=1 or evt.num=2 and proc.name=curl": [OPEN],
    "evt.num=1 || evt.num=5 && proc.name=curl": [OPEN, SLEEP],
    "(evt.num=1 or evt.num=2) and not evt.failed=true": [OPEN],
    "proc.name=cat xor evt.num<4": [],
    "proc.name=curl ^^ evt.num=5": [CONNECT],
    "!(proc.name=cat)": [CONNECT, SLEEP],
    "2 < evt.num < 5": [WRITE, CONNECT],
    # The other side is a field, a function, a slice, arithmetic.
    "proc.exepath endswith val(proc.name)": [OPEN, FAILED, WRITE, CONNECT, SLEEP],
    "tolower(proc.name) = cat": [OPEN, FAILED, WRITE],
    "toupper(proc.name) = CURL": [CONNECT, SLEEP],
    'upper(proc.name) == "CURL"': [CONNECT, SLEEP],
    "b64(proc.env[TOKEN]) = secret": [CONNECT, SLEEP],
    "basename(fd.name) = hosts": [OPEN, WRITE],
    "len(proc.name) = 4": [CONNECT, SLEEP],
    'join("-", (proc.name, proc.pname)) = "curl-cat"': [CONNECT, SLEEP],
    "concat(proc.name, evt.type) = catwrite": [WRITE],
    'getopt(proc.args, "o:")[o] = out': [CONNECT, SLEEP],
    "count(fd.sip) == 1": [CONNECT],
    'string(evt.num) == "4"': [CONNECT],
    'dec(evt.num) == "4"': [CONNECT],
    "hex(evt.num) contains 4": [CONNECT],
    'vals(evt.rawres) == "-2"': [FAILED],
    "float(evt.num) > 4.5": [SLEEP],
    "double(evt.num) < 1.5": [OPEN],
    "max(evt.num, 4) == 4": [OPEN, FAILED, WRITE, CONNECT],
    "min(evt.num, 4) == 4": [CONNECT, SLEEP],
    "abs(evt.rawres) == 2": [FAILED],
    'ip_special_name(fd.sip) == "Private-Use"': [CONNECT],
    "ip_special_mask(fd.sip) > 0": [CONNECT],
    "ip_rfc1918(fd.sip)": [CONNECT],
    "ip_linklocal(fd.sip)": [],
    "ip_multicast(fd.sip)": [],
    "ip_ula(fd.sip)": [],
    'proc.name[0:2] == "cu"': [CONNECT, SLEEP],
    'proc.name[-1] == "l"': [CONNECT, SLEEP],
    "evt.num % 2 == 0": [FAILED, CONNECT],
    "evt.num + 1 == 3": [FAILED],
    "evt.num * 2 - 1 == 5": [WRITE],
    "evt.num / 2 == 2": [CONNECT, SLEEP],
    "evt.num & 1": [OPEN, WRITE, SLEEP],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cat opens, fails to open and writes; its child, a curl, connects and sleeps."""
    building = Building(tmp_path_factory.mktemp("operators") / "small.scap")
    building.interface("10.0.0.1")
    building.process(6, "cat", exepath="/usr/bin/cat")
    building.process(
        7, "curl", ptid=6, exepath="/usr/bin/curl", args=["-o", "out"], env=["TOKEN=c2VjcmV0"]
    )
    building.descriptor(7, 3, "ip", sip="10.0.0.1", sport=4000, dip="10.0.0.2", dport=443, l4="tcp")
    building.exit(6, "openat", fd=3, dirfd=AT_FDCWD, name="/etc/hosts", flags=1)
    building.exit(6, "openat", fd=ENOENT, dirfd=AT_FDCWD, name="/etc/nothing", flags=1)
    building.exit(6, "write", res=5, fd=3, size=5, data=b"GET / HTTP/1.1\r\n")
    ends = inet_tuple(("10.0.0.1", 4000), ("10.0.0.2", 443))
    building.exit(7, "connect", res=0, fd=3, tuple=ends, addr=inet_address("10.0.0.2", 443))
    building.exit(7, "nanosleep", res=0)
    return building.close()


@pytest.fixture(scope="module")
def small_capture(small: Path) -> Capture:
    return opened(small)


@pytest.mark.parametrize(("text", "expected"), OPERATOR_CASES.items(), ids=OPERATOR_CASES)
def test_the_command_selects(small: Path, scaptui: Run, text: str, expected: list[int]) -> None:
    said = scaptui("print", small, "-p", "%evt.num", "-f", text)
    assert said.status == (0 if expected else 1), said.err
    assert [int(line) for line in said.lines] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [*OPERATOR_CASES.items(), *OTHER_CASES.items()],
    ids=[*OPERATOR_CASES, *OTHER_CASES],
)
def test_the_core_selects(small_capture: Capture, text: str, expected: list[int]) -> None:
    assert numbers(small_capture, text) == expected


def _words(spelling: str) -> str:
    return f" {spelling} "


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.wire)
def test_no_operator_is_without_a_case(operator: Operator) -> None:
    assert any(
        _words(spelling) in text for text in OPERATOR_CASES for spelling in operator.spellings
    )


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_no_function_is_without_a_case(function: Function) -> None:
    assert any(f"{function.name}(" in text for text in OTHER_CASES)


@pytest.mark.parametrize("quantifier", QUANTIFIERS)
def test_no_modifier_is_without_a_case(quantifier: str) -> None:
    assert any(_words(quantifier) in text for text in OPERATOR_CASES)
