"""evt.arg and evt.rawarg: one parameter of an event."""

import pytest

from scaptui._core import Capture
from scaptui.demo.process import AT_FDCWD, ENOENT
from tests.core.asking import column, numbers, opened
from tests.core.building import Building


@pytest.fixture
def opens(building: Building) -> Capture:
    """An open that succeeds, one that fails, and a close."""
    building.process(7)
    building.exit(7, "openat", fd=3, dirfd=AT_FDCWD, name="/etc/hosts", flags=1)
    building.exit(7, "openat", fd=ENOENT, dirfd=AT_FDCWD, name="/etc/nothing", flags=1)
    building.exit(7, "close", res=0, fd=3)
    return opened(building.close())


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("evt.arg.name", ["/etc/hosts", "/etc/nothing", None]),
        ("evt.arg[name]", ["/etc/hosts", "/etc/nothing", None]),
        ("evt.arg.flags", ["O_RDONLY", "O_RDONLY", None]),
        ("evt.arg[0]", ["<f>/etc/hosts", "ENOENT", "0"]),
        ("evt.arg[2]", ["/etc/hosts", "/etc/nothing", None]),
        ("evt.arg[99]", [None, None, None]),
        ("evt.rawarg.fd", [3, ENOENT, 3]),
        ("evt.rawarg.res", [None, None, 0]),
        ("evt.rawarg.flags", [1, 1, None]),
        ("evt.rawarg.name", ["/etc/hosts", "/etc/nothing", None]),
    ],
)
def test_a_parameter_is_found_by_name_or_position(
    opens: Capture, field: str, values: list[object]
) -> None:
    assert column(opens, field) == values


def test_the_text_of_a_parameter_is_compared_in_filters(opens: Capture) -> None:
    assert numbers(opens, "evt.arg.name contains nothing") == [2]
    assert numbers(opens, "evt.arg[0] = ENOENT") == [2]


def test_a_raw_parameter_is_compared_as_a_number(opens: Capture) -> None:
    assert numbers(opens, "evt.rawarg.fd = 3") == [1, 3]
    assert numbers(opens, "evt.rawarg.fd < 0") == [2]
    assert numbers(opens, "evt.rawarg.res >= 0") == [3]


def test_a_resolved_parameter_is_not_its_number(opens: Capture) -> None:
    assert numbers(opens, "evt.arg.fd = 3") == []


def test_an_event_without_the_parameter_satisfies_no_test_of_it(opens: Capture) -> None:
    assert numbers(opens, "evt.rawarg.res != 1") == [3]
    assert numbers(opens, "evt.arg.name exists") == [1, 2]


def test_wireshark_writes_the_position_behind_a_dot(opens: Capture) -> None:
    assert numbers(opens, 'evt.arg.2 == "/etc/hosts"') == [1]


def test_all_parameters_of_an_exit_are_told(opens: Capture) -> None:
    assert column(opens, "evt.args")[1] == (
        "fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=/etc/nothing flags=1(O_RDONLY) mode=0 dev=0 ino=0"
    )
