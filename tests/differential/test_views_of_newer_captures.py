"""Where views and chisels differ on captures that are newer than Debian's sysdig, and why.

It passes over calls of types that came after it: what their results name it does not know, so reads
and writes of these descriptors are missing from its sums. The ends of a connection that `accept4`
or `dup2` made are such ones: sysdig adds up one end of a connection on loopback, views both, as
sysdig does itself where it knows both ends.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from scaptui.views.all_views import view_named
from tests.core.asking import lines, opened
from tests.differential.chisels import summed, table, view_rows

NAMES: Final = ("crash.mid", "http.mid", "invalid-command.mid", "shell.mid")
Real = Callable[[str], Path]

# One read or write: time, name of the process, pid, descriptor, bytes.
_FIELDS: Final = ("evt.rawtime", "proc.name", "proc.pid", "fd.num", "fd.name", "evt.rawarg.res")
_MOVED: Final = "evt.is_io=true and evt.rawarg.res>0 and fd.type in (file, ipv4, ipv6)"
# Descriptors are also those of processes above.
_ABOVE: Final = ("proc.pid", *(f"proc.apid[{level}]" for level in range(1, 6)))
# Calls of types that this sysdig passes over, whose result is a descriptor.
_NEWER: Final = "evt.type in (dup, dup2, dup3, accept4) and evt.rawres>=0"


class Moved(NamedTuple):
    """Bytes that a call moved."""

    time: int
    name: str
    pid: int
    fd: int
    about: str
    size: int


def told_by_sysdig(sysdig: str, path: Path) -> set[Moved]:
    """What this sysdig says of reads and writes."""
    said = subprocess.run(
        [sysdig, "-r", path, "-p", "\t".join(f"%{name}" for name in _FIELDS), _MOVED],
        capture_output=True,
        check=True,
    )
    return {moved(line.split("\t")) for line in said.stdout.decode().splitlines()}


def moved(cells: list[str]) -> Moved:
    """Of the cells of a line."""
    time, name, pid, fd, about, size = cells
    return Moved(int(time), name, int(pid), int(fd), about, int(size))


@pytest.mark.parametrize("name", NAMES)
def test_only_descriptors_of_newer_calls_are_missing_from_sysdigs_sums(
    name: str, sysdig: str, real: Real
) -> None:
    path = real(f"{name}.scap.gz")
    theirs = told_by_sysdig(sysdig, path)
    capture = opened(path)
    form = "*" + "\t".join(f"%{name}" for name in (*_FIELDS, "evt.type", *_ABOVE))
    told = [line.split("\t") for line in lines(capture, form, f"{_MOVED} and evt.dir=<")]
    mine = {moved(cells[:6]): (cells[6], cells[7:]) for cells in told}
    copies = {each.time for each, (call, _) in mine.items() if call == "copy_file_range"}
    # Of bytes copied inside the kernel sysdig tells the file they came from, we where they went.
    assert {each for each in theirs if each.time not in copies} <= mine.keys()
    results = [line.split("\t") for line in lines(capture, "%proc.pid\t%evt.rawres", _NEWER)]
    made = {(pid, int(fd)) for pid, fd in results}
    for each in mine.keys() - theirs:
        call, above = mine[each]
        assert call == "copy_file_range" or any((pid, each.fd) in made for pid in above), each


@pytest.mark.parametrize("name", ["crash.mid", "http.mid"])
def test_one_end_of_each_connection_is_what_sysdig_adds_up(
    name: str, sysdig: str, real: Real
) -> None:
    path = real(f"{name}.scap.gz")
    capture = opened(path)
    for chisel, view, keys in (
        ("topconns", "connections", ("proto", "connection")),
        ("topports_server", "server-ports", ("port",)),
    ):
        theirs = table(sysdig, path, chisel)
        assert theirs
        assert summed(capture, view, keys, "bytes", "proc.name=curl") == theirs
        assert summed(capture, view, keys, "bytes", "proc.name=nginx") == theirs
        both = summed(capture, view, keys, "bytes")
        assert both == {key: 2 * size for key, size in theirs.items()}


@pytest.mark.parametrize("name", ["crash.new", "shell.new", "invalid-command.new"])
def test_without_enter_events_sysdig_takes_the_descriptor_of_another_call(
    name: str, sysdig: str, real: Real
) -> None:
    path = real(f"{name}.scap.gz")
    written = subprocess.run(
        [sysdig, "-r", path, "-p", "%fd.name", "evt.is_io_write=true and fd.type=file"],
        capture_output=True,
        text=True,
        check=True,
    )
    # It tells of writes into the C library, which its program had opened before to read.
    libraries = "evt.is_io_write=true and fd.name endswith /libc.so.6"
    assert any(line.endswith("/libc.so.6") for line in written.stdout.splitlines())
    assert lines(opened(path), "%evt.num", libraries) == []


def test_bytes_copied_inside_the_kernel_are_in_the_sums_of_their_program(
    sysdig: str, real: Real
) -> None:
    path = real("shell.mid.scap.gz")
    capture = opened(path)
    theirs = table(sysdig, path, "topprocs_file")
    (copying,) = [key for key in theirs if key[0] == "cp"]
    assert summed(capture, "processes", ("name", "pid"), "file")[copying] == theirs[copying]
    written = {r["file"]: r["out"] for r in view_rows(capture, view_named("files"))}
    assert written["/srv/demo/work/sh/g.txt"] == 12
