"""Failed calls ranked: what tells most first, the usual noise last."""

from pathlib import Path

import pytest

from scaptui.views.failures import Failure, events_of, ranked
from scaptui.views.harmless import harmless
from tests.core.asking import compiled, opened
from tests.core.building import Building


@pytest.fixture
def building(tmp_path: Path) -> Building:
    return Building(tmp_path / "failing.scap")


def rank_of(found: list[Failure], about: bytes) -> str:
    return next(each.rank for each in found if each.group.about == about)


def missing(building: Building, tid: int, path: str) -> None:
    building.exit(tid, "openat", fd=-2, dirfd=-100, name=path)


def test_one_failure_in_the_midst_of_noise_comes_first(building: Building) -> None:
    for tid in range(10, 40):
        building.process(tid, "worker")
    for tid in range(10, 40):
        missing(building, tid, "/etc/ld.so.nohwcap")
        building.exit(tid, "read", res=-11, fd=3)
    building.exit(20, "openat", fd=-28, dirfd=-100, name="/var/spool/job")
    found = ranked(opened(building.close()), None)
    assert [(each.group.error, each.rank) for each in found] == [
        ("ENOSPC", "once"),
        ("ENOENT", "usual"),
        ("EAGAIN", "waiting"),
    ]


def test_what_precedes_bad_ends_comes_before_what_happened_once(building: Building) -> None:
    for tid in (7, 8, 9):
        building.process(tid, "app")
    missing(building, 9, "/once")
    for tid in (7, 8):
        missing(building, tid, "/db.sqlite")
        building.happens(tid, "procexit", status=256)
    found = ranked(opened(building.close()), None)
    assert [each.group.about for each in found] == [b"/db.sqlite", b"/once"]
    assert found[0].rank == "before a bad end"


def test_of_failures_before_the_same_end_the_last_comes_first(building: Building) -> None:
    for tid in (7, 8):
        building.process(tid, "app")
    for tid in (7, 8):
        missing(building, tid, "/first")
        missing(building, tid, "/cause")
        building.happens(tid, "procexit", status=256)
    found = ranked(opened(building.close()), None)
    assert [each.group.about for each in found] == [b"/cause", b"/first"]


def test_what_is_asked_for_in_case_is_not_blamed_for_a_bad_end(building: Building) -> None:
    building.process(7, "nginx")
    missing(building, 7, "/usr/lib/ssl/openssl.cnf")
    missing(building, 7, "/etc/nginx/certs/tls.crt")
    missing(building, 7, "/etc/localtime")
    building.happens(7, "procexit", status=256)
    found = ranked(opened(building.close()), None)
    assert found[0].group.about == b"/etc/nginx/certs/tls.crt"
    assert [each.rank for each in found] == ["before a bad end", "usual", "usual"]


def test_a_failure_that_others_survive_is_not_blamed(building: Building) -> None:
    for tid in (7, 8):
        building.process(tid, "app")
    for tid in (7, 8):
        missing(building, tid, "/optional")
    building.happens(7, "procexit", status=256)
    building.happens(8, "procexit", status=0)
    assert rank_of(ranked(opened(building.close()), None), b"/optional") == "seldom"


def test_a_search_that_goes_on_elsewhere_is_noise(building: Building) -> None:
    building.process(7, "sh")
    for folder in ("/usr/local/bin", "/usr/bin"):
        missing(building, 7, f"{folder}/tool")
    building.exit(7, "openat", fd=3, dirfd=-100, name="/bin/tool")
    missing(building, 7, "/etc/nowhere")
    found = ranked(opened(building.close()), None)
    assert rank_of(found, b"/usr/bin/tool") == "usual"
    assert rank_of(found, b"/etc/nowhere") == "once"


def test_what_many_programs_do_is_noise(building: Building) -> None:
    for tid, comm in ((7, "a"), (8, "b"), (9, "c")):
        building.process(tid, comm)
    for tid in (7, 8, 9):
        missing(building, tid, "/etc/ld.so.preload")
    assert {each.rank for each in ranked(opened(building.close()), None)} == {"usual"}


def test_answers_to_questions_are_noise(building: Building) -> None:
    building.process(7, "app")
    building.descriptor(7, 1, "pipe", "", ino=5)
    building.exit(7, "lseek", res=-29, fd=1, whence=1)
    (failure,) = ranked(opened(building.close()), None)
    assert (failure.rank, failure.why) == ("usual", "an answer to a question")


def test_the_filter_of_a_group_selects_its_events(building: Building) -> None:
    building.process(7, "my app")
    for _ in range(3):
        missing(building, 7, "/x")
    building.exit(7, "openat", fd=-13, dirfd=-100, name="/y")
    capture = opened(building.close())
    for failure in ranked(capture, None):
        assert capture.count(compiled(events_of(failure))) == failure.group.count


def test_a_capture_without_failures_has_no_groups(building: Building) -> None:
    building.process(7, "app")
    building.exit(7, "close", res=0, fd=3)
    assert ranked(opened(building.close()), None) == []


@pytest.mark.parametrize(
    ("call", "error", "about"),
    [
        ("access", "ENOENT", b"/etc/ld.so.preload"),
        ("openat", "ENXIO", b"/dev/tty"),
        ("fcntl", "EBADF", b""),
        ("openat", "ENOENT", b"/root/.curlrc"),
        ("openat", "ENOENT", b"/root/.bash_profile"),
        ("access", "ENOENT", b"/usr/local/etc/gitconfig"),
        ("newfstatat", "ENOENT", b"/usr/lib/x86_64-linux-gnu/tls/x86_64"),
        ("openat", "ENOENT", b"/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/libc.so.6"),
        ("openat", "ENOENT", b"/usr/lib/locale/locale-archive"),
        ("openat", "ENOENT", b"/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache"),
        ("openat", "ENOENT", b"/etc/nsswitch.conf"),
        ("openat", "ENOENT", b"/etc/gai.conf"),
        ("openat", "ENOENT", b"/etc/resolv.conf"),
        ("openat", "ENOENT", b"/etc/localtime"),
        ("openat", "ENOENT", b"/usr/lib/ssl/openssl.cnf"),
        ("newfstatat", "ENOENT", b"/etc/gnutls/config"),
        ("openat", "ENOENT", b"/sys/devices/system/cpu/online"),
        ("openat", "ENOENT", b"/proc/sys/crypto/fips_enabled"),
        ("readlink", "ENOENT", b"/etc/malloc.conf"),
        ("access", "ENOENT", b"/var/run/utmpx"),
        ("connect", "ENOENT", b"/dev/log"),
        ("newfstatat", "ENOENT", b"/root/.terminfo"),
        ("openat", "ENOENT", b"/srv/app/pyvenv.cfg"),
        ("openat", "ENOENT", b"/run/systemd/userdb"),
        ("mkdirat", "EEXIST", b"/srv"),
    ],
)
def test_what_is_asked_for_in_case_it_is_there_means_nothing(
    call: str, error: str, about: bytes
) -> None:
    assert harmless(call, error, about)


@pytest.mark.parametrize(
    ("call", "error", "about"),
    [
        ("access", "EACCES", b"/etc/ld.so.preload"),
        ("openat", "ENOENT", b"/etc/ld.so.preload.d/x"),
        ("write", "EBADF", b""),
        ("openat", "ENOENT", b"/srv/app/config"),
        ("connect", "ENOENT", b"/run/app.socket"),
        ("openat", "EEXIST", b"/srv/lock"),
        ("openat", "ENOENT", b"/etc/nginx/tls/server.crt"),
        ("openat", "ENOENT", b"/etc/ssl/certs/ca-certificates.crt"),
        ("openat", "ENOENT", b"/usr/share/zoneinfo/Europe/Berlin"),
        ("openat", "ENOENT", b"/etc/redis/redis.conf"),
        ("openat", "EACCES", b"/etc/resolv.conf"),
        ("openat", "ENOENT", b"/usr/lib/libssl.so.3"),
    ],
)
def test_other_errors_and_other_paths_may_mean_something(
    call: str, error: str, about: bytes
) -> None:
    assert not harmless(call, error, about)


def test_a_wait_that_timed_out_is_no_failure_and_a_connection_that_did_is_one(
    building: Building,
) -> None:
    building.process(7, "app")
    building.exit(7, "futex", res=-110)
    building.exit(7, "connect", res=-110, fd=3)
    found = ranked(opened(building.close()), None)
    assert [(each.group.call, each.rank) for each in found] == [
        ("connect", "once"),
        ("futex", "waiting"),
    ]
