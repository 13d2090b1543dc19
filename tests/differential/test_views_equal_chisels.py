"""Views have the numbers of sysdig's chisels."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from scaptui._core import Capture
from scaptui.views.all_views import view_named
from tests.core.asking import column, numbers, opened
from tests.differential.chisels import chisel, columns, lines, summed, table, view_rows
from tests.differential.conftest import Told
from tests.differential.stories import STORIES

# Chisel, view, keys and column of the view.
SUMS: Final = (
    ("topprocs_file", "processes", ("name", "pid"), "file"),
    ("topprocs_net", "processes", ("name", "pid"), "net"),
    ("topfiles_bytes", "files", ("file",), "bytes"),
    ("topconns", "connections", ("proto", "connection"), "bytes"),
    ("topports_server", "server-ports", ("port",), "bytes"),
    ("topscalls", "syscalls", ("call",), "events"),
    ("topscalls_time", "syscalls", ("call",), "time"),
)
# Rows that a chisel prints at most.
MOST: Final = {"topprocs_file": 10, "topfiles_bytes": 10, "topconns": 30, "topports_server": 100,
               "topprocs_net": 100, "topscalls": 30, "topscalls_time": 30}  # fmt: skip
# Bookkeeping of the recorder, and time between switches, are no calls. What older tables call
# otherwise has its name today: sigreturn is rt_sigreturn, unknown is fadvise64.
NO_CALLS: Final = {("procinfo",), ("switch",), ("container",), ("sysdigevent",),
                   ("sigreturn",), ("<unknown>",)}  # fmt: skip
# Keys of sums that differ for a reason, by capture.
DIFFERENT: Final[dict[str, set[tuple[str, ...]]]] = {
    # A thread that nobody described has no process, which sysdig takes for one of its number.
    "single_ipv6_conn.scap": {("<NA>", "25886"), ("<NA>", "25888"), ("<NA>", "-1")},
    # The beginning of a read was lost: sysdig takes the descriptor of the call before.
    "run_as_user_0_container.scap": {("docker", "25682")},
    # Sysdig reads the port of a listening UDP socket as two public addresses.
    "502Error.scap": {("udp", "192.168.128.156:55441->145.216.3.255:514"),
                      ("udp", "127.0.0.1:55441->127.0.0.1:514")},
    # Types of events that came after this sysdig.
    "crashloop.scap": {("pipe2",), ("dup3",)},
}  # fmt: skip


def _real() -> list[Path]:
    """Real captures that this sysdig reads to their end."""
    folder = os.environ.get("SCAPTUI_CAPTURES")
    names = (
        "502Error.scap",
        "cat_write.scap",
        "connect_localhost.scap",
        "curl_google.scap",
        "single_ipv6_conn.scap",
        "run_as_user_0_container.scap",
        "libs_sample.scap",
    )
    return [Path(folder) / name for name in names] if folder else []


CAPTURES: Final = [*STORIES, "crash loop", *(path.name for path in _real())]
# Newer ones, of which this sysdig passes over some calls; what threads and descriptors there are
# at the start, and what is executed, it tells all the same.
NEWER: Final = (
    "crash.mid", "crash.new", "http.mid", "invalid-command.mid", "invalid-command.new",
    "shell.mid", "shell.new",
)  # fmt: skip


@pytest.fixture(params=CAPTURES)
def path(request: pytest.FixtureRequest, told: Told, plain_crashloop: Path) -> Path:
    """A capture both read."""
    return _path(str(request.param), told, plain_crashloop)


@pytest.fixture(params=[*CAPTURES, *(NEWER if _real() else ())])
def any_path(request: pytest.FixtureRequest, told: Told, plain_crashloop: Path) -> Path:
    """A capture both read, newer ones included."""
    return _path(str(request.param), told, plain_crashloop)


def _path(name: str, told: Told, plain_crashloop: Path) -> Path:
    if name in STORIES:
        return told(name)
    if name == "crash loop":
        return plain_crashloop
    if name in NEWER:
        return _real()[0].with_name(f"{name}.scap.gz")
    return next(each for each in _real() if each.name == name)


@pytest.mark.parametrize(("name", "view", "keys", "of"), SUMS, ids=[row[0] for row in SUMS])
def test_sums_are_those_of_the_chisel(
    sysdig: str, path: Path, name: str, view: str, keys: tuple[str, ...], of: str
) -> None:
    theirs = table(sysdig, path, name)
    is_cut = len(theirs) == MOST[name]
    left_out = {*DIFFERENT.get(path.name, ()), *(NO_CALLS if view == "syscalls" else ())}
    theirs = {key: number for key, number in theirs.items() if key not in left_out}
    ours = summed(opened(path), view, keys, of)
    assert {key: ours.get(key) for key in theirs} == theirs
    rest = {k: n for k, n in ours.items() if k not in theirs and k not in left_out}
    if view == "syscalls":
        rest = {key: n for key, n in rest.items() if key not in {("rt_sigreturn",), ("fadvise64",)}}
    assert is_cut or not rest
    assert all(number <= min(theirs.values(), default=0) for number in rest.values())


def _first(capture: Capture) -> int:
    return numbers(capture, "")[0]


def test_threads_at_the_start_are_those_of_ps(sysdig: str, any_path: Path) -> None:
    heading, *rows = lines(sysdig, any_path, "ps")
    if heading.startswith("empty capture"):
        pytest.skip("sysdig -c ps: " + heading)
    theirs = {(row[0], row[1], row[-1]) for row in columns((8, 8, 12, 11, 11, 10), rows)}
    capture = opened(any_path)
    first = _first(capture)
    found = view_rows(capture, view_named("ps"), at=first)
    ours = {(str(r["tid"]), str(r["pid"]), r["name"]) for r in found}
    # Sysdig has not taken the first event in, which may make its thread known.
    (maker,) = column(capture, "thread.tid", f"evt.num={first}")
    assert {row for row in ours if row[0] != str(maker)} == {
        row for row in theirs if row[0] != str(maker)
    }


def test_descriptors_at_the_start_are_those_of_lsof(sysdig: str, any_path: Path) -> None:
    heading, *rows = lines(sysdig, any_path, "lsof")
    if heading.startswith("empty capture"):
        pytest.skip("sysdig -c lsof: " + heading)
    theirs = {
        (name, pid, fd, about)
        for name, pid, tid, _, fd, _, about in columns((20, 8, 8, 8, 8, 12), rows)
        if tid == pid
    }
    capture = opened(any_path)
    found = view_rows(capture, view_named("lsof"), at=_first(capture))
    ours = {
        (r["name"], str(r["pid"]), str(r["fd"]), r["about"].strip())
        for r in found
        if r["tid"] == r["pid"]
    }
    assert ours == theirs


def test_sockets_at_the_start_are_those_of_netstat(sysdig: str, any_path: Path) -> None:
    heading, *rows = lines(sysdig, any_path, "netstat")
    if heading.startswith("empty capture"):
        pytest.skip("sysdig -c netstat: " + heading)
    theirs = sorted(
        (proto, server, state, who)
        for proto, server, _, state, who in columns((6, 25, 25, 15), rows)
    )
    capture = opened(any_path)
    found = view_rows(capture, view_named("netstat"), at=_first(capture))
    states = {0: "ESTABLISHED", 1: "LISTEN"}
    ours = sorted(
        (
            r["proto"],
            # Longer ones are cut there.
            f"{r['server']}:{r['port']}"[:24],
            states[r["listens"]],
            f"{r['tid']}/{r['pid']}/{r['name']}",
        )
        for r in found
    )
    assert ours == theirs


def test_slow_reads_and_writes_are_those_of_fileslower(sysdig: str, path: Path) -> None:
    said = chisel(sysdig, path, "fileslower 0").splitlines()[2:]
    words = [line.split(maxsplit=5) for line in said if line]
    theirs = [(proc, call, name) for _, _, proc, call, _, name in words]
    view = view_named("slow-files")
    every = replace(view, filter=view.filter.replace("evt.latency>1000000", "evt.latency>0"))
    found = sorted(view_rows(opened(path), every), key=lambda row: row["num"])
    assert [(r["proc"][:12], r["call"], r["file"]) for r in found] == theirs


def _commands(sysdig: str, path: Path) -> Iterator[str]:
    for line in lines(sysdig, path, "spy_users"):
        yield line.partition(") ")[2].strip()


def test_commands_are_those_of_spy_users(sysdig: str, any_path: Path) -> None:
    theirs = [command for command in _commands(sysdig, any_path) if command]
    rows = view_rows(opened(any_path), view_named("commands"), "proc.aname endswith sh")
    ours = [f"cd {r['dir']}" if r["dir"] is not None else r["command"].rstrip() for r in rows]
    assert [text for text in ours if not text.startswith("cd ")] == [
        text for text in theirs if not text.startswith("cd ")
    ]


def requests_told(sysdig: str, path: Path) -> list[tuple[str, str, str, int, int]]:
    """Way, method, address, status and bytes of each request that httplog tells."""
    theirs = []
    for line in lines(sysdig, path, "httplog"):
        told = dict(part.split("=", 1) for part in line.split() if "=" in part)
        way = line.split()[2]
        size = int(told["size"].removesuffix("B"))
        theirs.append((way, told["method"], told["url"], int(told["response_code"]), size))
    return theirs


def requests_found(path: Path) -> list[tuple[str, str, str, int, int]]:
    """The same of our view, in the order of the answers."""
    rows = [r for r in view_rows(opened(path), view_named("http")) if r["status"] is not None]
    rows.sort(key=lambda row: row["answer"])
    sides = {"server": "<", "client": ">"}
    return [
        (
            sides[r["side"]],
            r["method"],
            (r["host"] or "") + r["path"],
            r["status"],
            r["length"] or 0,
        )
        for r in rows
    ]


def test_requests_are_those_of_httplog(sysdig: str, path: Path) -> None:
    assert requests_found(path) == requests_told(sysdig, path)


def test_requests_of_clients_are_those_of_httplog_on_newer_captures(sysdig: str, real: Any) -> None:
    """Of the servers' ends, which accept4 made, it knows nothing."""
    path = real("http.mid.scap.gz")
    theirs = requests_told(sysdig, path)
    assert theirs
    assert [each for each in requests_found(path) if each[0] == ">"] == theirs


def test_a_chisel_that_crashes_is_told(sysdig: str, real: Any) -> None:
    """Of newer recorders' captures some chisels end in a crash of Debian's sysdig itself."""
    with pytest.raises(pytest.skip.Exception, match="Segmentation fault"):
        chisel(sysdig, real("http.mid.scap.gz"), "topscalls")
    assert view_rows(opened(real("http.mid.scap.gz")), view_named("syscalls"))
