"""Slices of real captures: nothing lost, nothing wrong, and small."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.asking import opened
from tests.differential.peer import answers, asks
from tests.slices.cutting import RandomFilters, cut, lossless, rows, unlike

Real = Callable[[str], Path]

GATEWAY = "502Error.scap"
# With how many events each of them selects.
TABLE = (
    ("thread.tid=1020", 44),
    ("evt.type=sendto", 632),
    ("fd.name contains 54886", 28),
    ("proc.name=curl and evt.type=connect", 148),
    ("evt.num>=13380 and evt.num<=13500", 121),
)
CAPTURES = (
    "502Error.scap",
    "cat_write.scap",
    "connect_localhost.scap",
    "crash.mid.scap.gz",
    "crash.new.scap.gz",
    "curl_google.scap",
    "curl_google_comments.scap",
    "http.mid.scap.gz",
    "invalid-command.mid.scap.gz",
    "invalid-command.new.scap.gz",
    "libs_sample.scap",
    "run_as_user_0_container.scap",
    "shell.mid.scap.gz",
    "shell.new.scap.gz",
    "single_ipv6_conn.scap",
)
# With all captures two hundred filters.
FILTERS = 14
NAMES = (
    "evt.rawtime",
    "evt.type",
    "evt.dir",
    "proc.name",
    "fd.name",
    "container.name",
    "user.name",
    "proc.cmdline",
    "evt.latency",
)


@pytest.mark.parametrize(("text", "events"), TABLE)
def test_nothing_is_lost_and_nothing_is_wrong(
    real: Real, tmp_path: Path, text: str, events: int
) -> None:
    report = lossless(real(GATEWAY), text, tmp_path / "slice.scap")
    assert report.events == events
    assert report.compared is not None
    assert (report.compared.lost, report.compared.changed) == (0, 0)


def test_a_slice_of_28_events_is_small(real: Real, tmp_path: Path) -> None:
    path = tmp_path / "slice.scap"
    cut(opened(real(GATEWAY)), "fd.name contains 54886", path)
    assert path.stat().st_size <= 60_000


@pytest.mark.parametrize(("text", "events"), TABLE)
def test_sysdig_reads_the_slice_and_knows_the_same_names(
    real: Real, sysdig: str, tmp_path: Path, text: str, events: int
) -> None:
    source, path = real(GATEWAY), tmp_path / "slice.scap"
    cut(opened(source), text, path)
    said, before = asks(sysdig, path, NAMES), asks(sysdig, source, NAMES, text)
    assert len(said) == events
    # Of a listener that gets a datagram this sysdig takes other bytes for the address.
    both = [pair for pair in zip(said, before, strict=True) if ":514" not in pair[0]["fd.name"]]
    assert len(both) > events * 0.9
    assert all(ours == theirs for ours, theirs in both)


@pytest.mark.parametrize("name", CAPTURES)
def test_slices_by_random_filters_have_every_field(real: Real, tmp_path: Path, name: str) -> None:
    capture, path = opened(real(name)), tmp_path / "slice.scap.zst"
    filters = RandomFilters(capture, seed=len(name))
    for _ in range(FILTERS):
        text = filters.one()
        report = cut(capture, text, path)
        if not report.events:
            continue
        assert report.compared is not None
        assert report.compared.equal == report.events, (text, report.compared.differences)
        assert report.compared.surplus == 0, text
    # What was compared last is compared once more, by what is printed.
    text = "evt.failed=true"
    if cut(capture, text, path).events:
        assert not unlike(rows(capture, text), rows(opened(path)))


@pytest.mark.parametrize("name", CAPTURES)
def test_sysdig_reads_slices_for_its_version_to_the_end(
    real: Real, sysdig: str, tmp_path: Path, name: str
) -> None:
    capture, path = opened(real(name)), tmp_path / "slice.scap"
    report = cut(capture, "evt.num<6000", path, compat=True)
    said = subprocess.run([sysdig, "-r", str(path)], capture_output=True, check=False, timeout=50)
    assert (said.returncode, said.stderr) == (0, b"")
    assert len(said.stdout.splitlines()) >= report.events


def test_for_sysdig_calls_of_newer_recorders_have_their_descriptors(
    real: Real, sysdig: str, tmp_path: Path
) -> None:
    capture, path = opened(real("crash.new.scap.gz")), tmp_path / "slice.scap"
    cut(capture, "evt.type in (read,write,close) and fd.type=file", path, compat=True)
    said = [row["fd.name"] for row in asks(sysdig, path, ("evt.type", "fd.name"))]
    known = [name for name in said if name.startswith("/")]
    assert len(said) > 500
    assert len(known) == len(said)


# Calls that sysdig 0.29 does not know, or not to be about a descriptor.
WITHOUT_DESCRIPTOR = frozenset(
    {"mmap", "newfstatat", "unlinkat", "setsockopt", "getsockopt", "epoll_create", "epoll_create1"}
)


@pytest.mark.parametrize("name", ["shell.new.scap.gz", "invalid-command.new.scap.gz"])
def test_for_sysdig_names_are_lost_of_calls_alone_that_it_does_not_know(
    real: Real, sysdig: str, tmp_path: Path, name: str
) -> None:
    capture, path = opened(real(name)), tmp_path / "slice.scap"
    cut(capture, "", path, compat=True)
    columns = ("fd.name", "fd.type", "proc.cwd")
    fields = ("evt.type", "evt.rawtime", "thread.tid", *columns)
    theirs = {(row["evt.rawtime"], row["thread.tid"]): row for row in asks(sysdig, path, fields)}
    compared, lost = 0, set()
    for row in answers(capture, fields, "evt.dir=<"):
        said = theirs[row["evt.rawtime"], row["thread.tid"]]
        for column in columns:
            compared += 1
            if row[column] not in ("", "<NA>") and said[column] in ("", "<NA>"):
                lost.add((row["evt.type"], row["fd.type"]))
    assert compared > 10_000
    assert {call for call, kind in lost if kind != "eventpoll"} <= WITHOUT_DESCRIPTOR


def test_a_slice_of_a_slice_is_one_of_the_capture(real: Real, tmp_path: Path) -> None:
    source = real(GATEWAY)
    first, second = tmp_path / "first.scap.gz", tmp_path / "second.scap"
    lossless(source, "proc.name in (haproxy,python)", first)
    text = "fd.name contains 54886"
    report = lossless(first, text, second)
    assert report.events == 28
    assert not unlike(rows(opened(source), text), rows(opened(second)))


def test_scrubbed_no_other_process_is_left(real: Real, tmp_path: Path) -> None:
    path, text = tmp_path / "slice.scap", "fd.name contains 54886"
    report = cut(opened(real(GATEWAY)), text, path, scrub=True)
    whole = cut(opened(real(GATEWAY)), "", tmp_path / "whole.scap")
    assert report.compared is not None
    assert report.compared.same_names == report.events
    assert report.processes <= whole.processes
    # Of the client nothing is left but what it sent.
    assert b"localhost/foo" in (tmp_path / "whole.scap").read_bytes()
    assert b"localhost/foo" not in path.read_bytes()
