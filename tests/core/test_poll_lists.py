"""fdlist.*: the descriptors a poll waits for."""

import pytest

from scaptui._core import Capture
from tests.core.asking import column, numbers, opened
from tests.core.building import Building, poll_list

FIELDS = "nums", "names", "cips", "cports", "sips", "sports"


@pytest.fixture
def polled(building: Building) -> Capture:
    """A poll of a connection, a file and a descriptor that nobody spoke of; then a close."""
    building.interface("10.0.0.1")
    building.process(7, "proxy")
    building.descriptor(7, 4, "ip", sip="10.0.0.1", sport=4000, dip="10.0.0.2", dport=443, l4="tcp")
    building.descriptor(7, 6, "file", "/etc/hosts")
    building.exit(7, "poll", res=1, fds=poll_list(4, 6, 9), timeout=5)
    building.exit(7, "close", res=0, fd=6)
    return opened(building.close())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nums", "4,6,9"),
        ("names", "10.0.0.1:4000->10.0.0.2:443,/etc/hosts,<NA>"),
        ("cips", "10.0.0.1"),
        ("cports", "4000"),
        ("sips", "10.0.0.2"),
        ("sports", "443"),
    ],
)
def test_a_poll_tells_what_it_waits_for(polled: Capture, field: str, value: str) -> None:
    assert column(polled, f"fdlist.{field}")[0] == value


@pytest.mark.parametrize("field", FIELDS)
def test_only_polls_have_lists(polled: Capture, field: str) -> None:
    assert column(polled, f"fdlist.{field}")[1] is None


def test_both_ends_of_connections_over_ipv6_are_listed(building: Building) -> None:
    building.process(7, "proxy")
    building.descriptor(7, 4, "ip", sip="fe80::1", sport=4000, dip="fe80::2", dport=443, l4="tcp")
    building.exit(7, "poll", res=1, fds=poll_list(4))
    capture = opened(building.close())
    listed = [column(capture, f"fdlist.{field}")[0] for field in FIELDS]
    assert listed == [
        "4", "fe80::1:4000->fe80::2:443", "fe80::1", "4000", "fe80::2", "443",
    ]  # fmt: skip


def test_a_listening_socket_is_listed_with_its_own_address_alone(building: Building) -> None:
    building.process(7, "proxy")
    building.descriptor(7, 4, "ip-listen", sip="0.0.0.0", sport=80, l4="tcp")
    building.exit(7, "poll", res=1, fds=poll_list(4))
    capture = opened(building.close())
    listed = [column(capture, f"fdlist.{field}")[0] for field in FIELDS]
    assert listed == ["4", "0.0.0.0:80", None, None, "0.0.0.0", "80"]


def test_a_descriptor_without_a_name_keeps_its_place_among_the_names(building: Building) -> None:
    building.process(7, "redis-server")
    building.descriptor(7, 4, "eventpoll")
    building.descriptor(7, 6, "file", "/etc/hosts")
    building.exit(7, "poll", res=1, fds=poll_list(4, 6))
    assert column(opened(building.close()), "fdlist.names") == ["<NA>,/etc/hosts"]


@pytest.mark.parametrize("field", ["cips", "cports", "sips", "sports"])
def test_a_poll_of_files_has_no_addresses(building: Building, field: str) -> None:
    building.process(7)
    building.descriptor(7, 6, "file", "/etc/hosts")
    building.exit(7, "poll", res=1, fds=poll_list(6))
    capture = opened(building.close())
    assert column(capture, f"fdlist.{field}") == [None]
    assert numbers(capture, f"fdlist.{field} exists") == []


def test_a_poll_of_nothing_has_no_list(building: Building) -> None:
    building.process(7)
    building.exit(7, "poll", res=0, fds=poll_list())
    assert column(opened(building.close()), "fdlist.nums") == [None]


def test_a_list_is_searched_as_text(polled: Capture) -> None:
    assert numbers(polled, 'fdlist.names contains "/etc/hosts"') == [1]


def test_a_list_shows_the_descriptors_of_its_own_moment(building: Building) -> None:
    building.process(7)
    building.descriptor(7, 6, "file", "/etc/hosts")
    building.exit(7, "poll", res=1, fds=poll_list(6))
    building.exit(7, "close", res=0, fd=6)
    building.exit(7, "open", fd=6, name="/etc/passwd", flags=1)
    building.exit(7, "poll", res=1, fds=poll_list(6))
    capture = opened(building.close())
    assert column(capture, "fdlist.names", "evt.type=poll") == ["/etc/hosts", "/etc/passwd"]
